namespace Parsimony.Engine;

/// <summary>
/// Batches of ours whose create nobody heard the outcome of, and the provider batches that may be them: searched for, watched, and proven ours or somebody
/// else's. Guarded by state and lease, as <see cref="ISubmissionStore"/>, which a batch comes from and, found or given up, goes back to.
/// </summary>
public interface IOrphanStore
{
    /// <summary>Leases batches to rescue: Submitting or Quarantined, due, whose lease ended before <paramref name="leaseEndedBefore"/> or was given up.</summary>
    Task<IReadOnlyList<Batch>> ClaimForRescueAsync(Lease lease, int max, DateTimeOffset now, DateTimeOffset leaseEndedBefore, CancellationToken cancellationToken = default);

    /// <summary>Notes a finished search; releases the lease until <paramref name="nextSearch"/>.</summary>
    Task<bool> MarkSearchedAsync(long id, Lease lease, int searches, DateTimeOffset nextSearch, CancellationToken cancellationToken = default);

    /// <summary>Submitting to Quarantined (or Quarantined again) with its candidates.</summary>
    Task<bool> MarkQuarantinedAsync(long id, Lease lease, IReadOnlyList<string> candidates, DateTimeOffset notBefore, CancellationToken cancellationToken = default);

    /// <summary>A provider batch proven not to be this one: remembered for good, and this one goes back to Submitting with no finished search (from Running, Ended, Quarantined). Proof of being ours: <see cref="MarkProvenAsync"/>.</summary>
    Task<bool> MarkForeignAsync(long id, Lease lease, string providerBatchId, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>A suspected provider batch proven to be this one.</summary>
    Task<bool> MarkProvenAsync(long id, Lease lease, CancellationToken cancellationToken = default);

    /// <summary>Of these provider ids, those that some batch of ours has, or that were proven foreign.</summary>
    Task<IReadOnlySet<string>> FindRecordedAsync(ProviderId provider, IReadOnlyList<string> providerBatchIds, CancellationToken cancellationToken = default);
}
