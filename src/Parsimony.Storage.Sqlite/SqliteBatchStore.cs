using System.Runtime.CompilerServices;
using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

internal sealed class SqliteBatchStore(SqliteDatabase database) : IBatchStore
{
    // A page takes about as long to unpack as its requests take to render: two keep the second core busy, more would only hold memory.
    private const int PagesAhead = 2;

    public Task<int> SealDueAsync(DateTimeOffset now, TimeSpan maxAge, int? minCount, DateTimeOffset escalateBefore, CancellationToken cancellationToken = default) =>
        Seal(connection => connection.Use("ReadFillingDue").With(now - maxAge).With(minCount).With(escalateBefore), now, cancellationToken);

    public Task<int> FlushAsync(string? scope, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Seal(
            connection => scope is null
                ? connection.Use("ReadFilling")
                : connection.Use("ReadFillingOfScope").With(database.Dictionaries.FindScope(connection, scope) ?? 0),
            now, cancellationToken);

    public Task<Batch?> FindAsync(long id, CancellationToken cancellationToken = default) =>
        database.ReadAsync(connection => BatchRows.Find(connection, id), cancellationToken);

    public Task<IReadOnlyList<Batch>> ListOpenAsync(string? scope, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<Batch>>(
            connection => BatchRows.ReadAll(
                scope is null
                    ? connection.Use("ListOpenBatches").With(max)
                    : connection.Use("ListOpenBatchesOfScope").With(database.Dictionaries.FindScope(connection, scope) ?? 0).With(max)),
            cancellationToken);

    // Holds about 48 bytes per item, and payload pages up to the cache's size; no read transaction stays open between items.
    public async IAsyncEnumerable<StoredItem> ReadItemsAsync(long id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var items = await database.ReadAsync(connection => ReadPlaces(connection, id), cancellationToken).ConfigureAwait(false);
        // In memory there is one connection for everything: reading ahead would only take it from others.
        var pages = new PageWindow(database.Payloads, PagesOf(items), database.IsInMemory ? 0 : PagesAhead);
        await using var reading = pages.ConfigureAwait(false);
        RequestProfile? profile = null;
        byte[]? page = null;
        var (profileNumber, pageNumber) = (0L, 0L);
        foreach (var item in items)
        {
            if (profile is null || profileNumber != item.Profile)
            {
                profileNumber = item.Profile;
                profile = await database.ReadAsync(
                    connection => database.Dictionaries.Profile(connection, item.Profile), cancellationToken).ConfigureAwait(false);
            }

            if (pageNumber != item.Page)
            {
                pageNumber = item.Page;
                page = await pages.NextAsync(cancellationToken).ConfigureAwait(false);
            }

            var body = page is null
                ? throw new SqliteStoreException($"The body of request {item.Sequence} is missing. The file is damaged: restore a backup.")
                : PackedPage.Slice(page, item.Slot);
            if (body.IsEmpty)
            {
                // Erased since its place was read.
                continue;
            }

            yield return new StoredItem(item.Sequence, item.Attempt, SqliteRequestStore.EnvelopeOf(profile, body), profile);
        }
    }

    public Task<IReadOnlyList<Batch>> ClaimForPollAsync(
        Lease lease, int max, DateTimeOffset now, long? only = null, CancellationToken cancellationToken = default) =>
        Claim(
            connection => only is { } id
                ? connection.Use("ReadOneToPoll").With(id).With(now)
                : connection.Use("ReadToPoll").With(now).With(max),
            lease, cancellationToken);

    public Task<bool> MarkPolledAsync(long id, Lease lease, DateTimeOffset nextPoll, int misses, CancellationToken cancellationToken = default) =>
        Mark(connection => connection.Use("MarkPolled").With(nextPoll).With(misses).With(id).With(lease.Owner), cancellationToken);

    public Task<bool> MarkCancellingAsync(long id, Lease lease, DateTimeOffset now, DateTimeOffset nextPoll, CancellationToken cancellationToken = default) =>
        Mark(connection => connection.Use("MarkCancelling").With(now).With(nextPoll).With(id).With(lease.Owner), cancellationToken);

    public Task<bool> MarkEndedAsync(
        long id, Lease lease, DateTimeOffset now, IReadOnlyList<string> resultReferences, CancellationToken cancellationToken = default) =>
        Mark(connection => connection.Use("MarkEnded").With(now).With(BatchColumns.Join(resultReferences)).With(id).With(lease.Owner), cancellationToken);

    public Task<IReadOnlyList<Batch>> ClaimForCollectAsync(Lease lease, int max, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Claim(connection => connection.Use("ReadToCollect").With(now).With(max), lease, cancellationToken);

    public Task<bool> MarkCollectFailedAsync(
        long id, Lease lease, DateTimeOffset notBefore, int misses, string failureCode, CancellationToken cancellationToken = default) =>
        Mark(connection => connection.Use("MarkCollectFailed").With(notBefore).With(misses).With(failureCode).With(id).With(lease.Owner), cancellationToken);

    public Task<bool> MarkCollectedAsync(long id, Lease lease, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Mark(connection => connection.Use("MarkCollected").With(id).With(lease.Owner), cancellationToken);

    /// <summary>The pages of the items, each as often as it is turned to.</summary>
    private static List<long> PagesOf(List<ItemPlace> items)
    {
        var pages = new List<long>();
        foreach (var item in items)
        {
            if (pages.Count == 0 || pages[^1] != item.Page)
            {
                pages.Add(item.Page);
            }
        }

        return pages;
    }

    private static List<ItemPlace> ReadPlaces(Connection connection, long id)
    {
        var items = new List<ItemPlace>();
        using (var row = connection.Use("ReadItemPlaces").With(id))
        {
            while (row.Step())
            {
                items.Add(new ItemPlace(unchecked((ulong)row.Int64()), row.Int64(), row.Int32(), row.Int64(), row.Int64(), row.Int32()));
            }
        }

        items.Sort();
        return items;
    }

    private Task<int> Seal(Func<Connection, Statement> find, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        Durability.Process,
        connection =>
        {
            var batches = RequestRows.ReadNumbers(find(connection));
            foreach (var batch in batches)
            {
                connection.Use("SealBatch").With(now).With(batch).Run();
            }

            if (batches.Count > 0)
            {
                connection.Use("RejectEmptied").With(now).Run();
            }

            return batches.Count;
        },
        cancellationToken);

    private Task<IReadOnlyList<Batch>> Claim(Func<Connection, Statement> find, Lease lease, CancellationToken cancellationToken) =>
        database.WriteAsync(Durability.Process, connection => BatchRows.Lease(connection, find(connection), lease), cancellationToken);

    private Task<bool> Mark(Func<Connection, Statement> bind, CancellationToken cancellationToken) =>
        database.WriteAsync(Durability.Process, connection => bind(connection).Run() > 0, cancellationToken);

    private readonly record struct ItemPlace(ulong Prefix, long Sequence, int Attempt, long Profile, long Page, int Slot) : IComparable<ItemPlace>
    {
        public int CompareTo(ItemPlace other) => Prefix != other.Prefix ? Prefix.CompareTo(other.Prefix) : Sequence.CompareTo(other.Sequence);
    }
}
