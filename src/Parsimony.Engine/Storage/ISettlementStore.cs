namespace Parsimony.Engine;

/// <summary>Ends attempts: state, answer, ledger entry, roll-ups and scope totals in one transaction.</summary>
public interface ISettlementStore
{
    /// <summary>
    /// Applies a chunk. An entry that exists (request, attempt, kind, revision) is skipped, a move that lost its race is skipped; both are results, not errors.
    /// With <paramref name="batch"/>, the chunk is written only while that batch's lease holds (it is renewed by this).
    /// </summary>
    Task<SettlementResult> SettleAsync(IReadOnlyList<Settlement> settlements, (long Id, Lease Lease)? batch, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Items of a batch that are still Batched in it, by row number, a page at a time: what is missing after its results were read.</summary>
    Task<IReadOnlyList<StoredRequest>> ReadUnsettledAsync(long batch, long afterSequence, int max, CancellationToken cancellationToken = default);

    /// <summary>Items still Batched, in unfinished batches, with <c>EscalateAt</c> at or before <paramref name="escalateBefore"/>, oldest escalation first.</summary>
    Task<IReadOnlyList<StoredRequest>> ReadDueForEscalationAsync(DateTimeOffset escalateBefore, int max, CancellationToken cancellationToken = default);

    /// <summary>How many items of a batch are still Batched in it, and of them how many are to be escalated at or before a time or are marked cancelled.</summary>
    Task<(int Open, int Leaving)> CountOpenAsync(long batch, DateTimeOffset escalateBefore, CancellationToken cancellationToken = default);

    /// <summary>
    /// Batches Running whose items were all marked cancelled, that have items due for escalation, or that nobody waits for any more (a suspected one aside, which may be
    /// somebody else's): a page of batch numbers.
    /// </summary>
    Task<IReadOnlyList<long>> ReadBatchesToCancelAsync(DateTimeOffset escalateBefore, int max, CancellationToken cancellationToken = default);

    /// <summary>Queued requests whose deadline passed, at most a page.</summary>
    Task<IReadOnlyList<StoredRequest>> ReadOverdueAsync(DateTimeOffset now, int max, CancellationToken cancellationToken = default);

    /// <summary>
    /// Books calls made outside the engine, in one transaction: for each an ended request without payloads, its ledger entry with roll-ups, and its
    /// scope's totals. A call whose id is there already is left as it is, so a chunk whose outcome is unknown can be booked again; only where it was reserved, a cost that was booked
    /// as unknown when its reservation ran out is corrected. Reservations end with it.
    /// </summary>
    Task BookLiveAsync(IReadOnlyList<MeteredCall> calls, DateTimeOffset now, CancellationToken cancellationToken = default);
}
