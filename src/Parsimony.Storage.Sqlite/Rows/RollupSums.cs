using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>The sums of a roll-up row.</summary>
internal sealed class RollupSums
{
    private long _entries;
    private long _cacheHits;
    private long _unknown;
    private TokenUsage _usage;
    private decimal _cost;
    private decimal _baseline;
    private decimal _batch;
    private decimal _cache;
    private decimal _tier;
    private decimal _reuse;
    private decimal _routing;
    private decimal _upperBound;

    internal void Add(LedgerEntry entry)
    {
        _entries++;
        _cacheHits += entry.Usage is { CacheRead: > 0 } ? 1 : 0;
        _usage += entry.Usage ?? default;
        if (entry.CostUsd is { } cost)
        {
            _cost += cost;
            _baseline += entry.BaselineUsd ?? 0m;
        }
        else
        {
            _unknown++;
            _upperBound += entry.UpperBoundUsd ?? 0m;
        }

        _batch += entry.SavedByBatchUsd;
        _cache += entry.SavedByCacheUsd;
        _tier += entry.SavedByTierUsd;
        _reuse += entry.SavedByReuseUsd;
        _routing += entry.SavedByRoutingUsd;
    }

    internal void Add(RollupSums other)
    {
        _entries += other._entries;
        _cacheHits += other._cacheHits;
        _unknown += other._unknown;
        _usage += other._usage;
        _cost += other._cost;
        _baseline += other._baseline;
        _batch += other._batch;
        _cache += other._cache;
        _tier += other._tier;
        _reuse += other._reuse;
        _routing += other._routing;
        _upperBound += other._upperBound;
    }

    /// <summary>An entry counted as unknown before has a correction now.</summary>
    internal void MakeKnown(decimal bound)
    {
        _unknown--;
        _upperBound -= bound;
    }

    internal void Read(Statement row)
    {
        (_entries, _cacheHits, _unknown) = (row.Int64(), row.Int64(), row.Int64());
        _usage = ReadUsage(row);
        (_cost, _baseline, _batch, _cache) = (row.Money(), row.Money(), row.Money(), row.Money());
        (_tier, _reuse, _routing, _upperBound) = (row.Money(), row.Money(), row.Money(), row.Money());
    }

    internal void Bind(Statement statement) => statement
        .With(_entries).With(_cacheHits).With(_unknown)
        .With(_usage.UncachedInput).With(_usage.CacheRead).With(_usage.CacheWriteShort).With(_usage.CacheWriteLong)
        .With(_usage.Output).With(_usage.Reasoning).With(_usage.Images)
        .With(_cost).With(_baseline).With(_batch).With(_cache).With(_tier).With(_reuse).With(_routing).With(_upperBound);

    internal Rollup ToRollup(DateTimeOffset start, RequestProfile profile, Route route) => new()
    {
        Start = start,
        Profile = profile,
        Route = route,
        Entries = _entries,
        CacheHits = _cacheHits,
        Unknown = _unknown,
        Usage = _usage,
        CostUsd = _cost,
        BaselineUsd = _baseline,
        SavedByBatchUsd = _batch,
        SavedByCacheUsd = _cache,
        SavedByTierUsd = _tier,
        SavedByReuseUsd = _reuse,
        SavedByRoutingUsd = _routing,
        UpperBoundUsd = _upperBound,
    };

    internal static TokenUsage ReadUsage(Statement row) => new()
    {
        UncachedInput = row.Int64(),
        CacheRead = row.Int64(),
        CacheWriteShort = row.Int64(),
        CacheWriteLong = row.Int64(),
        Output = row.Int64(),
        Reasoning = row.Int64(),
        Images = row.Int32(),
    };
}
