namespace Parsimony.Engine;

/// <summary>What a settlement does to its request.</summary>
internal enum SettlementOutcome
{
    /// <summary>Nothing: it was done before, or its race is lost.</summary>
    Nothing,

    /// <summary>The answer is stored.</summary>
    Answer,

    /// <summary>The request waits again.</summary>
    Requeue,

    /// <summary>Instead of waiting again it ends: it was marked to be cancelled.</summary>
    Cancel,

    /// <summary>The request ends without an answer.</summary>
    End,

    /// <summary>The end of a live attempt whose request had its answer from an earlier one: only its lease is let go.</summary>
    Release,
}

/// <summary>Which move a settlement makes, given the row of its request.</summary>
internal static class SettlementRule
{
    private static readonly bool[,] Legal = Table();

    internal static bool IsLegal(RequestState from, RequestState to) => Legal[(int)from, (int)to];

    /// <summary>The outcome of a settlement.</summary>
    /// <param name="settlement">The settlement.</param>
    /// <param name="request">The request as the settlements before this one left it.</param>
    /// <param name="isUnsubmitted">Whether its batch was not claimed for submission yet; asked only by settlements that depend on it.</param>
    internal static SettlementOutcome Decide(Settlement settlement, in MovingRequest request, bool isUnsubmitted) => settlement.Move switch
    {
        SettlementMove.ToAnswered when IsLegal(request.State, RequestState.Answered) => SettlementOutcome.Answer,
        SettlementMove.ToQueued when IsUnderWay(settlement, request) && IsLegal(request.State, RequestState.Queued)
            && (!settlement.OnlyIfUnsubmitted || isUnsubmitted) => request.IsMarked ? SettlementOutcome.Cancel : SettlementOutcome.Requeue,
        SettlementMove.ToEnded end when request.Attempt == settlement.Attempt
            && end.State != RequestState.Answered && RequestMoves.IsFinal(end.State) && IsLegal(request.State, end.State) => SettlementOutcome.End,
        _ => request.State == RequestState.Answered && settlement is { Entry.Kind: not LedgerKind.Batch } && settlement.Attempt == request.Attempt
            ? SettlementOutcome.Release
            : SettlementOutcome.Nothing,
    };

    private static bool IsUnderWay(Settlement settlement, in MovingRequest request) =>
        request.State is RequestState.Batched or RequestState.Sending && request.Attempt == settlement.Attempt;

    private static bool[,] Table()
    {
        var table = new bool[7, 7];
        foreach (var (from, to, _) in RequestMoves.All)
        {
            table[(int)from, (int)to] = true;
        }

        return table;
    }
}
