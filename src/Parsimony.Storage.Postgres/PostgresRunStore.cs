using System.Runtime.CompilerServices;
using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

internal sealed class PostgresRunStore(PostgresDatabase database) : IRunStore
{
    private const int PageSize = 500;

    public async Task BeginAsync(string scope, string description, decimal? maxCostUsd, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var number = await database.Dictionaries.ScopeNumberAsync(database, scope, now, cancellationToken).ConfigureAwait(false);
        await database.WriteAsync(
            Durability.Server,
            async session =>
            {
                await session.Use("BeginRun").With(description).With(maxCostUsd).With(now).With(number).RunAsync(cancellationToken).ConfigureAwait(false);
                return await session.Use("ForgetRunItems").With(number).RunAsync(cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async Task AddItemsAsync(string scope, IReadOnlyList<RunItem> items, CancellationToken cancellationToken = default)
    {
        if (items.Count == 0)
        {
            return;
        }

        var number = await database.Dictionaries.FindScopeAsync(database, scope, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"The run '{scope}' was not begun. Call BeginAsync first.");
        // Of one position the last: a statement may write a row only once.
        var last = items.Reverse().DistinctBy(item => item.Position).ToList();
        await database.WriteAsync(
            Durability.Server,
            session => session.Use("AddRunItems").With(number)
                .With(last.ConvertAll(i => i.Position), NpgsqlDbType.Bigint).With(last.ConvertAll(i => i.ItemId), NpgsqlDbType.Text)
                .With(last.ConvertAll(i => i.Line), NpgsqlDbType.Bigint).With(last.ConvertAll(i => i.Sample), NpgsqlDbType.Integer)
                .With(last.ConvertAll(i => i.Sequence), NpgsqlDbType.Bigint)
                .RunAsync(cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    public Task<ScopeTotals?> ReadTotalsAsync(string scope, CancellationToken cancellationToken = default) => database.ReadAsync(
        session => session.Use("ReadTotals").With(scope).FirstAsync(TotalsColumns.Read, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<(ScopeTotals Totals, string Description, DateTimeOffset StartedAt)>> ListAsync(
        int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<(ScopeTotals Totals, string Description, DateTimeOffset StartedAt)>>(
            async session => await session.Use("ListScopes").With(max)
                .ListAsync(static row => (TotalsColumns.Read(row), row.Text(), row.Time()), cancellationToken).ConfigureAwait(false),
            cancellationToken);

    public Task<IReadOnlyList<string>> ListHoldingAsync(string? after, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<string>>(
            async session => await session.Use("ListHoldingScopes").With(after ?? "").With(max).ListAsync(static row => row.Text(), cancellationToken).ConfigureAwait(false),
            cancellationToken);

    public async IAsyncEnumerable<RunResult> ReadResultsAsync(string scope, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (await database.Dictionaries.FindScopeAsync(database, scope, cancellationToken).ConfigureAwait(false) is not { } number)
        {
            yield break;
        }

        long after = -1;
        while (true)
        {
            var from = after;
            var page = await database.ReadAsync(session => ReadPageAsync(session, number, from), cancellationToken).ConfigureAwait(false);
            foreach (var (item, place) in page.Items)
            {
                after = item.Position;
                if (page.Requests.TryGetValue(item.Sequence, out var request))
                {
                    var answer = place is var (id, slot) ? await database.Payloads.ReadAsync(id, slot, cancellationToken).ConfigureAwait(false) : null;
                    yield return new RunResult(item, request, answer, [.. page.Entries[item.Sequence]]);
                }
            }

            if (page.Items.Count < PageSize)
            {
                yield break;
            }
        }
    }

    private static async Task<ResultPage> ReadPageAsync(Session session, long scope, long after)
    {
        var items = await session.Use("ReadRunItems").With(scope).With(after).With(PageSize)
            .ListAsync(ReadItem, session.Cancellation).ConfigureAwait(false);
        var requests = (await RequestRows.LoadAsync(session, [.. items.Select(i => i.Item.Sequence).Distinct()]).ConfigureAwait(false))
            .ToDictionary(request => request.Sequence);
        var entries = await LedgerRows.ListAsync(
            session.Use("ReadEntriesOfRequests").With(requests.Values.Select(r => r.Id.Value).ToArray(), NpgsqlDbType.Uuid), session).ConfigureAwait(false);
        return new ResultPage(items, requests, entries.Select(row => row.Entry).ToLookup(entry => entry.Sequence));
    }

    private static (RunItem Item, (Guid Page, int Slot)? Answer) ReadItem(Row row)
    {
        var item = new RunItem(row.Int64(), row.Text(), row.Int64(), row.Int32(), row.Int64());
        return (item, row.UuidOrNull() is { } page ? (page, row.Int32()) : null);
    }

    private sealed record ResultPage(
        List<(RunItem Item, (Guid Page, int Slot)? Answer)> Items, Dictionary<long, StoredRequest> Requests, ILookup<long, LedgerEntry> Entries);
}
