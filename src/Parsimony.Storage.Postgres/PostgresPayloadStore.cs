using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

internal sealed class PostgresPayloadStore(PostgresDatabase database) : IPayloadStore
{
    public Task<IReadOnlyList<ProtectedPages>> CountAsync(CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<ProtectedPages>>(
            async session => await session.Use("CountPayloadKeys")
                .ListAsync(static row => new ProtectedPages(row.TextOrNull(), row.Int64()), cancellationToken).ConfigureAwait(false),
            cancellationToken);

    public async Task<RewrapResult> RewrapAsync(string? after, int max, CancellationToken cancellationToken = default)
    {
        var from = after is null ? Guid.Empty : Guid.Parse(after);
        var (rewritten, last) = await database.WriteAsync(Durability.Server, session => RewrapAsync(session, from, max), cancellationToken).ConfigureAwait(false);
        return new RewrapResult(rewritten, rewritten == max ? last.ToString() : null);
    }

    public Task<Erasure> BeginErasureAsync(
        ErasureSubject kind, string subject, string requestedBy, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Disk,
            async session =>
            {
                long? only = kind == ErasureSubject.Request ? await FindSequenceAsync(session, subject).ConfigureAwait(false) ?? 0 : null;
                var id = await ReadNumberAsync(session, session.Use("FindOpenErasure").With((int)kind).With(subject)).ConfigureAwait(false)
                    ?? await ReadNumberAsync(session, session.Use("AddErasure").With((int)kind).With(subject).With(requestedBy).With(now).With(only)).ConfigureAwait(false);
                return await FindAsync(session, "FindErasure", id ?? 0).ConfigureAwait(false) is { } row
                    ? row.Erasure
                    : throw new InvalidOperationException($"Erasure {id} was added, and is not there.");
            },
            cancellationToken);

    public async Task<Erasure?> EraseAsync(long erasure, int max, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        // Texts that a cancellation notes: added on a connection of its own, so before the transaction.
        await database.Dictionaries.PhraseNumberAsync(database, "cancelled", cancellationToken).ConfigureAwait(false);
        var record = await database.WriteAsync(
            Durability.Disk,
            async session => await FindAsync(session, "LockErasure", erasure).ConfigureAwait(false) is not { } row ? null
                : row.Erasure.FinishedAt is not null ? row.Erasure
                : await new ErasureChunk(session, now).RunAsync(row, max).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        database.Payloads.Forget();
        return record;
    }

    public Task<IReadOnlyList<Erasure>> ListErasuresAsync(bool onlyOpen, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<Erasure>>(
            async session => await session.Use("ListErasures").With(onlyOpen).With(max)
                .ListAsync(static row => ErasureColumns.Read(row).Erasure, cancellationToken).ConfigureAwait(false),
            cancellationToken);

    public Task<IReadOnlyList<Leftover>> ReadLeftoversAsync(int max, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<Leftover>>(
            async session => await session.Use("ReadLeftovers").With(now).With(max)
                .ListAsync(static row => new Leftover(row.Int64(), ProviderId.Parse(row.Text()), row.Text(), row.Text()), cancellationToken).ConfigureAwait(false),
            cancellationToken);

    public Task MarkLeftoverAsync(long id, bool isDone, DateTimeOffset notBefore, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Server,
            session => (isDone ? session.Use("RemoveLeftover") : session.Use("MarkLeftover").With(notBefore)).With(id).RunAsync(cancellationToken),
            cancellationToken);

    internal static Task<ErasureColumns?> FindAsync(Session session, string statement, long id) =>
        session.Use(statement).With(id).FirstAsync<ErasureColumns?>(static row => ErasureColumns.Read(row), session.Cancellation);

    private static async Task<(int Rewritten, Guid Last)> RewrapAsync(Session session, Guid after, int max)
    {
        var pages = session.Database.Pages;
        var rows = await session.Use("ReadToRewrap").With(after).With(pages.FirstCodec / 2).With(max).ListAsync(
            static row => (Id: row.Uuid(), Codec: row.Small(), RawBytes: row.Int32(), Data: row.Bytes()), session.Cancellation).ConfigureAwait(false);
        if (rows.Count > 0)
        {
            var stored = rows.ConvertAll(row => pages.Rewrap(row.Data, row.Codec, row.RawBytes, PageRows.PlaceOf(row.Id)));
            await PageRows.SetAsync(session, rows.ConvertAll(row => row.Id), stored).ConfigureAwait(false);
        }

        return (rows.Count, rows.Count == 0 ? after : rows[^1].Id);
    }

    private static async Task<long?> FindSequenceAsync(Session session, string subject) => RequestId.TryParse(subject, out var id)
        ? await session.Use("FindRequest").With(id.Value).FirstAsync<long?>(static row => row.Int64(), session.Cancellation).ConfigureAwait(false)
        : null;

    private static Task<long?> ReadNumberAsync(Session session, Command bound) => bound.FirstAsync<long?>(static row => row.Int64(), session.Cancellation);
}
