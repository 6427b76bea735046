using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

internal sealed class PostgresOrphanStore(PostgresDatabase database) : IOrphanStore
{
    public Task<IReadOnlyList<Batch>> ClaimForRescueAsync(
        Lease lease, int max, DateTimeOffset now, DateTimeOffset leaseEndedBefore, CancellationToken cancellationToken = default) =>
        database.WriteAsync<IReadOnlyList<Batch>>(
            Durability.Server,
            async session => await session.UseLease("ClaimToRescue", lease, now).With(now).With(session.Length(now - leaseEndedBefore)).With(max)
                .ListAsync(BatchColumns.Read, session.Cancellation).ConfigureAwait(false),
            cancellationToken);

    public Task<bool> MarkSearchedAsync(long id, Lease lease, int searches, DateTimeOffset nextSearch, CancellationToken cancellationToken = default) =>
        MarkAsync(session => session.Use("MarkSearched").With(searches).With(nextSearch).With(id).With(lease.Owner), cancellationToken);

    public Task<bool> MarkQuarantinedAsync(
        long id, Lease lease, IReadOnlyList<string> candidates, DateTimeOffset notBefore, CancellationToken cancellationToken = default) =>
        MarkAsync(session => session.Use("MarkQuarantined").With(BatchColumns.Join(candidates)).With(notBefore).With(id).With(lease.Owner), cancellationToken);

    public Task<bool> MarkForeignAsync(long id, Lease lease, string providerBatchId, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Server,
            async session =>
            {
                if (await session.Use("LockBatch").With(id).FirstAsync(BatchColumns.Read, session.Cancellation).ConfigureAwait(false) is not { } batch
                    || batch.Lease?.Owner != lease.Owner
                    || batch.State is not (BatchState.Submitting or BatchState.Quarantined or BatchState.Running or BatchState.Ended))
                {
                    return false;
                }

                // An empty id: all candidates turned out foreign or gone, and none is left to remember.
                var left = providerBatchId.Length == 0 ? [] : batch.Candidates.Where(candidate => candidate != providerBatchId).ToList();
                if (providerBatchId.Length > 0)
                {
                    await session.Use("AddForeign").With(batch.Provider.Value).With(providerBatchId).With(now).RunAsync(session.Cancellation).ConfigureAwait(false);
                }

                // Others may still be it.
                var change = batch.State == BatchState.Quarantined && left.Count > 0
                    ? session.Use("SetCandidates").With(BatchColumns.Join(left)).With(now).With(id)
                    : session.Use("MarkForeign").With(now).With(id);
                await change.RunAsync(session.Cancellation).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    public Task<bool> MarkProvenAsync(long id, Lease lease, CancellationToken cancellationToken = default) =>
        MarkAsync(session => session.Use("MarkProven").With(id).With(lease.Owner), cancellationToken);

    public Task<IReadOnlySet<string>> FindRecordedAsync(
        ProviderId provider, IReadOnlyList<string> providerBatchIds, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlySet<string>>(
            async session => (await session.Use("FindRecorded").With(provider.Value).With(providerBatchIds, NpgsqlDbType.Text)
                .ListAsync(static row => row.Text(), session.Cancellation).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal),
            cancellationToken);

    private Task<bool> MarkAsync(Func<Session, Command> bind, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Server, async session => await bind(session).RunAsync(session.Cancellation).ConfigureAwait(false) > 0, cancellationToken);
}
