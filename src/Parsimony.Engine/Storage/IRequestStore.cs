namespace Parsimony.Engine;

/// <summary>Requests: accepted, found, claimed for live sends, cancelled.</summary>
public interface IRequestStore
{
    /// <summary>
    /// Accepts a chunk (at most 10,000) in one transaction. An equal identity that is there already is answered with what is there. Batched ones join the
    /// lane's filling batch, which is sealed when the next would go over its limits. In a scope with a cost limit all are held until <see cref="AdmitAsync"/>.
    /// What is new reserves its bounds in the budgets it is about, held or not.
    /// </summary>
    /// <exception cref="ArgumentException">A scope's name is longer than 1,000 bytes, or the texts of a profile than 2,400 together; nothing was accepted.</exception>
    /// <exception cref="BudgetExceededException">A hard budget has no room for all that is new; nothing was accepted.</exception>
    Task<IReadOnlyList<EnqueuedRequest>> EnqueueAsync(IReadOnlyList<NewRequest> requests, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>
    /// Admits held requests of a scope, oldest first, as long as spent + unknown bounds + reserved + the next one's bound stay within the limit.
    /// A request without a bound (no price) is never admitted under a limit.
    /// </summary>
    /// <returns>How many were admitted, and how many stay held.</returns>
    Task<(int Admitted, long Held)> AdmitAsync(string scope, LaneLimitsSource lanes, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>One request, or null.</summary>
    Task<StoredRequest?> FindAsync(RequestId id, CancellationToken cancellationToken = default);

    /// <summary>The requests with these row numbers, in any order; those that are gone are left out.</summary>
    Task<IReadOnlyList<StoredRequest>> LoadAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken = default);

    /// <summary>The envelope of a request; null when pruned.</summary>
    Task<Envelope?> ReadEnvelopeAsync(long sequence, CancellationToken cancellationToken = default);

    /// <summary>The answer body of an answered request; null when there is none or it was pruned.</summary>
    Task<ReadOnlyMemory<byte>?> ReadAnswerAsync(long sequence, CancellationToken cancellationToken = default);

    /// <summary>What a request's route was decided on when it was accepted; null when that was not kept, or was pruned.</summary>
    /// <exception cref="FormatException">What was kept is damaged, or a later version's.</exception>
    Task<StoredDecision?> ReadDecisionAsync(long sequence, CancellationToken cancellationToken = default);

    /// <summary>States of many requests at once: what waiters ask. Unknown ids are left out.</summary>
    Task<IReadOnlyList<(RequestId Id, RequestState State)>> ReadStatesAsync(IReadOnlyList<RequestId> ids, CancellationToken cancellationToken = default);

    /// <summary>
    /// Queued, not held, due: moved to Sending with the next attempt number under a lease; the intent is on disk when this returns. One of each tenant in turn,
    /// of a tenant's own by priority and age; with <paramref name="sends"/>, only those whose profile it lets through.
    /// </summary>
    Task<IReadOnlyList<StoredRequest>> ClaimForSendAsync(Lease lease, int max, DateTimeOffset now, SendSource? sends = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Attempts to send whose lease ended before <paramref name="now"/>: leased anew to the caller, who settles them as uncertain. Their requests are Sending, or
    /// Answered when an earlier attempt's answer came while this one was under way: then only what it may cost is booked.
    /// </summary>
    Task<IReadOnlyList<StoredRequest>> ClaimStaleSendsAsync(Lease lease, int max, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>
    /// Cancels: queued ones and those in a filling or sealed batch at once (they are left out when it is submitted), others are marked, and end as cancelled unless an answer comes first.
    /// With <paramref name="ids"/> null, the whole scope.
    /// </summary>
    /// <returns>How many are cancelled now, and how many are only marked.</returns>
    Task<(int Cancelled, int Marked)> CancelAsync(string scope, IReadOnlyList<RequestId>? ids, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Failed, expired or cancelled requests of a scope go back to the queue for live sends with fresh tries (held under a cost limit), a page of them in each transaction.</summary>
    /// <exception cref="BudgetExceededException">A hard budget has no room for a page; those before it went back.</exception>
    Task<int> RetryAsync(string scope, IReadOnlyList<RequestId>? ids, DateTimeOffset now, CancellationToken cancellationToken = default);
}

/// <summary>Tells whether requests of a profile may be sent now.</summary>
public delegate bool SendSource(RequestProfile profile);

/// <summary>Tells what a batch of a profile's lane may hold, now; null when it cannot be batched (then it is admitted as live).</summary>
public delegate LaneLimits? LaneLimitsSource(RequestProfile profile);
