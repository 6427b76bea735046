namespace Parsimony;

/// <summary>What a set of requests cost, what it would have cost, and why the two differ. Nothing is rounded.</summary>
/// <remarks><see cref="BaselineUsd"/> less <see cref="ActualUsd"/> is exactly <see cref="SavedUsd"/>.</remarks>
public sealed record Receipt
{
    /// <summary>Requests that have their outcome.</summary>
    public long Requests { get; init; }

    /// <summary>Requests that were answered.</summary>
    public long Answered { get; init; }

    /// <summary>Requests that ended without an answer.</summary>
    public long Failed { get; init; }

    /// <summary>Attempts billed by the batch tier.</summary>
    public long Batch { get; init; }

    /// <summary>Attempts billed live, flex included, hedges not.</summary>
    public long Live { get; init; }

    /// <summary>Answers that were already there.</summary>
    public long Reused { get; init; }

    /// <summary>Attempts bought besides another one for the same request.</summary>
    public long Hedges { get; init; }

    /// <summary>Attempts whose cost is unknown; they are in no sum of money but <see cref="UnknownUpperBoundUsd"/>.</summary>
    public long UnknownCost { get; init; }

    /// <summary>Attempts of unknown cost for which there is no bound either.</summary>
    public long Unbounded { get; init; }

    /// <summary>Attempts whose cost is known but not what they would have cost; no saving is claimed for them.</summary>
    public long UnknownBaseline { get; init; }

    /// <summary>Attempts whose price is derived or unconfirmed.</summary>
    public long Estimated { get; init; }

    /// <summary>USD billed, of all attempts whose cost is known.</summary>
    public decimal ActualUsd { get; init; }

    /// <summary>USD the same usage would have cost as plain live calls, one per request.</summary>
    public decimal BaselineUsd { get; init; }

    /// <summary>USD saved by the batch tier.</summary>
    public decimal SavedByBatch { get; init; }

    /// <summary>USD saved by prompt caching, less the premium of cache writes.</summary>
    public decimal SavedByCache { get; init; }

    /// <summary>USD saved by a tier other than batch.</summary>
    public decimal SavedByTier { get; init; }

    /// <summary>USD saved by answers that were already there.</summary>
    public decimal SavedByReuse { get; init; }

    /// <summary>USD saved by asking another model.</summary>
    public decimal SavedByRouting { get; init; }

    /// <summary>USD spent on hedges; a loss against the baseline.</summary>
    public decimal HedgeUsd { get; init; }

    /// <summary>The most, in USD, that the attempts of unknown cost can have cost, as far as they have a bound.</summary>
    public decimal UnknownUpperBoundUsd { get; init; }

    /// <summary>Tokens and images of all attempts, hedges included.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>The same by model; empty in the receipt of one model.</summary>
    public IReadOnlyDictionary<ModelId, Receipt> ByModel { get; init; } = new Dictionary<ModelId, Receipt>();

    /// <summary>USD saved by all causes, less hedges; negative when more was spent than the plain calls would have cost.</summary>
    public decimal SavedUsd => SavedByBatch + SavedByCache + SavedByTier + SavedByReuse + SavedByRouting - HedgeUsd;

    /// <summary>Share of the baseline that was saved, from 0 to 1 (negative for a loss); null while the baseline is zero.</summary>
    public decimal? SavedShare => BaselineUsd == 0 ? null : SavedUsd / BaselineUsd;

    /// <summary>Whether every attempt has a known cost.</summary>
    public bool IsComplete => UnknownCost == 0;
}
