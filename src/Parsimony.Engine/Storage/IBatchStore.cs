namespace Parsimony.Engine;

/// <summary>Batches while they fill, run, end and are collected.</summary>
public interface IBatchStore
{
    /// <summary>Closes filling batches: older than <paramref name="maxAge"/>, holding at least <paramref name="minCount"/> (null for no such rule), or with an escalation time before <paramref name="escalateBefore"/>.</summary>
    /// <returns>How many were sealed.</returns>
    Task<int> SealDueAsync(DateTimeOffset now, TimeSpan maxAge, int? minCount, DateTimeOffset escalateBefore, CancellationToken cancellationToken = default);

    /// <summary>Closes the filling batches that hold items of a scope (null: all), whatever their age.</summary>
    Task<int> FlushAsync(string? scope, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>One batch, or null.</summary>
    Task<Batch?> FindAsync(long id, CancellationToken cancellationToken = default);

    /// <summary>Batches that are not final, oldest first; with a scope, those holding items of it.</summary>
    Task<IReadOnlyList<Batch>> ListOpenAsync(string? scope, int max, CancellationToken cancellationToken = default);

    /// <summary>Streams the items to send: those in this batch that are not cancelled, ordered by (prefix key, row number); the same each time once submission began.</summary>
    IAsyncEnumerable<StoredItem> ReadItemsAsync(long id, CancellationToken cancellationToken = default);

    /// <summary>Leases due Running or Cancelling batches (<c>NotBefore</c> passed, no live lease), oldest due first. With <paramref name="only"/>, that batch alone, due or not.</summary>
    Task<IReadOnlyList<Batch>> ClaimForPollAsync(Lease lease, int max, DateTimeOffset now, long? only = null, CancellationToken cancellationToken = default);

    /// <summary>Notes a status call that changed nothing; releases the lease. False when the lease was lost.</summary>
    Task<bool> MarkPolledAsync(long id, Lease lease, DateTimeOffset nextPoll, int misses, CancellationToken cancellationToken = default);

    /// <summary>Running to Cancelling. False when somebody else moved it.</summary>
    Task<bool> MarkCancellingAsync(long id, Lease lease, DateTimeOffset now, DateTimeOffset nextPoll, CancellationToken cancellationToken = default);

    /// <summary>Running or Cancelling to Ended, with the addresses of its results and no misses; releases the lease.</summary>
    Task<bool> MarkEndedAsync(long id, Lease lease, DateTimeOffset now, IReadOnlyList<string> resultReferences, CancellationToken cancellationToken = default);

    /// <summary>Leases due Ended batches.</summary>
    Task<IReadOnlyList<Batch>> ClaimForCollectAsync(Lease lease, int max, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Notes a download that did not reach the end; releases the lease until <paramref name="notBefore"/>.</summary>
    Task<bool> MarkCollectFailedAsync(long id, Lease lease, DateTimeOffset notBefore, int misses, string failureCode, CancellationToken cancellationToken = default);

    /// <summary>Ended to Collected, when no item of it is Batched any more; releases the lease. False when the lease was lost or items are left.</summary>
    Task<bool> MarkCollectedAsync(long id, Lease lease, DateTimeOffset now, CancellationToken cancellationToken = default);
}

/// <summary>An item of a batch as it is sent.</summary>
/// <param name="Sequence">The request's row number.</param>
/// <param name="Attempt">Its attempt.</param>
/// <param name="Envelope">What is asked.</param>
/// <param name="Profile">What it shares with others.</param>
public readonly record struct StoredItem(long Sequence, int Attempt, Envelope Envelope, RequestProfile Profile);
