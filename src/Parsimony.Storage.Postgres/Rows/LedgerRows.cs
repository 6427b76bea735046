using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Writes rows of the ledger, and reads those of the view stored_entries.</summary>
internal static class LedgerRows
{
    /// <summary>Adds entries, of each attempt at most one, and gives those that were not there.</summary>
    internal static async Task<List<(Guid Request, int Attempt)>> AddAsync(Session session, List<LedgerLine> lines)
    {
        var sources = new long[lines.Count];
        for (var i = 0; i < sources.Length; i++)
        {
            sources[i] = await session.Dictionaries.PhraseNumberAsync(session.Database, lines[i].Entry.PriceSource, session.Cancellation).ConfigureAwait(false);
        }

        List<T> Of<T>(Func<LedgerEntry, T> column) => lines.ConvertAll(line => column(line.Entry));
        return await session.Use("AddEntry")
            .With(lines.ConvertAll(l => l.Request), NpgsqlDbType.Uuid).With(Of(e => e.Sequence), NpgsqlDbType.Bigint)
            .With(Of(e => e.Attempt), NpgsqlDbType.Integer).With(Of(e => (short)e.Kind), NpgsqlDbType.Smallint)
            .With(Of(e => e.Revision), NpgsqlDbType.Integer)
            .With(lines.ConvertAll(l => l.Scope), NpgsqlDbType.Bigint).With(lines.ConvertAll(l => l.Profile), NpgsqlDbType.Bigint)
            .With(Of(e => e.At.UtcDateTime), NpgsqlDbType.TimestampTz).With(Of(e => (short)e.Route), NpgsqlDbType.Smallint)
            .With(Of(e => e.Usage?.UncachedInput), NpgsqlDbType.Bigint).With(Of(e => e.Usage?.CacheRead), NpgsqlDbType.Bigint)
            .With(Of(e => e.Usage?.CacheWriteShort), NpgsqlDbType.Bigint).With(Of(e => e.Usage?.CacheWriteLong), NpgsqlDbType.Bigint)
            .With(Of(e => e.Usage?.Output), NpgsqlDbType.Bigint).With(Of(e => e.Usage?.Reasoning), NpgsqlDbType.Bigint)
            .With(Of(e => e.Usage?.Images), NpgsqlDbType.Integer)
            .With(Of(e => e.CostUsd), NpgsqlDbType.Numeric).With(Of(e => e.UpperBoundUsd), NpgsqlDbType.Numeric).With(Of(e => e.BaselineUsd), NpgsqlDbType.Numeric)
            .With(Of(e => EntryColumns.OrNull(e.SavedByBatchUsd)), NpgsqlDbType.Numeric).With(Of(e => EntryColumns.OrNull(e.SavedByCacheUsd)), NpgsqlDbType.Numeric)
            .With(Of(e => EntryColumns.OrNull(e.SavedByTierUsd)), NpgsqlDbType.Numeric).With(Of(e => EntryColumns.OrNull(e.SavedByReuseUsd)), NpgsqlDbType.Numeric)
            .With(Of(e => EntryColumns.OrNull(e.SavedByRoutingUsd)), NpgsqlDbType.Numeric)
            .With(sources, NpgsqlDbType.Bigint).With(Of(e => e.ProviderReference), NpgsqlDbType.Text)
            .With(Of(e => e.ReportedUsd), NpgsqlDbType.Numeric)
            .ListAsync(static row => (row.Uuid(), row.Int32()), session.Cancellation).ConfigureAwait(false);
    }

    internal static async Task<List<LedgerRow>> ListAsync(Command bound, Session session)
    {
        // Numbers become values after the reader is closed: they may have to be read, too.
        var read = await bound.ListAsync(EntryColumns.Read, session.Cancellation).ConfigureAwait(false);
        var rows = new List<LedgerRow>(read.Count);
        foreach (var row in read)
        {
            rows.Add(row.Resolve(
                await session.Dictionaries.ProfileAsync(session.Database, row.Profile, session.Cancellation).ConfigureAwait(false),
                await session.Dictionaries.PhraseAsync(session.Database, row.Source, session.Cancellation).ConfigureAwait(false)));
        }

        return rows;
    }
}
