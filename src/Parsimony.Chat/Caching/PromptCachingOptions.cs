using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>Settings of prompt caching for one client's calls.</summary>
public sealed class PromptCachingOptions
{
    /// <summary>Whose cache it is.</summary>
    /// <value>Null by default: taken from the inner client.</value>
    public ProviderId? Provider { get; set; }

    /// <summary>The model, where neither the call nor the inner client names one.</summary>
    /// <value>Null by default: then such a call is not planned.</value>
    public string? Model { get; set; }

    /// <summary>The credential the calls go out with, by any name: what one account has cached another cannot read.</summary>
    /// <value>Null by default: the inner client's, where it is this library's own, else <c>default</c>.</value>
    public string? Credential { get; set; }

    /// <summary>What may be asked, and what is known of the prompts' future.</summary>
    /// <value><see cref="CacheTerms.Planned"/> by default.</value>
    public CacheTerms Terms { get; set; } = CacheTerms.Planned;

    /// <summary>The provider's settings of a configuration, which stand in the place of <see cref="Terms"/>. A key that is not written means yes: this decorator is the opt-in.</summary>
    /// <value>Null by default.</value>
    public ProviderConfiguration? Configuration { get; set; }

    /// <summary>The workload of the configuration whose settings hold, <c>rolloutPercentage</c> included: a conversation is in it or not from its first call to its last.</summary>
    /// <value>Null by default.</value>
    public string? Workload { get; set; }

    /// <summary>
    /// Marks one content for a lifetime, in the way of the inner client's library, where that client is not this library's own; the content is a copy. For Anthropic's official
    /// client: <c>(content, lifetime) => content.WithCacheControl(lifetime > TimeSpan.FromMinutes(5) ? Ttl.Ttl1h : Ttl.Ttl5m)</c>.
    /// </summary>
    /// <value>Null by default: then nothing can be asked of a client that is not this library's own, and its calls are only measured.</value>
    public Action<AIContent, TimeSpan>? Mark { get; set; }

    /// <summary>
    /// How long a call at most waits for another of this process that is writing a beginning of its prompt: it then reads what both would else pay for. Only calls with a
    /// deadline wait, for a twentieth of the time it leaves at most. As long, and at least 10 seconds, a call waits for an explicit cache (Gemini) to be made; those that may not wait are made
    /// over a cache that is there.
    /// </summary>
    /// <value>30 seconds by default; zero never waits.</value>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Ledger dimensions of explicit caches that its calls have made: who pays for them.</summary>
    /// <value>None by default.</value>
    public RequestDimensions Dimensions { get; set; } = RequestDimensions.None;

    /// <summary>A hit rate under this, 0-1, over the last calls that asked for something is logged as a warning (<c>cacheWarningThreshold</c>).</summary>
    /// <value>The engine's <see cref="EngineOptions.CacheWarningThreshold"/> by default, 0.1 without one; 0 never warns.</value>
    public double WarningThreshold { get; set; } = 0.1;

    /// <summary>Every fault of these settings at once; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (Model is { } model && string.IsNullOrWhiteSpace(model))
        {
            faults.Add("Model is empty; name one, or leave it out.");
        }

        if (Credential is { } credential && string.IsNullOrWhiteSpace(credential))
        {
            faults.Add("Credential is empty; name one, or leave it out.");
        }

        if (Patience < TimeSpan.Zero || Patience > TimeSpan.FromMinutes(10))
        {
            faults.Add($"Patience is {Patience}; set it to 0-10 minutes.");
        }

        if (WarningThreshold is not (>= 0 and <= 1))
        {
            faults.Add($"WarningThreshold is {WarningThreshold}; set it to 0-1.");
        }

        if (Workload is not null && Configuration is null)
        {
            faults.Add($"Workload is '{Workload}', but there is no Configuration it could be in; set Configuration, too.");
        }

        return faults;
    }
}
