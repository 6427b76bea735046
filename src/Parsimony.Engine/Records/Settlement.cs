namespace Parsimony.Engine;

/// <summary>What one attempt's end does to a request: a guarded move, and an entry in the ledger, in one transaction.</summary>
public sealed record Settlement
{
    /// <summary>The request's row number.</summary>
    public required long Sequence { get; init; }

    /// <summary>The attempt this is about.</summary>
    public required int Attempt { get; init; }

    /// <summary>The move; null to book only.</summary>
    public SettlementMove? Move { get; init; }

    /// <summary>Whether the move is made only while the request's batch has not been claimed for submission: afterwards it may be bought there.</summary>
    public bool OnlyIfUnsubmitted { get; init; }

    /// <summary>The entry; null when nothing was bought. An entry that is there already is left as it is.</summary>
    public LedgerEntry? Entry { get; init; }
}

/// <summary>The moves a settlement can make: one of the nested cases.</summary>
public abstract record SettlementMove
{
    private SettlementMove()
    {
    }

    /// <summary>From any state without an answer: it is stored, whoever else was working on it, and also when the request had ended without one: it was paid for.</summary>
    public sealed record ToAnswered(ReadOnlyMemory<byte> Body, string? FinishReason) : SettlementMove;

    /// <summary>Only while this attempt is under way: back to the queue, for a live call.</summary>
    /// <param name="Reason">Why it goes this way now.</param>
    /// <param name="NotBefore">Not to be sent before.</param>
    /// <param name="CountsAsSend">Whether one of the tries is used up.</param>
    /// <param name="CountsAsUncertain">Whether the attempt may have been billed without an answer.</param>
    public sealed record ToQueued(string Reason, DateTimeOffset? NotBefore, bool CountsAsSend, bool CountsAsUncertain) : SettlementMove;

    /// <summary>Only while this attempt is under way or waits in the queue: ended without an answer. <paramref name="State"/> is Failed, Expired or Cancelled.</summary>
    public sealed record ToEnded(RequestState State, string FailureCode, string Reason) : SettlementMove;
}

/// <summary>What a settlement chunk did.</summary>
/// <param name="Answered">Requests that got their answer now.</param>
/// <param name="Ended">Requests that ended without one now.</param>
/// <param name="Requeued">Requests put back.</param>
/// <param name="Repeated">Settlements that changed nothing because they had been made before.</param>
public sealed record SettlementResult(IReadOnlyList<RequestId> Answered, IReadOnlyList<RequestId> Ended, int Requeued, int Repeated)
{
    /// <summary>Whether the lease the chunk was written under still held; when not, nothing was written.</summary>
    public bool LeaseHeld { get; init; } = true;
}
