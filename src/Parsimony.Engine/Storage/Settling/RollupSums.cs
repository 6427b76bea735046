namespace Parsimony.Engine;

/// <summary>The sums of a roll-up row.</summary>
internal sealed class RollupSums
{
    internal long Entries { get; set; }

    internal long CacheHits { get; set; }

    internal long Unknown { get; set; }

    internal TokenUsage Usage { get; set; }

    internal decimal Cost { get; set; }

    internal decimal Baseline { get; set; }

    internal decimal SavedByBatch { get; set; }

    internal decimal SavedByCache { get; set; }

    internal decimal SavedByTier { get; set; }

    internal decimal SavedByReuse { get; set; }

    internal decimal SavedByRouting { get; set; }

    internal decimal UpperBound { get; set; }

    /// <summary>Counts an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isCounted">For a correction: whether the entry it corrects had its usage. The call was counted with that one in any case.</param>
    internal void Add(LedgerEntry entry, bool isCounted = false)
    {
        Entries += entry.Kind == LedgerKind.Correction ? 0 : 1;
        if (entry.Kind != LedgerKind.Correction || !isCounted)
        {
            CacheHits += entry.Usage is { CacheRead: > 0 } ? 1 : 0;
            Usage += entry.Usage ?? default;
        }

        if (entry.CostUsd is { } cost)
        {
            Cost += cost;
            Baseline += entry.BaselineUsd ?? 0m;
        }
        else
        {
            Unknown++;
            UpperBound += entry.UpperBoundUsd ?? 0m;
        }

        SavedByBatch += entry.SavedByBatchUsd;
        SavedByCache += entry.SavedByCacheUsd;
        SavedByTier += entry.SavedByTierUsd;
        SavedByReuse += entry.SavedByReuseUsd;
        SavedByRouting += entry.SavedByRoutingUsd;
    }

    internal void Add(RollupSums other)
    {
        Entries += other.Entries;
        CacheHits += other.CacheHits;
        Unknown += other.Unknown;
        Usage += other.Usage;
        Cost += other.Cost;
        Baseline += other.Baseline;
        SavedByBatch += other.SavedByBatch;
        SavedByCache += other.SavedByCache;
        SavedByTier += other.SavedByTier;
        SavedByReuse += other.SavedByReuse;
        SavedByRouting += other.SavedByRouting;
        UpperBound += other.UpperBound;
    }

    /// <summary>An entry counted as unknown before has a correction now.</summary>
    internal void MakeKnown(decimal bound)
    {
        Unknown--;
        UpperBound -= bound;
    }

    internal Rollup ToRollup(DateTimeOffset start, RequestProfile profile, Route route) => new()
    {
        Start = start,
        Profile = profile,
        Route = route,
        Entries = Entries,
        CacheHits = CacheHits,
        Unknown = Unknown,
        Usage = Usage,
        CostUsd = Cost,
        BaselineUsd = Baseline,
        SavedByBatchUsd = SavedByBatch,
        SavedByCacheUsd = SavedByCache,
        SavedByTierUsd = SavedByTier,
        SavedByReuseUsd = SavedByReuse,
        SavedByRoutingUsd = SavedByRouting,
        UpperBoundUsd = UpperBound,
    };
}
