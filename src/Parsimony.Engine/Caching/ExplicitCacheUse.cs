namespace Parsimony.Engine;

/// <summary>One live call whose head is, or may come to be, kept in an explicit cache.</summary>
internal sealed class ExplicitCacheUse
{
    private readonly HeldHead _head;
    private readonly DateTimeOffset _at;

    internal ExplicitCacheUse(HeldHead head, string? name, DateTimeOffset at) => (_head, Name, _at) = (head, name, at);

    /// <summary>The cache to make the call over; null for none.</summary>
    public string? Name { get; private set; }

    /// <summary>
    /// Whether the call over the cache was refused as it would be were the cache gone. It is known not to have been accepted, and only the call without the cache, which is to follow, tells
    /// whether the request itself is at fault.
    /// </summary>
    public bool Loses(ProviderFailure failure)
    {
        if (Name is not { } name || failure.Cause is not (FailureCause.Permission or FailureCause.NotFound or FailureCause.InvalidRequest))
        {
            return false;
        }

        _head.Forget(name, _at + ExplicitCaching.Rest);
        Name = null;
        return true;
    }

    /// <summary>The call was answered.</summary>
    /// <param name="usage">What the provider says it processed.</param>
    public void Answered(in TokenUsage usage)
    {
        if (Name is null)
        {
            _head.Sent(_at, usage.CacheRead);
        }
    }

    /// <summary>Makes the call, over the cache if there is one; and once more without it where the cache may be gone.</summary>
    /// <param name="provider">Who is called.</param>
    /// <param name="call">The call as it is without the cache.</param>
    /// <param name="hasTime">Whether another call may be begun.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<LiveOutcome> SendAsync(IProvider provider, LiveCall call, Func<bool> hasTime, CancellationToken cancellationToken)
    {
        var outcome = await provider.SendAsync(call with { Cache = call.Cache with { ExplicitCache = Name } }, cancellationToken).ConfigureAwait(false);
        if (outcome is LiveOutcome.Refused { Failure: var failure } && Loses(failure))
        {
            outcome = hasTime()
                ? await provider.SendAsync(call, cancellationToken).ConfigureAwait(false)
                : new LiveOutcome.Refused(new ProviderFailure(FailureStage.Send, FailureCause.Overloaded));
        }

        if (outcome is LiveOutcome.Answered { Answer.Usage: { } usage })
        {
            Answered(usage);
        }

        return outcome;
    }
}
