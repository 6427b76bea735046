using System.Runtime.CompilerServices;
using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

internal sealed class PostgresBatchStore(PostgresDatabase database) : IBatchStore
{
    private const int PagesAhead = 4;

    public Task<int> SealDueAsync(DateTimeOffset now, TimeSpan maxAge, int? minCount, DateTimeOffset escalateBefore, CancellationToken cancellationToken = default) =>
        Seal(session => session.Use("SealDue").With(now - maxAge).With(minCount).With(escalateBefore).With(now), now, cancellationToken);

    public Task<int> FlushAsync(string? scope, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Seal(session => scope is null ? session.Use("SealAll").With(now) : session.Use("SealOfScope").With(scope).With(now), now, cancellationToken);

    public Task<Batch?> FindAsync(long id, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => session.Use("FindBatch").With(id).FirstAsync(BatchColumns.Read, session.Cancellation), cancellationToken);

    public Task<IReadOnlyList<Batch>> ListOpenAsync(string? scope, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<Batch>>(
            async session => await (scope is null ? session.Use("ListOpenBatches").With(max) : session.Use("ListOpenBatchesOfScope").With(scope).With(max))
                .ListAsync(BatchColumns.Read, session.Cancellation).ConfigureAwait(false),
            cancellationToken);

    // Holds about 60 bytes per item, and payload pages up to the cache's size; no transaction stays open between items.
    public async IAsyncEnumerable<StoredItem> ReadItemsAsync(long id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var items = await database.ReadAsync(
            session => session.Use("ReadItemPlaces").With(id).ListAsync(
                static row => new ItemPlace(unchecked((ulong)(row.Int64OrNull() ?? 0)), row.Int64(), row.Int32(), row.Int64(), row.Uuid(), row.Int32()),
                session.Cancellation),
            cancellationToken).ConfigureAwait(false);
        items.Sort();
        var ahead = new Dictionary<Guid, Task<ReadOnlyMemory<byte>?>>();
        var next = 0;
        try
        {
            for (var i = 0; i < items.Count; i++)
            {
                var item = items[i];
                for (next = Math.Max(next, i); next < items.Count && ahead.Count < PagesAhead; next++)
                {
                    if (!ahead.ContainsKey(items[next].Page))
                    {
                        ahead.Add(items[next].Page, database.Payloads.ReadAsync(items[next].Page, items[next].Slot, cancellationToken));
                    }
                }

                if (ahead.Remove(item.Page, out var reading))
                {
                    await reading.ConfigureAwait(false);
                }

                var profile = await database.Dictionaries.ProfileAsync(database, item.Profile, cancellationToken).ConfigureAwait(false);
                var body = await database.Payloads.ReadAsync(item.Page, item.Slot, cancellationToken).ConfigureAwait(false)
                    ?? throw new PostgresStoreException($"The body of request {item.Sequence} is missing. The database is damaged: restore a backup.");
                if (body.IsEmpty)
                {
                    // Erased since its place was read.
                    continue;
                }

                yield return new StoredItem(
                    item.Sequence, item.Attempt, new Envelope { Kind = profile.Kind, Dialect = profile.Dialect, Model = profile.Model, Bytes = body }, profile);
            }
        }
        finally
        {
            // Nothing goes on reading for a stream that is over.
            await ((Task)Task.WhenAll(ahead.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task<IReadOnlyList<Batch>> ClaimForPollAsync(
        Lease lease, int max, DateTimeOffset now, long? only = null, CancellationToken cancellationToken = default) =>
        Claim(
            session => only is { } id
                ? session.UseLease("ClaimOneToPoll", lease, now).With(id)
                : session.UseLease("ClaimToPoll", lease, now).With(now).With(max),
            cancellationToken);

    public Task<bool> MarkPolledAsync(long id, Lease lease, DateTimeOffset nextPoll, int misses, CancellationToken cancellationToken = default) =>
        Mark(session => session.Use("MarkPolled").With(nextPoll).With(misses).With(id).With(lease.Owner), cancellationToken);

    public Task<bool> MarkCancellingAsync(long id, Lease lease, DateTimeOffset now, DateTimeOffset nextPoll, CancellationToken cancellationToken = default) =>
        Mark(session => session.Use("MarkCancelling").With(now).With(nextPoll).With(id).With(lease.Owner), cancellationToken);

    public Task<bool> MarkEndedAsync(
        long id, Lease lease, DateTimeOffset now, IReadOnlyList<string> resultReferences, CancellationToken cancellationToken = default) =>
        Mark(session => session.Use("MarkEnded").With(now).With(BatchColumns.Join(resultReferences)).With(id).With(lease.Owner), cancellationToken);

    public Task<IReadOnlyList<Batch>> ClaimForCollectAsync(Lease lease, int max, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Claim(session => session.UseLease("ClaimToCollect", lease, now).With(now).With(max), cancellationToken);

    public Task<bool> MarkCollectFailedAsync(
        long id, Lease lease, DateTimeOffset notBefore, int misses, string failureCode, CancellationToken cancellationToken = default) =>
        Mark(session => session.Use("MarkCollectFailed").With(notBefore).With(misses).With(failureCode).With(id).With(lease.Owner), cancellationToken);

    public Task<bool> MarkCollectedAsync(long id, Lease lease, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Mark(session => session.Use("MarkCollected").With(id).With(lease.Owner), cancellationToken);

    private Task<int> Seal(Func<Session, Command> bind, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        Durability.Server,
        async session =>
        {
            var batches = await bind(session).ListAsync(static row => row.Int64(), session.Cancellation).ConfigureAwait(false);
            if (batches.Count > 0)
            {
                await session.Use("RejectEmptied").With(now).With(batches, NpgsqlDbType.Bigint).RunAsync(session.Cancellation).ConfigureAwait(false);
            }

            return batches.Count;
        },
        cancellationToken);

    private Task<IReadOnlyList<Batch>> Claim(Func<Session, Command> bind, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<Batch>>(
            Durability.Server,
            async session => await bind(session).ListAsync(BatchColumns.Read, session.Cancellation).ConfigureAwait(false),
            cancellationToken);

    private Task<bool> Mark(Func<Session, Command> bind, CancellationToken cancellationToken) =>
        database.WriteAsync(Durability.Server, async session => await bind(session).RunAsync(session.Cancellation).ConfigureAwait(false) > 0, cancellationToken);

    private readonly record struct ItemPlace(ulong Prefix, long Sequence, int Attempt, long Profile, Guid Page, int Slot) : IComparable<ItemPlace>
    {
        public int CompareTo(ItemPlace other) => Prefix != other.Prefix ? Prefix.CompareTo(other.Prefix) : Sequence.CompareTo(other.Sequence);
    }
}
