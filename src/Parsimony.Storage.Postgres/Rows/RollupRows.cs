using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Writes and reads roll-ups.</summary>
internal static class RollupRows
{
    /// <summary>Adds sums to rows, in the order given; one statement.</summary>
    internal static Task<int> AddAsync(Session session, List<(RollupKey Key, RollupSums Sums)> rows)
    {
        List<T> Of<T>(Func<RollupSums, T> column) => rows.ConvertAll(row => column(row.Sums));
        return session.Use("WriteRollup")
            .With(rows.ConvertAll(r => (short)r.Key.Period), NpgsqlDbType.Smallint).With(rows.ConvertAll(r => r.Key.Start.UtcDateTime), NpgsqlDbType.TimestampTz)
            .With(rows.ConvertAll(r => r.Key.Profile), NpgsqlDbType.Bigint).With(rows.ConvertAll(r => (short)r.Key.Route), NpgsqlDbType.Smallint)
            .With(Of(s => s.Entries), NpgsqlDbType.Bigint).With(Of(s => s.CacheHits), NpgsqlDbType.Bigint).With(Of(s => s.Unknown), NpgsqlDbType.Bigint)
            .With(Of(s => s.Usage.UncachedInput), NpgsqlDbType.Bigint).With(Of(s => s.Usage.CacheRead), NpgsqlDbType.Bigint)
            .With(Of(s => s.Usage.CacheWriteShort), NpgsqlDbType.Bigint).With(Of(s => s.Usage.CacheWriteLong), NpgsqlDbType.Bigint)
            .With(Of(s => s.Usage.Output), NpgsqlDbType.Bigint).With(Of(s => s.Usage.Reasoning), NpgsqlDbType.Bigint)
            .With(Of(s => (long)s.Usage.Images), NpgsqlDbType.Bigint)
            .With(Of(s => s.Cost), NpgsqlDbType.Numeric).With(Of(s => s.Baseline), NpgsqlDbType.Numeric)
            .With(Of(s => s.SavedByBatch), NpgsqlDbType.Numeric).With(Of(s => s.SavedByCache), NpgsqlDbType.Numeric)
            .With(Of(s => s.SavedByTier), NpgsqlDbType.Numeric).With(Of(s => s.SavedByReuse), NpgsqlDbType.Numeric)
            .With(Of(s => s.SavedByRouting), NpgsqlDbType.Numeric).With(Of(s => s.UpperBound), NpgsqlDbType.Numeric)
            .RunAsync(session.Cancellation);
    }

    /// <summary>A row of ReadRollups.</summary>
    internal static (DateTimeOffset Start, long Profile, Route Route, RollupSums Sums) Read(Row row) =>
        (row.Time(), row.Int64(), (Route)row.Small(), RollupColumns.Read(row));
}
