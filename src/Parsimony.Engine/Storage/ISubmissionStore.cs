namespace Parsimony.Engine;

/// <summary>Batches between the intent to create them at the provider and a known provider id: one verb per legal move, each guarded by state and lease.</summary>
public interface ISubmissionStore
{
    /// <summary>
    /// Sealed to Submitting under a lease, for a due batch that the provider's queue has room for: of the isolation group with the fewest tokens in the queue, among
    /// equals the one whose turn is longest ago, then by priority and age (number, counts and tokens of the batches in Submitting, Quarantined,
    /// Running and Cancelling of the same provider and credential are what is reserved) and, where lost creates are found by size, whose count no other unresolved create shares.
    /// </summary>
    Task<Batch?> ClaimAsync(Lease lease, AdmissionSource admission, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Notes the uploaded input. False when the lease was lost.</summary>
    Task<bool> MarkStagedAsync(long id, Lease lease, string stagedReference, CancellationToken cancellationToken = default);

    /// <summary>The intent: a create is about to be sent. On disk, also through a power failure, when this returns true; extends the lease. <paramref name="count"/> is the number of items really sent.</summary>
    Task<bool> MarkCreateSentAsync(long id, Lease lease, int count, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Submitting or Quarantined to Running under the provider's id; releases the lease.</summary>
    Task<bool> MarkRunningAsync(long id, Lease lease, string providerBatchId, bool isSuspected, DateTimeOffset submittedAt, DateTimeOffset nextPoll, CancellationToken cancellationToken = default);

    /// <summary>Back to Sealed: known not to exist at the provider (any more). <paramref name="keepStaged"/> keeps the uploaded input for the next create. From Submitting, or from Running for a queue limit noticed late.</summary>
    Task<bool> MarkResealedAsync(long id, Lease lease, DateTimeOffset notBefore, bool keepStaged, string reason, CancellationToken cancellationToken = default);

    /// <summary>Submitting, Quarantined, Running or Sealed to Rejected; its items were settled before.</summary>
    Task<bool> MarkRejectedAsync(long id, Lease lease, string failureCode, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>The create's outcome is unknown: stays Submitting, the lease is given up, and nobody looks before <paramref name="notBefore"/>.</summary>
    Task<bool> MarkUncertainAsync(long id, Lease lease, DateTimeOffset notBefore, string failureCode, CancellationToken cancellationToken = default);
}

/// <summary>Tells what a provider's queue admits for a batch, now.</summary>
public delegate Admission AdmissionSource(ProviderId provider, string credential);

/// <summary>What a provider's queue admits.</summary>
/// <param name="IsOpen">Whether anything may be submitted at all (false: not configured here, or paused).</param>
/// <param name="MaxQueuedRequests">Most requests in all unfinished batches; null for no limit. A batch that alone is over it is admitted when nothing else is queued.</param>
/// <param name="MaxQueuedTokens">Most input tokens in all unfinished batches of one model; null for no limit, else as above.</param>
/// <param name="DistinctCounts">Whether no two unresolved creates may have the same count.</param>
public sealed record Admission(bool IsOpen, long? MaxQueuedRequests, long? MaxQueuedTokens, bool DistinctCounts)
{
    /// <summary>Caps on unfinished batches; all that count a batch's model must have room. Empty for none.</summary>
    public IReadOnlyList<OpenBatchCap> OpenBatchCaps { get; init; } = [];
}
