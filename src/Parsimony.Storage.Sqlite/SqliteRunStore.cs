using System.Runtime.CompilerServices;
using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

internal sealed class SqliteRunStore(SqliteDatabase database) : IRunStore
{
    private const int PageSize = 500;

    public Task BeginAsync(string scope, string description, decimal? maxCostUsd, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Process,
            connection =>
            {
                var number = database.Dictionaries.ScopeNumber(connection, scope, now);
                connection.Use("BeginRun").With(description).With(maxCostUsd).With(now).With(number).Run();
                return connection.Use("ForgetRunItems").With(number).Run();
            },
            cancellationToken);

    public Task AddItemsAsync(string scope, IReadOnlyList<RunItem> items, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Process,
            connection =>
            {
                var number = database.Dictionaries.FindScope(connection, scope)
                    ?? throw new InvalidOperationException($"The run '{scope}' was not begun. Call BeginAsync first.");
                foreach (var item in items)
                {
                    connection.Use("AddRunItem")
                        .With(number).With(item.Position).With(item.ItemId).With(item.Line).With(item.Sample).With(item.Sequence).Run();
                }

                return items.Count;
            },
            cancellationToken);

    public Task<ScopeTotals?> ReadTotalsAsync(string scope, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            connection =>
            {
                using var row = connection.Use("ReadTotals").With(scope);
                return row.Step() ? TotalsColumns.Read(row) : null;
            },
            cancellationToken);

    public Task<IReadOnlyList<(ScopeTotals Totals, string Description, DateTimeOffset StartedAt)>> ListAsync(
        int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<(ScopeTotals Totals, string Description, DateTimeOffset StartedAt)>>(
            connection =>
            {
                using var row = connection.Use("ListScopes").With(max);
                var scopes = new List<(ScopeTotals Totals, string Description, DateTimeOffset StartedAt)>();
                while (row.Step())
                {
                    scopes.Add((TotalsColumns.Read(row), row.Text(), row.Time()));
                }

                return scopes;
            },
            cancellationToken);

    public Task<IReadOnlyList<string>> ListHoldingAsync(string? after, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<string>>(
            connection =>
            {
                using var row = connection.Use("ListHoldingScopes").With(after ?? "").With(max);
                var scopes = new List<string>();
                while (row.Step())
                {
                    scopes.Add(row.Text());
                }

                return scopes;
            },
            cancellationToken);

    public async IAsyncEnumerable<RunResult> ReadResultsAsync(string scope, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long after = -1;
        while (true)
        {
            var from = after;
            var page = await database.ReadAsync(connection => ReadPage(connection, scope, from), cancellationToken).ConfigureAwait(false);
            foreach (var (item, request, place, entries) in page)
            {
                var answer = place is var (number, slot)
                    ? await database.Payloads.ReadAsync(number, slot, cancellationToken).ConfigureAwait(false)
                    : null;
                yield return new RunResult(item, request, answer, entries);
                after = item.Position;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }
        }
    }

    private List<(RunItem Item, StoredRequest Request, (long Page, int Slot)? Answer, IReadOnlyList<LedgerEntry> Entries)> ReadPage(
        Connection connection, string scope, long after)
    {
        var page = new List<(RunItem, StoredRequest, (long, int)?, IReadOnlyList<LedgerEntry>)>();
        using var row = connection.Use("ReadRunItems").With(database.Dictionaries.FindScope(connection, scope) ?? 0).With(after).With(PageSize);
        while (row.Step())
        {
            var item = new RunItem(row.Int64(), row.Text(), row.Int64(), row.Int32(), row.Int64());
            (long, int)? place = null;
            StoredRequest request;
            using (var stored = connection.Use("ReadRequest").With(item.Sequence))
            {
                if (!stored.Step())
                {
                    continue;
                }

                request = RequestRows.Read(stored, connection, database.Dictionaries);
            }

            using (var answer = connection.Use("ReadAnswerPlace").With(item.Sequence))
            {
                if (answer.Step())
                {
                    place = (answer.Int64(), answer.Int32());
                }
            }

            var entries = LedgerRows.ReadAll(connection.Use("ReadEntriesOfRequest").With(item.Sequence), connection, database.Dictionaries);
            page.Add((item, request, place, entries.ConvertAll(entry => entry.Entry)));
        }

        return page;
    }
}
