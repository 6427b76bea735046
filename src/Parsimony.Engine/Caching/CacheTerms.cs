namespace Parsimony.Engine;

/// <summary>What may be asked of the prompt cache for some calls. A null is "not said": the planner decides.</summary>
public sealed record CacheTerms
{
    /// <summary>The planner decides everything.</summary>
    public static CacheTerms Planned { get; } = new();

    /// <summary>
    /// <see cref="CacheStrategy.Automatic"/> leaves it to the provider (Anthropic: a mark at the end of every prompt, as its automatic caching sets one);
    /// <see cref="CacheStrategy.None"/> asks for nothing. Else marks stand where they pay.
    /// </summary>
    public CacheStrategy? Strategy { get; init; }

    /// <summary>The lifetime of every entry, where the provider offers it.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>Shortest prefix worth a mark, in tokens; the model's own where that is longer.</summary>
    public int? MinTokens { get; init; }

    /// <summary>Most marks of one request; the provider's limit where that is less.</summary>
    public int? MaxMarks { get; init; }

    /// <summary>Whether, where that is expected to pay, one request of a batch goes live before the others, so that they may read what it wrote.</summary>
    /// <value>False by default: that a provider's batches read what a live call wrote is UNVERIFIED.</value>
    public bool WarmsBatches { get; init; }

    /// <summary>What is known of the future of prompts whose calls say nothing.</summary>
    public ReuseHint Reuse { get; init; }

    /// <summary>What a configuration says; null where prompt caching is switched off.</summary>
    /// <param name="settings">The provider's settings, or a workload's: <see cref="ProviderConfiguration.For"/>.</param>
    /// <param name="isOptIn">Whether the caller's own act is the opt-in, so that a key that is not written means yes.</param>
    public static CacheTerms? Of(ProviderConfiguration settings, bool isOptIn)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return !settings.UsesCaching(isOptIn) ? null : new CacheTerms
        {
            Strategy = settings.CacheStrategy,
            Ttl = settings.CacheTtl,
            MinTokens = settings.CacheMinTokens,
            MaxMarks = settings.CacheMaxBreakpoints,
            WarmsBatches = settings.WarmBeforeBatch,
            Reuse = settings.Reuse ?? ReuseHint.Unknown,
        };
    }

    /// <summary>The model's rules as far as these terms leave them.</summary>
    internal CacheRules Restrict(CacheRules rules)
    {
        var restricted = rules with
        {
            MinimumTokens = Math.Max(rules.MinimumTokens, MinTokens ?? 0),
            MaxMarks = Math.Min(rules.MaxMarks, MaxMarks ?? rules.MaxMarks),
        };
        return Ttl is not { } ttl ? restricted
            : rules.LongWriteMultiplier is { } write && ttl > rules.Lifetime
                ? restricted with { Lifetime = rules.LongLifetime, WriteMultiplier = write, LongWriteMultiplier = null }
                : restricted with { LongWriteMultiplier = null };
    }
}
