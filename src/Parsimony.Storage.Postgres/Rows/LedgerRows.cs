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
            .With(Of(e => OrNull(e.SavedByBatchUsd)), NpgsqlDbType.Numeric).With(Of(e => OrNull(e.SavedByCacheUsd)), NpgsqlDbType.Numeric)
            .With(Of(e => OrNull(e.SavedByTierUsd)), NpgsqlDbType.Numeric).With(Of(e => OrNull(e.SavedByReuseUsd)), NpgsqlDbType.Numeric)
            .With(Of(e => OrNull(e.SavedByRoutingUsd)), NpgsqlDbType.Numeric)
            .With(sources, NpgsqlDbType.Bigint).With(Of(e => e.ProviderReference), NpgsqlDbType.Text)
            .ListAsync(static row => (row.Uuid(), row.Int32()), session.Cancellation).ConfigureAwait(false);
    }

    internal static async Task<List<LedgerRow>> ListAsync(Command bound, Session session)
    {
        var read = await bound.ListAsync(Read, session.Cancellation).ConfigureAwait(false);
        var rows = new List<LedgerRow>(read.Count);
        foreach (var row in read)
        {
            var profile = await session.Dictionaries.ProfileAsync(session.Database, row.Profile, session.Cancellation).ConfigureAwait(false);
            var source = await session.Dictionaries.PhraseAsync(session.Database, row.Source, session.Cancellation).ConfigureAwait(false);
            rows.Add(new LedgerRow(row.Number, row.Request, profile, row.BatchKey, row.Entry with { PriceSource = source ?? "" }));
        }

        return rows;
    }

    // Numbers of profiles and phrases become values after the reader is closed: they may have to be read, too.
    private static (long Number, RequestId Request, long Profile, long Source, string? BatchKey, LedgerEntry Entry) Read(Row row)
    {
        var number = row.Int64();
        var sequence = row.Int64();
        var attempt = row.Int32();
        var kind = (LedgerKind)row.Small();
        var revision = row.Int32();
        row.Skip();
        var profile = row.Int64();
        var entry = new LedgerEntry
        {
            Sequence = sequence,
            Attempt = attempt,
            Kind = kind,
            Revision = revision,
            At = row.Time(),
            Route = (Route)row.Small(),
            Usage = ReadUsage(row),
            CostUsd = row.MoneyOrNull(),
            UpperBoundUsd = row.MoneyOrNull(),
            BaselineUsd = row.MoneyOrNull(),
            SavedByBatchUsd = row.MoneyOrNull() ?? 0m,
            SavedByCacheUsd = row.MoneyOrNull() ?? 0m,
            SavedByTierUsd = row.MoneyOrNull() ?? 0m,
            SavedByReuseUsd = row.MoneyOrNull() ?? 0m,
            SavedByRoutingUsd = row.MoneyOrNull() ?? 0m,
            PriceSource = "",
        };
        var source = row.Int64();
        entry = entry with { ProviderReference = row.TextOrNull() };
        return (number, new RequestId(row.Uuid()), profile, source, row.TextOrNull(), entry);
    }

    private static TokenUsage? ReadUsage(Row row)
    {
        var uncached = row.Int64OrNull();
        var usage = new TokenUsage
        {
            UncachedInput = uncached ?? 0,
            CacheRead = row.Int64OrNull() ?? 0,
            CacheWriteShort = row.Int64OrNull() ?? 0,
            CacheWriteLong = row.Int64OrNull() ?? 0,
            Output = row.Int64OrNull() ?? 0,
            Reasoning = row.Int64OrNull() ?? 0,
            Images = row.Int32OrNull() ?? 0,
        };
        return uncached is null ? null : usage;
    }

    private static decimal? OrNull(decimal value) => value == 0m ? null : value;
}
