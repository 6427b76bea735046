namespace Parsimony.Engine;

/// <summary>The columns of a roll-up's sums.</summary>
internal static class RollupColumns
{
    internal static RollupSums Read(IStoredRow row) => new()
    {
        Entries = row.Int64(),
        CacheHits = row.Int64(),
        Unknown = row.Int64(),
        Usage = new TokenUsage
        {
            UncachedInput = row.Int64(),
            CacheRead = row.Int64(),
            CacheWriteShort = row.Int64(),
            CacheWriteLong = row.Int64(),
            Output = row.Int64(),
            Reasoning = row.Int64(),
            Images = (int)Math.Min(int.MaxValue, row.Int64()),
        },
        Cost = row.Money(),
        Baseline = row.Money(),
        SavedByBatch = row.Money(),
        SavedByCache = row.Money(),
        SavedByTier = row.Money(),
        SavedByReuse = row.Money(),
        SavedByRouting = row.Money(),
        UpperBound = row.Money(),
    };
}
