namespace Parsimony;

/// <summary>Whose prompts are expected to begin alike.</summary>
/// <param name="Model">The model.</param>
/// <param name="Component">The part of the application; empty when not said.</param>
/// <param name="Agent">The agent; empty when not said.</param>
/// <param name="Tenant">Who pays; empty when not said.</param>
public readonly record struct PrefixWorkload(ModelId Model, string Component = "", string Agent = "", string Tenant = "");

/// <summary>How a prefix that was shared moved.</summary>
public enum PrefixDriftKind
{
    /// <summary>A block has another content, and what follows it is the same: it changed once.</summary>
    Changed,

    /// <summary>The same early block is another one in every call: a time, an id, a name in what is meant to be the same.</summary>
    Volatile,

    /// <summary>A block was put in, and what stood there follows it.</summary>
    Inserted,

    /// <summary>A block was left out, and what followed it stands in its place.</summary>
    Removed,

    /// <summary>The same blocks stand in another order.</summary>
    Moved,
}

/// <summary>A prefix that used to be shared and is not any more. Holds no text.</summary>
public sealed record PrefixDrift
{
    /// <summary>Whose.</summary>
    public required PrefixWorkload Workload { get; init; }

    /// <summary>How it moved.</summary>
    public required PrefixDriftKind Kind { get; init; }

    /// <summary>The first block that is another one, from 0; the wanted format is the first.</summary>
    public required int Block { get; init; }

    /// <summary>What that block is: <c>tool</c>, <c>system</c>, <c>user</c>, ...</summary>
    public required string BlockKind { get; init; }

    /// <summary>That block's length now, in bytes.</summary>
    public required int BlockBytes { get; init; }

    /// <summary>When it was seen first.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Calls that could not share what they might have.</summary>
    public required long Calls { get; init; }

    /// <summary>Bytes of these calls that could have been read from a cache.</summary>
    public required long WastedBytes { get; init; }

    /// <summary>What reading those bytes from a cache would have saved, USD, at four bytes a token; null where a price is unknown.</summary>
    public decimal? WastedUsd(PriceList prices, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(prices);
        const long Few = 1_000;
        var plain = prices.Price(Workload.Model, new TokenUsage { UncachedInput = Few }, PriceTier.Live, at).Usd;
        var read = prices.Price(Workload.Model, new TokenUsage { CacheRead = Few }, PriceTier.Live, at).Usd;
        return (plain - read) * WastedTokens / Few;
    }

    /// <summary>Those bytes in tokens, at four bytes a token.</summary>
    public long WastedTokens => WastedBytes / 4;
}
