namespace Parsimony.Engine;

/// <summary>What a cancel does to a request.</summary>
internal enum CancelOutcome
{
    /// <summary>Nothing: it has ended, or is marked already.</summary>
    Nothing,

    /// <summary>It ends now.</summary>
    Cancel,

    /// <summary>It is with its provider: marked, it ends when that can be told.</summary>
    Mark,
}

/// <summary>Which requests a user's cancel and retry reach, and how.</summary>
internal static class CancelRule
{
    internal static CancelOutcome Decide(in MovingRequest request, bool isUnsubmitted) => request.State switch
    {
        RequestState.Queued => CancelOutcome.Cancel,
        RequestState.Batched when isUnsubmitted => CancelOutcome.Cancel,
        RequestState.Batched or RequestState.Sending when !request.IsMarked => CancelOutcome.Mark,
        _ => CancelOutcome.Nothing,
    };

    /// <summary>Whether it can be asked again: what was erased is not there any more.</summary>
    internal static bool IsRetryable(in MovingRequest request) =>
        !request.IsErased && request.State is RequestState.Failed or RequestState.Expired or RequestState.Cancelled;

    /// <summary>Whether a batch's items can still leave it for nothing.</summary>
    internal static bool IsUnsubmitted(BatchState state) => state is BatchState.Filling or BatchState.Sealed;
}
