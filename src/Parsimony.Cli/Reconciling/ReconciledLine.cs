namespace Parsimony.Cli;

/// <summary>Why a provider's bill and the ledger may differ.</summary>
internal enum DifferenceCause
{
    /// <summary>The provider processed more than the ledger knows of.</summary>
    MissingCalls,

    /// <summary>Calls with keys that are not ours.</summary>
    OutsideCalls,

    /// <summary>A unit price is another than the price book's.</summary>
    PriceDiffers,

    /// <summary>It was booked by other prices than the price book has now.</summary>
    BookedOtherwise,

    /// <summary>Tokens written to the cache were booked as plain input.</summary>
    CacheWritesNotCounted,

    /// <summary>Billed in one tier, booked in another.</summary>
    TierMixUp,

    /// <summary>Billed on one day (UTC), booked on its neighbour.</summary>
    DayEdge,

    /// <summary>The price book has no price.</summary>
    UnpricedModel,

    /// <summary>Attempts whose cost is unknown.</summary>
    UnknownCost,

    /// <summary>The report may not have it yet.</summary>
    ReportLag,

    /// <summary>Booked, and not billed.</summary>
    NotBilled,

    /// <summary>Tokens were counted otherwise.</summary>
    TokensDiffer,

    /// <summary>Charged for something else than tokens of a model.</summary>
    NotTokens,
}

/// <summary>A likely cause of a difference.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Usd">Its part of the difference, billed less booked; null where it cannot be told.</param>
/// <param name="Text">In words.</param>
internal sealed record LikelyCause(DifferenceCause Kind, decimal? Usd, string Text);

/// <summary>What was billed and what was booked, of one day, model and tier.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Day">The day (UTC).</param>
/// <param name="Model">The model; null for charges without one, and for days that are not told apart by model.</param>
/// <param name="Tier">The tier; null where the report does not tell tiers apart.</param>
internal sealed record ReconciledLine(ProviderId Provider, DateOnly Day, ModelId? Model, PriceTier? Tier)
{
    /// <summary>What a charge without a model is for.</summary>
    public string Label { get; init; } = "";

    public decimal BilledUsd { get; init; }

    public decimal BookedUsd { get; init; }

    /// <summary>What was booked, with the most that calls of unknown cost can have cost.</summary>
    public decimal BookedAtMostUsd { get; init; }

    /// <summary>How much the report's digits can hide.</summary>
    public decimal RoundingUsd { get; init; }

    public IReadOnlyList<LikelyCause> Causes { get; init; } = [];

    public decimal DifferenceUsd => BilledUsd - BookedUsd;

    /// <summary>Whether what was billed is where the booked amount can be.</summary>
    public bool IsWithinBar => BilledUsd >= BookedUsd - RoundingUsd && BilledUsd <= BookedAtMostUsd + RoundingUsd;
}
