using Npgsql;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

internal sealed class PostgresSubmissionStore(PostgresDatabase database, TimeProvider clock) : ISubmissionStore
{
    public Task<Batch?> ClaimAsync(Lease lease, AdmissionSource admission, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.WriteAsync(Durability.Server, session => new ProviderQueues(session, admission).ClaimAsync(lease, now), cancellationToken);

    public Task<bool> MarkStagedAsync(long id, Lease lease, string stagedReference, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Server,
            async session =>
            {
                await session.Use("AddLeftoverOfBatch").With(clock.GetUtcNow()).With(id).With(lease.Owner).With(stagedReference)
                    .RunAsync(session.Cancellation).ConfigureAwait(false);
                return await session.Use("MarkStaged").With(stagedReference).With(id).With(lease.Owner).RunAsync(session.Cancellation).ConfigureAwait(false) > 0;
            },
            cancellationToken);

    public Task<bool> MarkCreateSentAsync(long id, Lease lease, int count, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Mark(
            session => session.Use("MarkCreateSent").With(now).With(count).With(session.Length(lease.Until - now)).With(session.LeaseNow).With(id).With(lease.Owner),
            cancellationToken, Durability.Disk);

    public async Task<bool> MarkRunningAsync(
        long id, Lease lease, string providerBatchId, bool isSuspected, DateTimeOffset submittedAt, DateTimeOffset nextPoll, CancellationToken cancellationToken = default)
    {
        try
        {
            // The only record of an id that costs money to lose.
            return await Mark(
                session => session.Use("MarkRunning").With(providerBatchId).With(isSuspected).With(submittedAt).With(nextPoll).With(id).With(lease.Owner),
                cancellationToken, Durability.Disk).ConfigureAwait(false);
        }
        catch (PostgresStoreException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Another node gave this id to another batch at the same moment.
            return false;
        }
    }

    public Task<bool> MarkResealedAsync(
        long id, Lease lease, DateTimeOffset notBefore, bool keepStaged, string reason, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Server,
            async session =>
            {
                var now = clock.GetUtcNow();
                var mover = new RequestMover(session, now);
                // Requests are locked before their batch.
                var marked = keepStaged ? [] : await LockMarkedAsync(session, mover, id).ConfigureAwait(false);
                // A provider batch it leaves behind is none of ours any more.
                await session.Use("AddForeignOfResealed").With(now).With(id).With(lease.Owner).RunAsync(session.Cancellation).ConfigureAwait(false);
                if (!keepStaged)
                {
                    await session.Use("AddLeftoverOfBatch").With(now).With(id).With(lease.Owner).With("").RunAsync(session.Cancellation).ConfigureAwait(false);
                }

                if (await session.Use("MarkResealed").With(notBefore).With(keepStaged).With(reason).With(id).With(lease.Owner)
                    .RunAsync(session.Cancellation).ConfigureAwait(false) == 0)
                {
                    return false;
                }

                if (!keepStaged)
                {
                    // Marked between the two statements: seldom, and now nobody can mark any more.
                    if (await CountMarkedAsync(session, id).ConfigureAwait(false) > marked.Count)
                    {
                        marked = await LockMarkedAsync(session, mover, id).ConfigureAwait(false);
                    }

                    // As if it had never been submitted: what was marked meanwhile is cancelled.
                    foreach (var request in marked)
                    {
                        mover.End(request, RequestState.Cancelled, "cancelled", "cancelled");
                    }

                    await mover.SaveAsync().ConfigureAwait(false);
                }

                return true;
            },
            cancellationToken);

    public Task<bool> MarkRejectedAsync(long id, Lease lease, string failureCode, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Mark(session => session.Use("MarkRejected").With(failureCode).With(now).With(id).With(lease.Owner), cancellationToken);

    public Task<bool> MarkUncertainAsync(long id, Lease lease, DateTimeOffset notBefore, string failureCode, CancellationToken cancellationToken = default) =>
        Mark(session => session.Use("MarkUncertain").With(notBefore).With(failureCode).With(id).With(lease.Owner), cancellationToken);

    private static async Task<List<MovingRequest>> LockMarkedAsync(Session session, RequestMover mover, long batch) =>
        await mover.LockAsync(await ReadMarkedAsync(session, batch).ConfigureAwait(false)).ConfigureAwait(false);

    private static async Task<int> CountMarkedAsync(Session session, long batch) => (await ReadMarkedAsync(session, batch).ConfigureAwait(false)).Count;

    private static Task<List<long>> ReadMarkedAsync(Session session, long batch) =>
        session.Use("ReadMarkedItems").With(batch).ListAsync(static row => row.Int64(), session.Cancellation);

    private Task<bool> Mark(Func<Session, Command> bind, CancellationToken cancellationToken, Durability durability = Durability.Server) =>
        database.WriteAsync(durability, async session => await bind(session).RunAsync(session.Cancellation).ConfigureAwait(false) > 0, cancellationToken);
}
