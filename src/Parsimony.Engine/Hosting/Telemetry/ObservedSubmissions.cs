namespace Parsimony.Engine;

/// <summary>Counts batches when their provider is known to have them: created just now, or found again.</summary>
internal sealed class ObservedSubmissions(IEngineStore store) : ISubmissionStore
{
    private readonly ISubmissionStore _inner = store.Submissions;

    public async Task<bool> MarkRunningAsync(
        long id, Lease lease, string providerBatchId, bool isSuspected, DateTimeOffset submittedAt, DateTimeOffset nextPoll, CancellationToken cancellationToken = default)
    {
        var isMoved = await _inner.MarkRunningAsync(id, lease, providerBatchId, isSuspected, submittedAt, nextPoll, cancellationToken).ConfigureAwait(false);
        if (isMoved && (ParsimonyTelemetry.BatchSubmitted.Enabled || ParsimonyTelemetry.BatchRequests.Enabled)
            && await store.Batches.FindAsync(id, CancellationToken.None).ConfigureAwait(false) is { } batch)
        {
            var tags = ParsimonyTelemetry.Tags(new ModelId(batch.Provider, batch.Model), batch.Kind, Route.Batch);
            ParsimonyTelemetry.BatchSubmitted.Add(1, tags);
            ParsimonyTelemetry.BatchRequests.Add(batch.Count, tags);
        }

        return isMoved;
    }

    public Task<Batch?> ClaimAsync(Lease lease, AdmissionSource admission, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        _inner.ClaimAsync(lease, admission, now, cancellationToken);

    public Task<bool> MarkStagedAsync(long id, Lease lease, string stagedReference, CancellationToken cancellationToken = default) =>
        _inner.MarkStagedAsync(id, lease, stagedReference, cancellationToken);

    public Task<bool> MarkCreateSentAsync(long id, Lease lease, int count, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        _inner.MarkCreateSentAsync(id, lease, count, now, cancellationToken);

    public Task<bool> MarkResealedAsync(long id, Lease lease, DateTimeOffset notBefore, bool keepStaged, string reason, CancellationToken cancellationToken = default) =>
        _inner.MarkResealedAsync(id, lease, notBefore, keepStaged, reason, cancellationToken);

    public Task<bool> MarkRejectedAsync(long id, Lease lease, string failureCode, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        _inner.MarkRejectedAsync(id, lease, failureCode, now, cancellationToken);

    public Task<bool> MarkUncertainAsync(long id, Lease lease, DateTimeOffset notBefore, string failureCode, CancellationToken cancellationToken = default) =>
        _inner.MarkUncertainAsync(id, lease, notBefore, failureCode, cancellationToken);
}
