namespace Parsimony.Sandbox.Model;

/// <summary>One charge: for one answer, or for an explicit cache.</summary>
public sealed record BillLine
{
    internal const string StorageKind = "storage";

    /// <summary>Position on the bill, from 1 without gaps.</summary>
    public required long Number { get; init; }

    /// <summary>Sandbox time of the answer.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>"openai" or "anthropic".</summary>
    public required string Provider { get; init; }

    /// <summary>Model as the request named it.</summary>
    public required string Model { get; init; }

    /// <summary>"batch", "live", in OpenAI's flexible tier "flex", or for keeping an explicit cache "storage".</summary>
    public required string Kind { get; init; }

    /// <summary>Endpoint path, e.g. <c>/v1/chat/completions</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Id of the key it was asked with, as reports name it; empty on lines older than reports.</summary>
    public string Key { get; init; } = "";

    /// <summary>The line's custom id, or a live call's <c>X-Client-Request-Id</c>; empty when it had none.</summary>
    public string Request { get; init; } = "";

    /// <summary>Batch the line belonged to; null for live calls.</summary>
    public string? Batch { get; init; }

    /// <summary>Id of the answer on the wire, or name of the explicit cache.</summary>
    public required string ResponseId { get; init; }

    /// <summary>Tokens by kind of charge.</summary>
    public required SandboxUsage Usage { get; init; }

    /// <summary>Tokens kept, for a charge of kind "storage"; otherwise 0.</summary>
    public long StoredTokens { get; init; }

    /// <summary>How long they are kept for this charge; otherwise zero.</summary>
    public TimeSpan StoredFor { get; init; }

    /// <summary>The charge in pico-dollars (10^12 are one US dollar), storage rounded down to a whole one; 0 when <see cref="Unpriced"/>.</summary>
    public required long AmountPico { get; init; }

    /// <summary>The price table has no price for this model and usage.</summary>
    public bool Unpriced { get; init; }
}

/// <summary>Everything the sandbox charged, in order. Thread safe.</summary>
public sealed class Bill
{
    private readonly Lock _lock = new();
    private readonly List<BillLine> _lines = [];

    /// <summary>A copy of the lines as they stand.</summary>
    public IReadOnlyList<BillLine> Lines
    {
        get
        {
            lock (_lock)
                return _lines.ToArray();
        }
    }

    /// <summary>Sum of all lines in pico-dollars.</summary>
    public Int128 TotalPico
    {
        get
        {
            lock (_lock)
            {
                var total = Int128.Zero;
                foreach (var line in _lines)
                    total += line.AmountPico;
                return total;
            }
        }
    }

    internal int Count
    {
        get
        {
            lock (_lock)
                return _lines.Count;
        }
    }

    internal void Add(BillLine line)
    {
        lock (_lock)
            _lines.Add(line);
    }

    internal BillLine At(long number)
    {
        lock (_lock)
            return _lines[(int)(number - 1)];
    }
}
