namespace Parsimony.Engine;

/// <summary>One live call whose head is, or may come to be, kept in an explicit cache.</summary>
internal sealed class ExplicitCacheUse
{
    // After a cache was not known at its provider, its head is left alone for so long.
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(30);

    private readonly HeldHead _head;
    private readonly string? _name;
    private readonly DateTimeOffset _at;

    internal ExplicitCacheUse(HeldHead head, string? name, DateTimeOffset at) => (_head, _name, _at) = (head, name, at);

    /// <summary>Makes the call, over the cache if there is one; and once more without it where that was refused, for the cache may be gone.</summary>
    /// <param name="provider">Who is called.</param>
    /// <param name="call">The call as it is without the cache.</param>
    /// <param name="hasTime">Whether another call may be begun.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<LiveOutcome> SendAsync(IProvider provider, LiveCall call, Func<bool> hasTime, CancellationToken cancellationToken)
    {
        if (_name is not null)
        {
            var outcome = await provider.SendAsync(call with { Cache = call.Cache with { ExplicitCache = _name } }, cancellationToken).ConfigureAwait(false);
            if (outcome is not LiveOutcome.Refused { Failure.Cause: FailureCause.Permission or FailureCause.NotFound or FailureCause.InvalidRequest })
            {
                return outcome;
            }

            // It is known not to have been accepted, and only the call without the cache tells whether the request itself is at fault.
            _head.Forget(_name, _at + Rest);
            if (!hasTime())
            {
                return new LiveOutcome.Refused(new ProviderFailure(FailureStage.Send, FailureCause.Overloaded));
            }
        }

        var plain = await provider.SendAsync(call, cancellationToken).ConfigureAwait(false);
        if (plain is LiveOutcome.Answered { Answer.Usage: { } usage })
        {
            _head.Sent(_at, usage.CacheRead);
        }

        return plain;
    }
}
