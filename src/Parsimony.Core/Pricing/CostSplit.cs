namespace Parsimony;

/// <summary>What an attempt cost, what it would have cost, and what made the difference.</summary>
/// <remarks>
/// Where both amounts are known, <see cref="Baseline"/> less <see cref="Actual"/> is exactly <see cref="Saved"/>; where one is unknown, every
/// saving is zero. The tier is counted first, at plain input prices, and the cache by what it took off after that.
/// </remarks>
public sealed record CostSplit
{
    /// <summary>What was billed.</summary>
    public required Cost Actual { get; init; }

    /// <summary>The same usage at the plain live price.</summary>
    public required Cost Baseline { get; init; }

    /// <summary>USD saved by the batch tier.</summary>
    public decimal SavedByBatch { get; init; }

    /// <summary>USD saved by cache reads less what cache writes cost above plain input; negative when the writes did not pay.</summary>
    public decimal SavedByCache { get; init; }

    /// <summary>USD saved by a tier other than batch.</summary>
    public decimal SavedByTier { get; init; }

    /// <summary>USD saved by an answer that was already there.</summary>
    public decimal SavedByReuse { get; init; }

    /// <summary>USD saved by asking another model than the one named; negative when it was dearer.</summary>
    public decimal SavedByRouting { get; init; }

    /// <summary>USD saved by all causes together.</summary>
    public decimal Saved => SavedByBatch + SavedByCache + SavedByTier + SavedByReuse + SavedByRouting;
}
