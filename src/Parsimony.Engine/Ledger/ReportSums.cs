namespace Parsimony.Engine;

/// <summary>What was bought in a part of a report, what it cost, and what made it cheaper. Nothing is rounded.</summary>
public sealed record ReportSums
{
    /// <summary>Billed attempts, counted when they were booked first.</summary>
    public long Calls { get; init; }

    /// <summary>Those that went through a batch.</summary>
    public long BatchCalls { get; init; }

    /// <summary>Those that read anything from a prompt cache.</summary>
    public long CacheHits { get; init; }

    /// <summary>Those whose cost is unknown.</summary>
    public long UnknownCost { get; init; }

    /// <summary>Tokens and images.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>What is known to have been billed, USD.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>What the same usage would have cost as plain live calls, USD; of those whose cost is known.</summary>
    public decimal BaselineUsd { get; init; }

    /// <summary>Saved by batches, USD.</summary>
    public decimal SavedByBatchUsd { get; init; }

    /// <summary>Saved by prompt caching less what writes cost more, USD.</summary>
    public decimal SavedByCacheUsd { get; init; }

    /// <summary>Saved by other tiers, USD.</summary>
    public decimal SavedByTierUsd { get; init; }

    /// <summary>Saved by answers that were already there, USD.</summary>
    public decimal SavedByReuseUsd { get; init; }

    /// <summary>Saved by other models, USD.</summary>
    public decimal SavedByRoutingUsd { get; init; }

    /// <summary>What the calls of unknown cost can have cost at most, as far as they have a bound, USD.</summary>
    public decimal UpperBoundUsd { get; init; }

    /// <summary>Saved by all causes, USD.</summary>
    public decimal SavedUsd => SavedByBatchUsd + SavedByCacheUsd + SavedByTierUsd + SavedByReuseUsd + SavedByRoutingUsd;

    /// <summary>Share of the baseline that was saved, 0-1; null while there is no baseline.</summary>
    public decimal? SavedShare => Ratio(SavedUsd, BaselineUsd);

    /// <summary>Share of calls that read from a prompt cache, 0-1; null without calls.</summary>
    public decimal? HitRate => Ratio(CacheHits, Calls);

    /// <summary>Share of calls that went through a batch, 0-1; null without calls.</summary>
    public decimal? BatchShare => Ratio(BatchCalls, Calls);

    /// <summary>USD a call of known cost; null without any.</summary>
    public decimal? UsdPerCall => Ratio(CostUsd, Calls - UnknownCost);

    /// <summary>USD a thousand tokens, in and out; null without tokens.</summary>
    public decimal? UsdPerThousandTokens => Ratio(CostUsd * 1_000, Usage.TotalInput + Usage.TotalOutput);

    /// <summary>These and a roll-up.</summary>
    public ReportSums With(Rollup rollup) => new()
    {
        Calls = Calls + rollup.Entries,
        BatchCalls = BatchCalls + (rollup.Route == Route.Batch ? rollup.Entries : 0),
        CacheHits = CacheHits + rollup.CacheHits,
        UnknownCost = UnknownCost + rollup.Unknown,
        Usage = Usage + rollup.Usage,
        CostUsd = CostUsd + rollup.CostUsd,
        BaselineUsd = BaselineUsd + rollup.BaselineUsd,
        SavedByBatchUsd = SavedByBatchUsd + rollup.SavedByBatchUsd,
        SavedByCacheUsd = SavedByCacheUsd + rollup.SavedByCacheUsd,
        SavedByTierUsd = SavedByTierUsd + rollup.SavedByTierUsd,
        SavedByReuseUsd = SavedByReuseUsd + rollup.SavedByReuseUsd,
        SavedByRoutingUsd = SavedByRoutingUsd + rollup.SavedByRoutingUsd,
        UpperBoundUsd = UpperBoundUsd + rollup.UpperBoundUsd,
    };

    private static decimal? Ratio(decimal part, decimal whole) => whole == 0 ? null : part / whole;
}
