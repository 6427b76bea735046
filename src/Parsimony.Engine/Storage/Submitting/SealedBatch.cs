namespace Parsimony.Engine;

/// <summary>A sealed batch that wants into its provider's queue.</summary>
internal sealed record SealedBatch(long Id, string Provider, string Credential, string Model, long Items, long Tokens, string Group, long Count, DateTimeOffset SealedAt)
{
    /// <summary>The highest priority of its items: it has none of its own.</summary>
    public RequestPriority Priority { get; init; }

    internal static SealedBatch Read(IStoredRow row) =>
        new(row.Int64(), row.Text(), row.Text(), row.Text(), row.Int32(), row.Int64(), row.Text(), row.Int32(), row.Time());

    /// <summary>With its priority, from how many of its items have which unusual one: where there are others, the normal one is among them.</summary>
    internal SealedBatch With(IEnumerable<(RequestPriority Priority, long Items)> unusual)
    {
        var highest = (RequestPriority?)null;
        var counted = 0L;
        foreach (var (priority, items) in unusual)
        {
            counted += items;
            highest = highest is null || priority > highest ? priority : highest;
        }

        return highest is null || (counted < Count && highest < RequestPriority.Normal) ? this : this with { Priority = highest.Value };
    }
}
