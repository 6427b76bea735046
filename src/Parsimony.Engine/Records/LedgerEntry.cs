namespace Parsimony.Engine;

/// <summary>What kind of spending a ledger entry is.</summary>
public enum LedgerKind
{
    /// <summary>A line of a provider's batch.</summary>
    Batch,

    /// <summary>A plain live call.</summary>
    Live,

    /// <summary>A live call made although an earlier attempt may have been billed.</summary>
    PossibleDuplicate,

    /// <summary>A second purchase made to hold a deadline, or the purchase it made superfluous.</summary>
    Hedge,

    /// <summary>A correction of an earlier entry of the same request and attempt.</summary>
    Correction,

    /// <summary>An earlier answer given again; costs nothing.</summary>
    Reuse,

    /// <summary>An explicit cache that was made or kept on: its tokens as input, and their storage.</summary>
    ExplicitCache,
}

/// <summary>What the cost of a ledger entry is taken from.</summary>
public enum CostBasis
{
    /// <summary>Nothing: it is unknown.</summary>
    Unknown,

    /// <summary>Reported usage times the price book's prices.</summary>
    Computed,

    /// <summary>What the provider says it charged, for want of a price.</summary>
    Told,
}

/// <summary>One immutable entry: what one attempt cost, as far as anybody knows.</summary>
public sealed record LedgerEntry
{
    /// <summary>The request.</summary>
    public required long Sequence { get; init; }

    /// <summary>The attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>The kind; (request, attempt, kind, revision) is unique.</summary>
    public required LedgerKind Kind { get; init; }

    /// <summary>0, or the number of a correction.</summary>
    public int Revision { get; init; }

    /// <summary>When it was booked.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The route it took.</summary>
    public required Route Route { get; init; }

    /// <summary>Reported usage; null when it never reached us.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>Actual cost in USD, unrounded; null when unknown.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>For an unknown cost: what it is at most; null when even that is unknown (no price).</summary>
    public decimal? UpperBoundUsd { get; init; }

    /// <summary>The same usage at the plain live price; null when unknown.</summary>
    public decimal? BaselineUsd { get; init; }

    /// <summary>Saved by the batch discount; with the next ones it adds up to baseline less actual.</summary>
    public decimal SavedByBatchUsd { get; init; }

    /// <summary>Saved by prompt caching; negative where writes cost more than reads saved.</summary>
    public decimal SavedByCacheUsd { get; init; }

    /// <summary>Saved by a cheaper tier.</summary>
    public decimal SavedByTierUsd { get; init; }

    /// <summary>Saved by reusing an answer.</summary>
    public decimal SavedByReuseUsd { get; init; }

    /// <summary>Saved by another model.</summary>
    public decimal SavedByRoutingUsd { get; init; }

    /// <summary>The price row used, or why there is none.</summary>
    public required string PriceSource { get; init; }

    /// <summary>What the provider itself says it charged, USD, unrounded; null when it does not say. Beside a computed cost it is what that can be held against.</summary>
    public decimal? ReportedUsd { get; init; }

    /// <summary>What the cost is taken from.</summary>
    public CostBasis Basis => CostUsd is null ? CostBasis.Unknown : PriceSource.StartsWith(ToldBy, StringComparison.Ordinal) ? CostBasis.Told : CostBasis.Computed;

    internal const string ToldBy = "told by ";

    /// <summary>The provider's id of the answer or call.</summary>
    public string? ProviderReference { get; init; }
}
