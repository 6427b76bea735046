namespace Parsimony.Engine;

/// <summary>What the configuration says of prompt caching, where it is switched on.</summary>
public sealed record CacheTerms
{
    /// <summary>Nothing said: what pays is decided by prices and traffic.</summary>
    public static CacheTerms Auto { get; } = new();

    /// <summary>The lifetime asked for; null leaves it to the numbers.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Shortest prefix worth a mark, in tokens; null for the model's own.</summary>
    public int? MinimumTokens { get; init; }

    /// <summary>Most marks in one request.</summary>
    /// <value>Default 4.</value>
    public int MaxMarks { get; init; } = 4;

    /// <summary>What a provider's configuration says; null where caching is off, or left to the provider.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="isOptIn">Whether the caller's command or code is itself the opt-in, so that an absent key means yes.</param>
    public static CacheTerms? Of(ProviderConfiguration settings, bool isOptIn)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return !settings.UsesCaching(isOptIn) || settings.CacheStrategy is CacheStrategy.Automatic
            ? null
            : new CacheTerms { Lifetime = settings.CacheTtl, MinimumTokens = settings.CacheMinTokens, MaxMarks = settings.CacheMaxBreakpoints };
    }

    /// <summary>A model's rules as far as these terms leave them.</summary>
    internal CacheRules Narrow(CacheRules rules) => rules with
    {
        MinimumTokens = Math.Max(rules.MinimumTokens, MinimumTokens ?? 0),
        MaxMarks = Math.Min(rules.MaxMarks, MaxMarks),
    };
}
