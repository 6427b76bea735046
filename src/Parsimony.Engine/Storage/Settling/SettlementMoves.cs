namespace Parsimony.Engine;

/// <summary>Makes the moves of a chunk of settlements, and counts them.</summary>
internal sealed class SettlementMoves<TPage>(IRequestMover<TPage> mover)
    where TPage : struct
{
    private readonly List<RequestId> _answered = [];
    private readonly List<RequestId> _ended = [];
    private int _requeued;

    /// <summary>Whether a request has come to its end.</summary>
    internal bool IsAnyFinal => _answered.Count + _ended.Count > 0;

    /// <summary>Makes a settlement's move; false when it was made before, or its race is lost.</summary>
    /// <param name="settlement">The settlement.</param>
    /// <param name="request">The request as the settlements before this one left it.</param>
    /// <param name="place">Where its answer is stored; null when it was left out.</param>
    /// <param name="isUnsubmitted">Whether the request's batch was not claimed for submission yet; asked only by settlements that depend on it.</param>
    internal bool Make(Settlement settlement, in MovingRequest request, (TPage Page, int Slot)? place, bool isUnsubmitted)
    {
        switch (SettlementRule.Decide(settlement, request, isUnsubmitted), settlement.Move)
        {
            case (SettlementOutcome.Answer, SettlementMove.ToAnswered answer) when place is var (page, slot):
                mover.Answer(request, settlement.Attempt, page, slot, answer.FinishReason);
                _answered.Add(request.Id);
                return true;

            case (SettlementOutcome.Answer, SettlementMove.ToAnswered answer) when request.IsErased:
                // Paid for, so it is booked and counted; what it says is not kept.
                mover.Answer(request, settlement.Attempt, default, 0, answer.FinishReason);
                _answered.Add(request.Id);
                return true;

            case (SettlementOutcome.Requeue, SettlementMove.ToQueued requeue):
                mover.Requeue(request, requeue);
                _requeued++;
                return true;

            case (SettlementOutcome.Cancel, SettlementMove.ToQueued requeue):
                mover.End(request, RequestState.Cancelled, "cancelled", "cancelled", requeue.CountsAsSend, requeue.CountsAsUncertain);
                _ended.Add(request.Id);
                return true;

            case (SettlementOutcome.End, SettlementMove.ToEnded end):
                mover.End(request, end.State, end.FailureCode, end.Reason);
                _ended.Add(request.Id);
                return true;

            case (SettlementOutcome.Release, _):
                mover.Release(request);
                return false;

            default:
                return false;
        }
    }

    /// <summary>What became of the chunk.</summary>
    /// <param name="repeated">How many settlements neither moved nor booked anything.</param>
    internal SettlementResult Result(int repeated) => new(_answered, _ended, _requeued, repeated);
}
