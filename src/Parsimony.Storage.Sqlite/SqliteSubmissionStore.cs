using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

internal sealed class SqliteSubmissionStore(SqliteDatabase database, TimeProvider clock) : ISubmissionStore
{
    public Task<Batch?> ClaimAsync(Lease lease, AdmissionSource admission, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Process,
            connection =>
            {
                if (new ProviderQueues(connection, admission).TakeTurn(now) is not { } id)
                {
                    return null;
                }

                connection.Use("ClaimForSubmission").With(lease.Owner).With(lease.Until).With(id).Run();
                return BatchRows.Find(connection, id);
            },
            cancellationToken);

    public Task<bool> MarkStagedAsync(long id, Lease lease, string stagedReference, CancellationToken cancellationToken = default) =>
        Mark(
            connection =>
            {
                connection.Use("AddLeftoverOfBatch").With(clock.GetUtcNow()).With(id).With(lease.Owner).With(stagedReference).Run();
                return connection.Use("MarkStaged").With(stagedReference).With(id).With(lease.Owner);
            },
            cancellationToken);

    public Task<bool> MarkCreateSentAsync(long id, Lease lease, int count, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Mark(
            connection => connection.Use("MarkCreateSent").With(now).With(count).With(lease.Until).With(id).With(lease.Owner),
            cancellationToken, Durability.Power);

    public Task<bool> MarkRunningAsync(
        long id, Lease lease, string providerBatchId, bool isSuspected, DateTimeOffset submittedAt, DateTimeOffset nextPoll, CancellationToken cancellationToken = default) =>
        // The only record of an id that costs money to lose.
        Mark(
            connection => connection.Use("MarkRunning").With(providerBatchId).With(isSuspected).With(submittedAt).With(nextPoll).With(id).With(lease.Owner),
            cancellationToken, Durability.Power);

    public Task<bool> MarkResealedAsync(
        long id, Lease lease, DateTimeOffset notBefore, bool keepStaged, string reason, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Process,
            connection =>
            {
                // A provider batch it leaves behind is none of ours any more.
                connection.Use("AddForeignOfResealed").With(clock.GetUtcNow()).With(id).With(lease.Owner).Run();
                if (!keepStaged)
                {
                    connection.Use("AddLeftoverOfBatch").With(clock.GetUtcNow()).With(id).With(lease.Owner).With("").Run();
                }

                return connection.Use("MarkResealed").With(notBefore).With(keepStaged).With(reason).With(id).With(lease.Owner).Run() > 0
                    && EndMarked(connection, id, keepStaged);
            },
            cancellationToken);

    public Task<bool> MarkRejectedAsync(long id, Lease lease, string failureCode, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Mark(connection => connection.Use("MarkRejected").With(failureCode).With(now).With(id).With(lease.Owner), cancellationToken);

    public Task<bool> MarkUncertainAsync(long id, Lease lease, DateTimeOffset notBefore, string failureCode, CancellationToken cancellationToken = default) =>
        Mark(connection => connection.Use("MarkUncertain").With(notBefore).With(failureCode).With(id).With(lease.Owner), cancellationToken);

    private Task<bool> Mark(Func<Connection, Statement> bind, CancellationToken cancellationToken, Durability durability = Durability.Process) =>
        database.WriteAsync(durability, connection => bind(connection).Run() > 0, cancellationToken);

    // Sealed again, it is as if it had never been submitted: what was marked meanwhile is cancelled, unless its uploaded input is kept.
    private bool EndMarked(Connection connection, long batch, bool keepStaged)
    {
        if (!keepStaged)
        {
            var mover = new RequestMover(connection, database.Dictionaries, clock.GetUtcNow());
            foreach (var sequence in RequestRows.ReadNumbers(connection.Use("ReadMarkedItems").With(batch)))
            {
                if (mover.Find(sequence) is { } request)
                {
                    mover.End(request, RequestState.Cancelled, "cancelled", "cancelled");
                }
            }

            mover.Save();
        }

        return true;
    }
}
