using Parsimony.Engine;

namespace Parsimony.EndToEnd.Tests;

/// <summary>Passes every verb on; sabotages override one.</summary>
internal abstract class PassingSubmissionStore(ISubmissionStore inner) : ISubmissionStore
{
    protected ISubmissionStore Inner { get; } = inner;

    public Task<Batch?> ClaimAsync(Lease lease, AdmissionSource admission, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Inner.ClaimAsync(lease, admission, now, cancellationToken);

    public Task<bool> MarkStagedAsync(long id, Lease lease, string stagedReference, CancellationToken cancellationToken = default) =>
        Inner.MarkStagedAsync(id, lease, stagedReference, cancellationToken);

    public virtual Task<bool> MarkCreateSentAsync(long id, Lease lease, int count, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Inner.MarkCreateSentAsync(id, lease, count, now, cancellationToken);

    public virtual Task<bool> MarkRunningAsync(
        long id, Lease lease, string providerBatchId, bool isSuspected, DateTimeOffset submittedAt, DateTimeOffset nextPoll, CancellationToken cancellationToken = default) =>
        Inner.MarkRunningAsync(id, lease, providerBatchId, isSuspected, submittedAt, nextPoll, cancellationToken);

    public Task<bool> MarkResealedAsync(long id, Lease lease, DateTimeOffset notBefore, bool keepStaged, string reason, CancellationToken cancellationToken = default) =>
        Inner.MarkResealedAsync(id, lease, notBefore, keepStaged, reason, cancellationToken);

    public Task<bool> MarkRejectedAsync(long id, Lease lease, string failureCode, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Inner.MarkRejectedAsync(id, lease, failureCode, now, cancellationToken);

    public Task<bool> MarkUncertainAsync(long id, Lease lease, DateTimeOffset notBefore, string failureCode, CancellationToken cancellationToken = default) =>
        Inner.MarkUncertainAsync(id, lease, notBefore, failureCode, cancellationToken);
}

internal sealed class LateIntent(ISubmissionStore inner) : PassingSubmissionStore(inner)
{
    private (int Count, DateTimeOffset At) _intent;

    public override Task<bool> MarkCreateSentAsync(long id, Lease lease, int count, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        _intent = (count, now);
        return Task.FromResult(true);
    }

    public override async Task<bool> MarkRunningAsync(
        long id, Lease lease, string providerBatchId, bool isSuspected, DateTimeOffset submittedAt, DateTimeOffset nextPoll, CancellationToken cancellationToken = default)
    {
        await Inner.MarkCreateSentAsync(id, lease, _intent.Count, _intent.At, cancellationToken);
        return await base.MarkRunningAsync(id, lease, providerBatchId, isSuspected, submittedAt, nextPoll, cancellationToken);
    }
}

internal sealed class BlindRescue(IOrphanStore inner, ISubmissionStore submissions) : IOrphanStore
{
    public async Task<IReadOnlyList<Batch>> ClaimForRescueAsync(
        Lease lease, int max, DateTimeOffset now, DateTimeOffset leaseEndedBefore, CancellationToken cancellationToken = default)
    {
        foreach (var batch in await inner.ClaimForRescueAsync(lease, max, now, leaseEndedBefore, cancellationToken))
        {
            await submissions.MarkResealedAsync(batch.Id, lease, now, keepStaged: true, "sabotage", cancellationToken);
        }

        return [];
    }

    public Task<bool> MarkSearchedAsync(long id, Lease lease, int searches, DateTimeOffset nextSearch, CancellationToken cancellationToken = default) =>
        inner.MarkSearchedAsync(id, lease, searches, nextSearch, cancellationToken);

    public Task<bool> MarkQuarantinedAsync(long id, Lease lease, IReadOnlyList<string> candidates, DateTimeOffset notBefore, CancellationToken cancellationToken = default) =>
        inner.MarkQuarantinedAsync(id, lease, candidates, notBefore, cancellationToken);

    public Task<bool> MarkForeignAsync(long id, Lease lease, string providerBatchId, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        inner.MarkForeignAsync(id, lease, providerBatchId, now, cancellationToken);

    public Task<bool> MarkProvenAsync(long id, Lease lease, CancellationToken cancellationToken = default) => inner.MarkProvenAsync(id, lease, cancellationToken);

    public Task<IReadOnlySet<string>> FindRecordedAsync(ProviderId provider, IReadOnlyList<string> providerBatchIds, CancellationToken cancellationToken = default) =>
        inner.FindRecordedAsync(provider, providerBatchIds, cancellationToken);
}

internal sealed class SplitSettlement(ISettlementStore inner) : ISettlementStore
{
    public async Task<SettlementResult> SettleAsync(
        IReadOnlyList<Settlement> settlements, (long Id, Lease Lease)? batch, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var result = await inner.SettleAsync([.. settlements.Select(settlement => settlement with { Entry = null })], batch, now, cancellationToken);
        await inner.SettleAsync([.. settlements.Select(settlement => settlement with { Move = null })], batch, now, cancellationToken);
        return result;
    }

    public Task<IReadOnlyList<StoredRequest>> ReadUnsettledAsync(long batch, long afterSequence, int max, CancellationToken cancellationToken = default) =>
        inner.ReadUnsettledAsync(batch, afterSequence, max, cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> ReadDueForEscalationAsync(DateTimeOffset escalateBefore, int max, CancellationToken cancellationToken = default) =>
        inner.ReadDueForEscalationAsync(escalateBefore, max, cancellationToken);

    public Task<(int Open, int Leaving)> CountOpenAsync(long batch, DateTimeOffset escalateBefore, CancellationToken cancellationToken = default) =>
        inner.CountOpenAsync(batch, escalateBefore, cancellationToken);

    public Task<IReadOnlyList<long>> ReadBatchesToCancelAsync(DateTimeOffset escalateBefore, int max, CancellationToken cancellationToken = default) =>
        inner.ReadBatchesToCancelAsync(escalateBefore, max, cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> ReadOverdueAsync(DateTimeOffset now, int max, CancellationToken cancellationToken = default) =>
        inner.ReadOverdueAsync(now, max, cancellationToken);

    public Task BookLiveAsync(IReadOnlyList<MeteredCall> calls, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        inner.BookLiveAsync(calls, now, cancellationToken);
}
