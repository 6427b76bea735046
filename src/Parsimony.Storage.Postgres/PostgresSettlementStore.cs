using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

internal sealed class PostgresSettlementStore(PostgresDatabase database) : ISettlementStore
{
    public async Task<SettlementResult> SettleAsync(
        IReadOnlyList<Settlement> settlements, (long Id, Lease Lease)? batch, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await SettlementChunk.PrepareAsync(database, settlements, cancellationToken).ConfigureAwait(false);
        // Results of a batch can be read again; nobody can be asked again for what a live call gave.
        return await database.WriteAsync(
            batch is null ? Durability.Disk : Durability.Server,
            session => new SettlementChunk(session, now).RunAsync(settlements, batch),
            cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<StoredRequest>> ReadUnsettledAsync(long batch, long afterSequence, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<StoredRequest>>(
            async session =>
            {
                var items = await ItemsAsync(session, batch).ConfigureAwait(false);
                // Usually none are left, and the items need not be looked at.
                return items is not { Open: > 0, First: { } first, Last: { } last }
                    ? []
                    : await RequestRows.ListAsync(
                        session, session.Use("ReadUnsettled").With(Math.Max(afterSequence, first - 1)).With(last).With(batch).With(max)).ConfigureAwait(false);
            },
            cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> ReadDueForEscalationAsync(DateTimeOffset escalateBefore, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<StoredRequest>>(
            async session => await RequestRows.ListAsync(session, session.Use("ReadDueForEscalation").With(escalateBefore).With(max)).ConfigureAwait(false),
            cancellationToken);

    public Task<(int Open, int Leaving)> CountOpenAsync(long batch, DateTimeOffset escalateBefore, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            async session =>
            {
                if (await ItemsAsync(session, batch).ConfigureAwait(false) is not { } items)
                {
                    return (0, 0);
                }

                return items.EscalateAt is null || items.EscalateAt > escalateBefore
                    ? (items.Open, items.Marked)
                    : (items.Open, await session.Use("CountLeaving").With(batch).With(escalateBefore)
                        .FirstAsync(static row => row.Int32(), session.Cancellation).ConfigureAwait(false));
            },
            cancellationToken);

    public Task<IReadOnlyList<long>> ReadBatchesToCancelAsync(DateTimeOffset escalateBefore, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<long>>(
            async session => await session.Use("ReadBatchesToCancel").With(escalateBefore).With(max)
                .ListAsync(static row => row.Int64(), session.Cancellation).ConfigureAwait(false),
            cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> ReadOverdueAsync(DateTimeOffset now, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<StoredRequest>>(
            async session => await RequestRows.ListAsync(session, session.Use("ReadOverdue").With(now).With(max)).ConfigureAwait(false),
            cancellationToken);

    public async Task BookLiveAsync(IReadOnlyList<MeteredCall> calls, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        if (calls.Count > 0)
        {
            var chunk = await MeteredChunk.PrepareAsync(database, calls, now, cancellationToken).ConfigureAwait(false);
            await database.WriteAsync(Durability.Server, chunk.RunAsync, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Task<BatchItems?> ItemsAsync(Session session, long batch) => session.Use("ReadBatchItems").With(batch).FirstAsync(
        static row => new BatchItems(row.Int32(), row.Int32(), row.Int64OrNull(), row.Int64OrNull(), row.TimeOrNull()), session.Cancellation);

    private sealed record BatchItems(int Open, int Marked, long? First, long? Last, DateTimeOffset? EscalateAt);
}
