namespace Parsimony.Engine;

/// <summary>What configuration must know of a provider, each fact read from its own pages. A null number is "not published", never "none".</summary>
public sealed record ProviderFacts
{
    /// <summary>What it can do.</summary>
    public required ProviderCapabilities Capabilities { get; init; }

    /// <summary>The caching strategies that can be configured.</summary>
    public IReadOnlyList<CacheStrategy> CacheStrategies { get; init; } = [];

    /// <summary>How the names of the models with explicit caching begin; null when all have it.</summary>
    public IReadOnlyList<string>? ExplicitCacheModels { get; init; }

    /// <summary>How the names of the models without explicit caching begin.</summary>
    public IReadOnlyList<string> NoExplicitCacheModels { get; init; } = [];

    /// <summary>Whether the batch and the cache discount can apply to one request.</summary>
    public bool Stacks { get; init; }

    /// <summary>Most requests of one batch.</summary>
    public int? MaxBatchRequests { get; init; }

    /// <summary>The cache lifetimes on offer, in rising order; empty when it has no such setting, or any (<see cref="AnyCacheLifetime"/>).</summary>
    public IReadOnlyList<TimeSpan> CacheLifetimes { get; init; } = [];

    /// <summary>Whether any cache lifetime can be asked for.</summary>
    public bool AnyCacheLifetime { get; init; }

    /// <summary>Most cache marks of one request.</summary>
    public int? MaxCacheBreakpoints { get; init; }

    /// <summary>Regions an account can keep its data in, in lower case; empty where none is known.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>Environment variables its key is looked for in, in order.</summary>
    public IReadOnlyList<string> KeyVariables { get; init; } = [];

    /// <summary>Whether it answers nobody without a key, other than by <see cref="KeylessPackage"/>.</summary>
    public bool NeedsKey { get; init; }

    /// <summary>The package that calls it by its cloud's own credentials instead of a key; null when there is none.</summary>
    public string? KeylessPackage { get; init; }

    /// <summary>Its address, for a profile of <c>openAICompatible</c> that has one.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The environment variable its address is looked for in; null when there is none.</summary>
    public string? EndpointVariable { get; init; }

    /// <summary>What its address looks like, when it has none of its own and one must be configured; else null.</summary>
    public string? EndpointExample { get; init; }

    /// <summary>What must be configured of its place in a cloud.</summary>
    internal IReadOnlyList<PlaceNeed> Place { get; init; } = [];

    /// <summary>The shortest and the longest window that can be asked for with a batch; null where none can.</summary>
    internal (TimeSpan Shortest, TimeSpan Longest)? Windows { get; init; }

    /// <summary>What to know besides; null when nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Facts that could not be confirmed.</summary>
    public IReadOnlyList<string> Unverified { get; init; } = [];

    /// <summary>The pages it was read from.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>The day it was read.</summary>
    public required DateOnly CheckedOn { get; init; }

    /// <summary>Each capability and limit by itself, with its own source and day, in the order they are shown.</summary>
    public IReadOnlyList<ProviderFact> Facts { get; init; } = [];

    /// <summary>A fact by its name; null when it has none of that name.</summary>
    public ProviderFact? Fact(string name) => Facts.FirstOrDefault(fact => string.Equals(fact.Name, name, StringComparison.Ordinal));
}

/// <summary>A value that was right once.</summary>
/// <param name="Provider">Whose.</param>
/// <param name="Key">The key it stands under.</param>
/// <param name="Begins">How it begins; null when another rule finds it.</param>
/// <param name="Contains">What it contains; null when another rule finds it.</param>
/// <param name="Now">What changed.</param>
/// <param name="CheckedOn">The day that was read.</param>
internal sealed record AgedValue(ProviderId Provider, string Key, string? Begins, string? Contains, string Now, string CheckedOn)
{
    public bool IsMet(string value) =>
        (Begins is not null && value.StartsWith(Begins, StringComparison.OrdinalIgnoreCase))
        || (Contains is not null && value.Contains(Contains, StringComparison.OrdinalIgnoreCase));
}
