using System.Runtime.CompilerServices;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

internal sealed class PostgresLedgerStore(PostgresDatabase database) : ILedgerStore
{
    private const int PageSize = 1_000;

    public async IAsyncEnumerable<LedgerRow> ReadAsync(string? scope, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var number = scope is null ? null : await database.Dictionaries.FindScopeAsync(database, scope, cancellationToken).ConfigureAwait(false);
        if (scope is not null && number is null)
        {
            yield break;
        }

        for (long after = 0; ;)
        {
            var from = after;
            var rows = await database.ReadAsync(
                session => LedgerRows.ListAsync(
                    number is { } only
                        ? session.Use("ReadEntriesOfScope").With(only).With(from).With(PageSize)
                        : session.Use("ReadEntries").With(from).With(PageSize),
                    session),
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
        ListAsync(session => session.Use("ReadEntriesOfRequest").With(sequence), cancellationToken);

    public async IAsyncEnumerable<Rollup> ReadRollupsAsync(
        RollupPeriod period, DateTimeOffset from, DateTimeOffset until, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var last = new RollupKey(period, from, 0, default);
        while (true)
        {
            var after = last;
            var rows = await database.ReadAsync(
                session => session.Use("ReadRollups").With((int)period).With(after.Start).With(after.Profile).With((int)after.Route).With(until).With(PageSize)
                    .ListAsync(RollupRows.Read, session.Cancellation),
                cancellationToken).ConfigureAwait(false);
            foreach (var (start, number, route, sums) in rows)
            {
                var profile = await database.Dictionaries.ProfileAsync(database, number, cancellationToken).ConfigureAwait(false);
                yield return sums.ToRollup(start, profile, route);
                last = new RollupKey(period, start, number, route);
            }

            if (rows.Count < PageSize)
            {
                yield break;
            }
        }
    }

    public Task<IReadOnlyList<LedgerRow>> ReadUnpricedAsync(long afterNumber, int max, CancellationToken cancellationToken = default) =>
        ListAsync(session => session.Use("ReadUnpriced").With(afterNumber).With(max), cancellationToken);

    public async Task<int> CorrectAsync(IReadOnlyList<LedgerEntry> corrections, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        foreach (var source in corrections.Select(c => c.PriceSource).Distinct(StringComparer.Ordinal))
        {
            await database.Dictionaries.PhraseNumberAsync(database, source, cancellationToken).ConfigureAwait(false);
        }

        return await database.WriteAsync(
            Durability.Server,
            async session =>
            {
                var mover = new RequestMover(session, now);
                var requests = await mover.LockAsync([.. corrections.Select(c => c.Sequence).Distinct()]).ConfigureAwait(false);
                await database.Months.EnsureAsync(database, requests.Select(r => r.Id.Value), cancellationToken).ConfigureAwait(false);
                var book = new LedgerBook(session, mover.Scopes, mover.Budgets);
                var lines = new List<LedgerLine>(corrections.Count);
                foreach (var entry in corrections)
                {
                    if (mover.Find(entry.Sequence) is { } request)
                    {
                        lines.Add(book.Add(entry, request.Id, request.Scope, request.Profile, request.AcceptedAt));
                    }
                }

                await book.SaveEntriesAsync().ConfigureAwait(false);
                await mover.SaveAsync().ConfigureAwait(false);
                await book.SaveRollupsAsync().ConfigureAwait(false);
                return lines.Count(line => line.IsNew);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<Batch>> ReadUncleanedAsync(int max, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<Batch>>(
            async session => await session.Use("ReadUncleaned").With(now).With(max).ListAsync(BatchColumns.Read, session.Cancellation).ConfigureAwait(false),
            cancellationToken);

    public Task MarkCleanedAsync(long batch, bool isDone, DateTimeOffset notBefore, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Server,
            session => session.Use("MarkCleaned").With(isDone).With(notBefore).With(batch).RunAsync(session.Cancellation),
            cancellationToken);

    public async Task<PruneResult> PruneAsync(
        DateTimeOffset payloadsBefore, DateTimeOffset ledgerBefore, DateTimeOffset minutesBefore, int max, CancellationToken cancellationToken = default)
    {
        var result = await database.WriteAsync(
            Durability.Server,
            async session => new PruneResult(
                await session.Use("PruneAnswerPages").With(payloadsBefore).With(max).RunAsync(session.Cancellation).ConfigureAwait(false)
                    + await session.Use("PruneBodyPages").With(payloadsBefore).With(max).RunAsync(session.Cancellation).ConfigureAwait(false),
                await session.Use("PruneEntries").With(max).With(ledgerBefore).RunAsync(session.Cancellation).ConfigureAwait(false),
                await session.Use("PruneMinutes").With(minutesBefore).With(max).RunAsync(session.Cancellation).ConfigureAwait(false),
                await session.Use("PruneObservations").With(payloadsBefore).With(max).RunAsync(session.Cancellation).ConfigureAwait(false),
                await DecisionRows.PruneAsync(session, payloadsBefore, max).ConfigureAwait(false)),
            cancellationToken).ConfigureAwait(false);
        if (result.Pages > 0)
        {
            database.Payloads.Forget();
        }

        await OldPartitions.DropAsync(database, payloadsBefore, ledgerBefore, cancellationToken).ConfigureAwait(false);
        return result;
    }

    private Task<IReadOnlyList<LedgerRow>> ListAsync(Func<Session, Command> bind, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<LedgerRow>>(
            async session => await LedgerRows.ListAsync(bind(session), session).ConfigureAwait(false), cancellationToken);
}
