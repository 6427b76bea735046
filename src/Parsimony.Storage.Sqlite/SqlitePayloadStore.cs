using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

internal sealed class SqlitePayloadStore(SqliteDatabase database) : IPayloadStore
{
    public Task<IReadOnlyList<ProtectedPages>> CountAsync(CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<ProtectedPages>>(
            connection => ReadAll(connection.Use("CountPayloadKeys"), static row => new ProtectedPages(row.TextOrNull(), row.Int64())), cancellationToken);

    public async Task<RewrapResult> RewrapAsync(string? after, int max, CancellationToken cancellationToken = default)
    {
        var from = after is null ? 0 : long.Parse(after, System.Globalization.CultureInfo.InvariantCulture);
        var (rewritten, last) = await database.WriteAsync(Durability.Process, connection => Rewrap(connection, from, max), cancellationToken).ConfigureAwait(false);
        if (rewritten == max)
        {
            return new RewrapResult(rewritten, last.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        if (rewritten > 0 || after is not null)
        {
            // What was plain, or under a key that is to be given up, is still in the log.
            await database.EmptyLogAsync(cancellationToken).ConfigureAwait(false);
        }

        return new RewrapResult(rewritten, Next: null);
    }

    public Task<Erasure> BeginErasureAsync(
        ErasureSubject kind, string subject, string requestedBy, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Power,
            connection =>
            {
                long? only = kind == ErasureSubject.Request ? FindSequence(connection, subject) ?? 0 : null;
                var id = ReadNumber(connection.Use("FindOpenErasure").With((long)kind).With(subject))
                    ?? ReadNumber(connection.Use("AddErasure").With((long)kind).With(subject).With(requestedBy).With(now).With(only)) ?? 0;
                return Find(connection, id)?.Erasure ?? throw new InvalidOperationException($"Erasure {id} was added, and is not there.");
            },
            cancellationToken);

    public async Task<Erasure?> EraseAsync(long erasure, int max, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var record = await database.WriteAsync(
            Durability.Power,
            connection => Find(connection, erasure) is not { } row ? null
                : row.Erasure.FinishedAt is not null ? row.Erasure
                : new ErasureChunk(connection, database.Dictionaries, now).Run(row, max),
            cancellationToken).ConfigureAwait(false);
        database.Payloads.Forget();
        if (record?.FinishedAt is not null)
        {
            await database.EmptyLogAsync(cancellationToken).ConfigureAwait(false);
        }

        return record;
    }

    public Task<IReadOnlyList<Erasure>> ListErasuresAsync(bool onlyOpen, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<Erasure>>(
            connection => ReadAll(connection.Use("ListErasures").With(onlyOpen).With(max), static row => ErasureColumns.Read(row).Erasure), cancellationToken);

    public Task<IReadOnlyList<Leftover>> ReadLeftoversAsync(int max, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<Leftover>>(
            connection => ReadAll(
                connection.Use("ReadLeftovers").With(now).With(max),
                static row => new Leftover(row.Int64(), ProviderId.Parse(row.Text()), row.Text(), row.Text())),
            cancellationToken);

    public Task MarkLeftoverAsync(long id, bool isDone, DateTimeOffset notBefore, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Process,
            connection => (isDone ? connection.Use("RemoveLeftover") : connection.Use("MarkLeftover").With(notBefore)).With(id).Run(),
            cancellationToken);

    internal static ErasureColumns? Find(Connection connection, long id)
    {
        using var row = connection.Use("FindErasure").With(id);
        return row.Step() ? ErasureColumns.Read(row) : null;
    }

    private static (int Rewritten, long Last) Rewrap(Connection connection, long after, int max)
    {
        var pages = ReadAll(
            connection.Use("ReadToRewrap").With(after).With((long)connection.Pages.FirstCodec / 2).With(max),
            row => (Id: row.Int64(), Codec: row.Int32(), RawBytes: row.Int32(), Data: row.Bytes().ToArray()));
        foreach (var page in pages)
        {
            var stored = connection.Pages.Rewrap(page.Data, page.Codec, page.RawBytes, Envelopes.PlaceOf(page.Id));
            connection.Use("SetPage").With(stored.Codec).With(stored.RawBytes).With(stored.Data.Span).With(page.Id).Run();
        }

        return (pages.Count, pages.Count == 0 ? after : pages[^1].Id);
    }

    private static long? FindSequence(Connection connection, string subject) => RequestId.TryParse(subject, out var id)
        ? RequestRows.FindSequence(connection, id)
        : null;

    private static long? ReadNumber(Statement bound)
    {
        using (bound)
        {
            return bound.Step() ? bound.Int64() : null;
        }
    }

    private static List<T> ReadAll<T>(Statement bound, Func<Statement, T> read)
    {
        using (bound)
        {
            var rows = new List<T>();
            while (bound.Step())
            {
                rows.Add(read(bound));
            }

            return rows;
        }
    }
}
