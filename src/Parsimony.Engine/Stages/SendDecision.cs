namespace Parsimony.Engine;

/// <summary>What a live call that brought no answer does to its request. Pure but for jitter.</summary>
internal static class SendDecision
{
    /// <summary>After a call that is known not to have been accepted.</summary>
    /// <param name="request">The request.</param>
    /// <param name="failure">Why.</param>
    /// <param name="context">What it works with.</param>
    /// <param name="isFlexible">Whether it was refused by the provider's slower tier: then the plain call follows, and that one is the first try.</param>
    public static SettlementMove AfterRefusal(StoredRequest request, ProviderFailure failure, StageContext context, bool isFlexible = false)
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

        if (isFlexible)
        {
            // 429 "resource unavailable" speaks of that tier alone and is not billed (https://platform.openai.com/docs/guides/flex-processing, read 2026-11-21 in a copy); how its code is
            // spelt is UNVERIFIED. What names a time to wait, or a rate, is a limit of the account and holds for the plain call, too.
            var isAccounts = failure is { Cause: FailureCause.RateLimited or FailureCause.Overloaded, ProviderCode: not "resource_unavailable" }
                && (failure.RetryAfter is not null || failure.ProviderCode is "rate_limit_exceeded" or "slow_down");
            return new SettlementMove.ToQueued($"{Reasons.FlexRefused} ({failure.Code})", isAccounts ? wait : null, CountsAsSend: false, CountsAsUncertain: false);
        }

        if (failure.Cause is FailureCause.RateLimited or FailureCause.Overloaded)
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
