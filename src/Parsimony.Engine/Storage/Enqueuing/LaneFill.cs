namespace Parsimony.Engine;

/// <summary>A batch while it fills: what it holds, and whether more fits. Pure: what comes of it is written by the store.</summary>
internal sealed class LaneFill(long id)
{
    // Sizes of full batches differ by up to this many items where a lost create can only be found by its size.
    private const int SizeSteps = 61;

    internal long Id => id;

    internal int Count { get; set; }

    internal long Bytes { get; set; }

    internal long Tokens { get; set; }

    internal DateTimeOffset? EscalateAt { get; set; }

    internal long First { get; set; } = long.MaxValue;

    internal long Last { get; set; }

    /// <summary>How many were added since it was read.</summary>
    internal int Added { get; private set; }

    /// <summary>How many of those have another priority than the usual one, by level; null as long as none has.</summary>
    internal int[]? Levels { get; private set; }

    /// <summary>Whether it is to be sealed: it reached a limit, or the next would pass one.</summary>
    internal bool IsFull { get; private set; }

    internal static LaneFill Read(IStoredRow row) => new(row.Int64())
    {
        Count = row.Int32(),
        Bytes = row.Int64(),
        Tokens = row.Int64(),
        EscalateAt = row.TimeOrNull(),
        First = row.Int64OrNull() ?? long.MaxValue,
        Last = row.Int64OrNull() ?? 0,
    };

    /// <summary>Adds a request; false, and full, when it does not fit. The first always fits.</summary>
    internal bool TryAdd(LaneLimits lane, long sequence, long lineBytes, long tokens, DateTimeOffset? escalateAt)
    {
        var cap = Cap(lane);
        var mostTokens = lane.MaxTokens ?? long.MaxValue;
        if (Count > 0 && (Count + 1 > cap || Bytes + lineBytes > lane.MaxBytes || Tokens + tokens > mostTokens))
        {
            IsFull = true;
            return false;
        }

        Count++;
        Added++;
        Bytes += lineBytes;
        Tokens += tokens;
        First = Math.Min(First, sequence);
        Last = Math.Max(Last, sequence);
        EscalateAt = Earlier(EscalateAt, escalateAt);
        IsFull = Count >= cap || Bytes >= lane.MaxBytes || Tokens >= mostTokens;
        return true;
    }

    /// <summary>Notes the priority of one that was added.</summary>
    internal void NotePriority(RequestPriority priority)
    {
        if (priority != RequestPriority.Normal)
        {
            (Levels ??= new int[10])[priority.Level]++;
        }
    }

    /// <summary>The unusual priorities among those added, with how many have them.</summary>
    internal IEnumerable<(int Level, int Items)> UnusualLevels() =>
        Levels is null ? [] : Levels.Index().Where(level => level.Item > 0).Select(level => (level.Index, level.Item));

    internal static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other : other is null || one < other ? one : other;

    private int Cap(LaneLimits lane) => Math.Max(1, lane.MaxRequests - (lane.VarySize ? (int)(id % SizeSteps) : 0));
}
