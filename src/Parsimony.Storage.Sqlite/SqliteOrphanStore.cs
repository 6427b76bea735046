using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

internal sealed class SqliteOrphanStore(SqliteDatabase database) : IOrphanStore
{
    public Task<IReadOnlyList<Batch>> ClaimForRescueAsync(
        Lease lease, int max, DateTimeOffset now, DateTimeOffset leaseEndedBefore, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Process,
            connection => BatchRows.Lease(connection, connection.Use("ReadToRescue").With(now).With(leaseEndedBefore).With(max), lease),
            cancellationToken);

    public Task<bool> MarkSearchedAsync(long id, Lease lease, int searches, DateTimeOffset nextSearch, CancellationToken cancellationToken = default) =>
        MarkAsync(connection => connection.Use("MarkSearched").With(searches).With(nextSearch).With(id).With(lease.Owner), cancellationToken);

    public Task<bool> MarkQuarantinedAsync(
        long id, Lease lease, IReadOnlyList<string> candidates, DateTimeOffset notBefore, CancellationToken cancellationToken = default) =>
        MarkAsync(
            connection => connection.Use("MarkQuarantined").With(BatchColumns.Join(candidates)).With(notBefore).With(id).With(lease.Owner),
            cancellationToken);

    public Task<bool> MarkForeignAsync(long id, Lease lease, string providerBatchId, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Process,
            connection =>
            {
                if (BatchRows.Find(connection, id) is not { } batch || batch.Lease?.Owner != lease.Owner
                    || batch.State is not (BatchState.Submitting or BatchState.Quarantined or BatchState.Running or BatchState.Ended))
                {
                    return false;
                }

                // An empty id: all candidates turned out foreign or gone, and none is left to remember.
                var left = providerBatchId.Length == 0 ? [] : batch.Candidates.Where(candidate => candidate != providerBatchId).ToList();
                if (providerBatchId.Length > 0)
                {
                    connection.Use("AddForeign").With(batch.Provider.Value).With(providerBatchId).With(now).Run();
                }

                if (batch.State == BatchState.Quarantined && left.Count > 0)
                {
                    // Others may still be it.
                    connection.Use("SetCandidates").With(BatchColumns.Join(left)).With(now).With(id).Run();
                }
                else
                {
                    connection.Use("MarkForeign").With(now).With(id).Run();
                }

                return true;
            },
            cancellationToken);

    public Task<bool> MarkProvenAsync(long id, Lease lease, CancellationToken cancellationToken = default) =>
        MarkAsync(connection => connection.Use("MarkProven").With(id).With(lease.Owner), cancellationToken);

    public Task<IReadOnlySet<string>> FindRecordedAsync(
        ProviderId provider, IReadOnlyList<string> providerBatchIds, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlySet<string>>(
            connection =>
            {
                var recorded = new HashSet<string>(StringComparer.Ordinal);
                foreach (var id in providerBatchIds)
                {
                    using var row = connection.Use("FindRecorded").With(provider.Value).With(id);
                    if (row.Step())
                    {
                        recorded.Add(id);
                    }
                }

                return recorded;
            },
            cancellationToken);

    private Task<bool> MarkAsync(Func<Connection, Statement> bind, CancellationToken cancellationToken) =>
        database.WriteAsync(Durability.Process, connection => bind(connection).Run() > 0, cancellationToken);
}
