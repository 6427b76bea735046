namespace Parsimony.Engine;

/// <summary>What a live call that brought no answer does to its request. Pure but for jitter.</summary>
internal static class SendDecision
{
    /// <summary>After a call that is known not to have been accepted.</summary>
    /// <param name="request">The request.</param>
    /// <param name="route">The tier that refused it.</param>
    /// <param name="failure">Why.</param>
    /// <param name="context">What it works with.</param>
    public static SettlementMove AfterRefusal(StoredRequest request, Route route, ProviderFailure failure, StageContext context)
    {
        if (request.IsCancelRequested)
        {
            return new SettlementMove.ToEnded(RequestState.Cancelled, "send.cancelled", Reasons.Cancelled);
        }

        var wait = context.Now + context.Backoff(request.Sends, failure.RetryAfter);
        if (failure.IsCredential)
        {
            return new SettlementMove.ToQueued(Reasons.Halted, context.Now + context.Backoff(4, failure.RetryAfter), CountsAsSend: false, CountsAsUncertain: false);
        }

        var mustWait = failure.Cause is FailureCause.RateLimited or FailureCause.Overloaded;
        if (route == Route.Flex)
        {
            // The plain call follows, and is the first try. A limit of the account holds for it, too.
            return new SettlementMove.ToQueued($"{Reasons.FlexRefused} ({failure.Code})", mustWait ? wait : null, CountsAsSend: false, CountsAsUncertain: false);
        }

        if (mustWait)
        {
            // Waiting for room is not a failed try; the deadline bounds it.
            return new SettlementMove.ToQueued($"{Reasons.SendFailed} ({failure.Code})", wait, CountsAsSend: false, CountsAsUncertain: false);
        }

        return failure.CanRetry && request.Sends + 1 < context.Options.MaxSends
            ? new SettlementMove.ToQueued($"{Reasons.SendFailed} ({failure.Code})", wait, CountsAsSend: true, CountsAsUncertain: false)
            : new SettlementMove.ToEnded(RequestState.Failed, failure.Code, Reasons.Refused);
    }

    /// <summary>After a call that may have been billed: bought again at most once, and only if allowed.</summary>
    public static SettlementMove AfterUncertainty(StoredRequest request, bool again) =>
        request.IsCancelRequested ? new SettlementMove.ToEnded(RequestState.Cancelled, "send.cancelled", Reasons.Cancelled)
        : again ? new SettlementMove.ToQueued(Reasons.SendUncertain, NotBefore: null, CountsAsSend: false, CountsAsUncertain: true)
        : new SettlementMove.ToEnded(RequestState.Failed, "send.uncertain", Reasons.HedgeLimit);
}
