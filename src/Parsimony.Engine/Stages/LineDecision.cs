namespace Parsimony.Engine;

/// <summary>What a line of results, or the lack of one, does to its request. Pure.</summary>
internal static class LineDecision
{
    /// <summary>The settlement of a line of ours.</summary>
    public static Settlement Settle(Batch batch, StoredRequest request, int attempt, BatchLine line, Bookkeeper bookkeeper, DateTimeOffset now, bool isKilled = false)
    {
        var at = batch.EndedAt ?? now;
        if (line is { Kind: BatchLineKind.Answered, Answer: { } answer })
        {
            return new Settlement
            {
                Sequence = request.Sequence,
                Attempt = attempt,
                Move = new SettlementMove.ToAnswered(answer.Body, answer.FinishReason),
                Entry = bookkeeper.BookAnswer(request, attempt, LedgerKind.Batch, answer, at),
            };
        }

        var isCurrent = attempt == request.Attempt && request.State == RequestState.Batched && request.Batch == batch.Id;
        return new Settlement
        {
            Sequence = request.Sequence,
            Attempt = attempt,
            Move = isCurrent ? Move(batch, request, line, now, isKilled) : null,
            // A late line of an attempt the request left behind moves nothing, but tells that it was free.
            Entry = isCurrent ? null : Bookkeeper.BookFree(request, attempt, LedgerKind.Batch, at),
        };
    }

    /// <summary>The settlement of an item whose batch ended without a line for it: it may have been billed.</summary>
    public static Settlement SettleMissing(Batch batch, StoredRequest request, bool again, bool isKilled, DateTimeOffset now) => new()
    {
        Sequence = request.Sequence,
        Attempt = request.Attempt,
        Move = request.IsCancelRequested ? new SettlementMove.ToEnded(RequestState.Cancelled, "item.cancelled", Reasons.Cancelled)
            : again ? new SettlementMove.ToQueued(isKilled ? Reasons.Killed : Reasons.LineMissing, NotBefore: null, CountsAsSend: false, CountsAsUncertain: true)
            : new SettlementMove.ToEnded(RequestState.Failed, "item.missing", Reasons.HedgeLimit),
        Entry = Bookkeeper.BookUnknown(request, request.Attempt, LedgerKind.Batch, batch.EndedAt ?? now, "no line in the results"),
    };

    /// <summary>The settlement of an item whose batch may be at the provider, and can never be told from others there: it may have been billed.</summary>
    public static Settlement SettleUnproven(StoredRequest request, bool again, DateTimeOffset now) => new()
    {
        Sequence = request.Sequence,
        Attempt = request.Attempt,
        Move = request.IsCancelRequested ? new SettlementMove.ToEnded(RequestState.Cancelled, "item.cancelled", Reasons.Cancelled)
            : request.Deadline <= now ? new SettlementMove.ToEnded(RequestState.Expired, "item.unproven", Reasons.DeadlinePassed)
            : again ? new SettlementMove.ToQueued(Reasons.BatchUnproven, NotBefore: null, CountsAsSend: false, CountsAsUncertain: true)
            : new SettlementMove.ToEnded(RequestState.Failed, "item.unproven", Reasons.HedgeLimit),
        Entry = Bookkeeper.BookUnknown(request, request.Attempt, LedgerKind.Batch, now, "its batch could not be told from others at the provider"),
    };

    private static SettlementMove Move(Batch batch, StoredRequest request, BatchLine line, DateTimeOffset now, bool isKilled)
    {
        if (request.IsCancelRequested)
        {
            return new SettlementMove.ToEnded(RequestState.Cancelled, "item.cancelled", Reasons.Cancelled);
        }

        return line.Kind switch
        {
            BatchLineKind.Expired => new SettlementMove.ToQueued(Reasons.BatchExpired, null, CountsAsSend: false, CountsAsUncertain: false),
            // Cancelled for it to leave, or by somebody else at the provider.
            BatchLineKind.Cancelled => new SettlementMove.ToQueued(
                isKilled ? Reasons.Killed : request.EscalateAt <= (batch.CancelledAt ?? now) ? Reasons.OfLeaving(request) : Reasons.BatchCancelled, null, CountsAsSend: false, CountsAsUncertain: false),
            _ when line.Failure is { CanRetry: false } failure => new SettlementMove.ToEnded(RequestState.Failed, failure.Code, Reasons.Refused),
            _ => new SettlementMove.ToQueued($"{Reasons.ItemFailed} ({line.Failure?.Code ?? "unknown"})", null, CountsAsSend: false, CountsAsUncertain: false),
        };
    }
}
