using System.Runtime.CompilerServices;
using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

internal sealed class SqliteLedgerStore(SqliteDatabase database) : ILedgerStore
{
    private const int PageSize = 1_000;

    public async IAsyncEnumerable<LedgerRow> ReadAsync(string? scope, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (number, after, last) = await database.ReadAsync(connection => FindRange(connection, scope), cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var from = after;
            var rows = await database.ReadAsync(
                connection => ReadAll(
                    number is { } only
                        ? connection.Use("ReadEntriesOfScope").With(from).With(last).With(only).With(PageSize)
                        : connection.Use("ReadEntries").With(from).With(PageSize),
                    connection),
                cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
            {
                yield return row;
            }

            if (rows.Count < PageSize)
            {
                yield break;
            }

            after = rows[^1].Number;
        }
    }

    public Task<IReadOnlyList<LedgerRow>> ReadRequestAsync(long sequence, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<LedgerRow>>(
            connection => ReadAll(connection.Use("ReadEntriesOfRequest").With(sequence), connection), cancellationToken);

    public async IAsyncEnumerable<Rollup> ReadRollupsAsync(
        RollupPeriod period, DateTimeOffset from, DateTimeOffset until, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // A period's rows are read together, so that the next page can start after the last period read.
        var start = from;
        while (true)
        {
            var after = start;
            var rows = await database.ReadAsync(connection => ReadRollups(connection, period, after, until), cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
            {
                yield return row;
            }

            if (rows.Count == 0)
            {
                yield break;
            }

            start = rows[^1].Start.AddMilliseconds(1);
        }
    }

    public Task<IReadOnlyList<LedgerRow>> ReadUnpricedAsync(long afterNumber, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<LedgerRow>>(
            connection => ReadAll(connection.Use("ReadUnpriced").With(afterNumber).With(max), connection), cancellationToken);

    public Task<int> CorrectAsync(IReadOnlyList<LedgerEntry> corrections, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Process,
            connection =>
            {
                var mover = new RequestMover(connection, database.Dictionaries, now);
                var book = new LedgerBook(connection, database.Dictionaries, mover.Scopes, mover.Budgets);
                var added = 0;
                foreach (var entry in corrections)
                {
                    if (mover.Find(entry.Sequence) is { } request && book.Add(entry, request.Scope, request.Profile, request.AcceptedAt))
                    {
                        added++;
                    }
                }

                mover.Save();
                book.Save();
                return added;
            },
            cancellationToken);

    public Task<IReadOnlyList<Batch>> ReadUncleanedAsync(int max, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<Batch>>(
            connection => BatchRows.ReadAll(connection.Use("ReadUncleaned").With(now).With(max)), cancellationToken);

    public Task MarkCleanedAsync(long batch, bool isDone, DateTimeOffset notBefore, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Process,
            connection => connection.Use("MarkCleaned").With(isDone).With(notBefore).With(batch).Run(),
            cancellationToken);

    public async Task<PruneResult> PruneAsync(
        DateTimeOffset payloadsBefore, DateTimeOffset ledgerBefore, DateTimeOffset minutesBefore, int max, CancellationToken cancellationToken = default)
    {
        var result = await database.WriteAsync(
            Durability.Process,
            connection => new PruneResult(
                connection.Use("PruneAnswerPages").With(payloadsBefore).With(max).Run()
                    + connection.Use("PruneBodyPages").With(payloadsBefore).With(max).Run(),
                connection.Use("PruneEntries").With(max).With(ledgerBefore).Run(),
                connection.Use("PruneMinutes").With(minutesBefore).With(max).Run(),
                connection.Use("PruneObservations").With(payloadsBefore).With(max).Run(),
                DecisionRows.Prune(connection, payloadsBefore, max)),
            cancellationToken).ConfigureAwait(false);
        if (result.Pages > 0)
        {
            database.Payloads.Forget();
        }

        return result;
    }

    private (long? Scope, long After, long Last) FindRange(Connection connection, string? scope)
    {
        if (scope is null)
        {
            return (null, 0, 0);
        }

        if (database.Dictionaries.FindScope(connection, scope) is not { } number)
        {
            return (0, 0, 0);
        }

        using var row = connection.Use("ReadScopeEntries").With(number);
        return row.Step() ? (number, (row.Int64OrNull() ?? 1) - 1, row.Int64OrNull() ?? 0) : (0, 0, 0);
    }

    private List<LedgerRow> ReadAll(Statement bound, Connection connection) => LedgerRows.ReadAll(bound, connection, database.Dictionaries);

    private List<Rollup> ReadRollups(Connection connection, RollupPeriod period, DateTimeOffset from, DateTimeOffset until)
    {
        var rows = new List<Rollup>();
        using var row = connection.Use("ReadRollups").With((long)period).With(from).With(until);
        while (row.Step())
        {
            var start = row.Time();
            if (rows.Count >= PageSize && start != rows[^1].Start)
            {
                break;
            }

            var profile = row.Int64();
            var route = (Route)row.Int32();
            rows.Add(RollupColumns.Read(row).ToRollup(start, database.Dictionaries.Profile(connection, profile), route));
        }

        return rows;
    }
}
