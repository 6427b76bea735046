using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Writes roll-ups.</summary>
internal static class RollupRows
{
    /// <summary>Adds sums to rows, in the order given.</summary>
    internal static void Add(Connection connection, List<(RollupKey Key, RollupSums Sums)> rows)
    {
        foreach (var (key, sums) in rows)
        {
            using (var row = BindKey(connection.Use("ReadRollup"), key))
            {
                if (row.Step())
                {
                    // Money is text here: it is added in memory.
                    sums.Add(RollupColumns.Read(row));
                }
            }

            BindSums(BindKey(connection.Use("WriteRollup"), key), sums).Run();
        }
    }

    private static Statement BindKey(Statement statement, in RollupKey key) =>
        statement.With((long)key.Period).With(key.Start).With(key.Profile).With((long)key.Route);

    private static Statement BindSums(Statement statement, RollupSums sums) => statement
        .With(sums.Entries).With(sums.CacheHits).With(sums.Unknown)
        .With(sums.Usage.UncachedInput).With(sums.Usage.CacheRead).With(sums.Usage.CacheWriteShort).With(sums.Usage.CacheWriteLong)
        .With(sums.Usage.Output).With(sums.Usage.Reasoning).With(sums.Usage.Images)
        .With(sums.Cost).With(sums.Baseline).With(sums.SavedByBatch).With(sums.SavedByCache)
        .With(sums.SavedByTier).With(sums.SavedByReuse).With(sums.SavedByRouting).With(sums.UpperBound);
}
