namespace Parsimony.Engine;

/// <summary>Which prompt caching a configuration asks for.</summary>
public enum CacheStrategy
{
    /// <summary>None (<c>none</c>).</summary>
    None,

    /// <summary>What the provider does by itself (<c>automatic</c>).</summary>
    Automatic,

    /// <summary>Marks or cache objects that we place (<c>explicit</c>).</summary>
    Explicit,
}

/// <summary>Which optimisations may be used.</summary>
public enum OptimizationStrategy
{
    /// <summary>The planner decides (<c>auto</c>).</summary>
    Auto,

    /// <summary>Batches only (<c>batch_only</c>).</summary>
    BatchOnly,

    /// <summary>Prompt caching only (<c>cache_only</c>).</summary>
    CacheOnly,

    /// <summary>Both, where they stack (<c>both</c>).</summary>
    Both,

    /// <summary>Plain calls (<c>disabled</c>).</summary>
    Disabled,
}

/// <summary>What wins where batch and cache do not stack.</summary>
public enum OptimizationPreference
{
    /// <summary><c>cache</c>.</summary>
    Cache,

    /// <summary><c>batch</c>.</summary>
    Batch,
}

/// <summary>One provider of a list. A null is "not said": the provider, the model or the planner decides.</summary>
public sealed record ProviderConfiguration
{
    /// <summary>Which provider (<c>provider</c>).</summary>
    public required ProviderId Provider { get; init; }

    /// <summary>The embedding service that is reached as <c>openAICompatible</c>: huggingFace, sentenceTransformers, jina or voyage; null for a provider of its own.</summary>
    public string? Profile { get; init; }

    /// <summary>The credential's name in rows and seal keys (<c>name</c>); never the key.</summary>
    /// <value>The provider's identifier, or the profile's, with <c>-2</c>, <c>-3</c> for further entries of the same provider.</value>
    public required string CredentialName { get; init; }

    /// <summary>Whether it is the list's default (<c>isDefault</c>).</summary>
    /// <value>False by default; the first of a list that marks none.</value>
    public bool IsDefault { get; init; }

    /// <summary>The model (<c>model</c>); null when each request names its own.</summary>
    public string? Model { get; init; }

    /// <summary>The key (<c>apiKey</c>, or the provider's environment variable); null where none is needed.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>Former keys (<c>formerCredentials</c>): batches made with them are polled, collected, cancelled and cleaned with them.</summary>
    public IReadOnlyList<CredentialConfiguration> FormerCredentials { get; init; } = [];

    /// <summary>The region the account keeps its data in (<c>region</c>), in lower case; null when it says none: then no request constrained to a region goes here.</summary>
    public string? Region { get; init; }

    /// <summary>How soon requests that say no priority are wanted beside others of their tenant (<c>priority</c>); null for normal.</summary>
    public RequestPriority? Priority { get; init; }

    /// <summary>What may not be done with the data of any request (<c>constraints</c>).</summary>
    public DataConstraints Constraints { get; init; } = DataConstraints.None;

    /// <summary>What a server reached as <c>openAICompatible</c> does its own way, by name (<c>profile</c>), for example doubleword or vLLM; null when nothing is known of it.</summary>
    public string? ServerProfile { get; init; }

    /// <summary>Where in a cloud it is, and where its batches lie; null when nothing is said.</summary>
    public CloudConfiguration? Cloud { get; init; }

    /// <summary>The base address (<c>endpoint</c>); null for the provider's own.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The default temperature, 0-2 (<c>temperature</c>); null sends none.</summary>
    public double? Temperature { get; init; }

    /// <summary>Whether batches are used (<c>batchingEnabled</c>); null is no, unless the caller opts in: <see cref="UsesBatching"/>.</summary>
    public bool? BatchingEnabled { get; init; }

    /// <summary>Most requests of one batch (<c>batchMaxSize</c>).</summary>
    /// <value>10,000 by default, never over the provider's limit.</value>
    public int BatchMaxSize { get; init; } = 10_000;

    /// <summary>How long bulk work without a deadline may stay in a batch before it goes live (<c>batchTimeoutSeconds</c>).</summary>
    /// <value>86,400 seconds by default.</value>
    public TimeSpan BatchTimeout { get; init; } = TimeSpan.FromSeconds(86_400);

    /// <summary>Time between two status calls (<c>batchPollIntervalSeconds</c>); null takes the provider's own, 60 seconds where it names none.</summary>
    public TimeSpan? BatchPollInterval { get; init; }

    /// <summary>After how long the provider ends a batch, finished or not (<c>batchWindowHours</c>), where that can be chosen; null takes the provider's own.</summary>
    public TimeSpan? BatchWindow { get; init; }

    /// <summary>Most batches at the provider that have not ended (<c>maxOpenBatches</c>); null takes the provider's own number, where it tells one.</summary>
    public int? MaxOpenBatches { get; init; }

    /// <summary>Most durable live calls at the same time on each node (<c>maxParallelCalls</c>); null takes the provider's own number, where it has one.</summary>
    public int? MaxParallelCalls { get; init; }

    /// <summary>Whether prompt caching is used (<c>cachingEnabled</c>); null is no, unless the caller opts in: <see cref="UsesCaching"/>.</summary>
    public bool? CachingEnabled { get; init; }

    /// <summary>Which caching (<c>cacheStrategy</c>); null takes the provider's own.</summary>
    public CacheStrategy? CacheStrategy { get; init; }

    /// <summary>Lifetime of cache entries (<c>cacheTTL</c>); null leaves it to the planner, which begins at <see cref="OptimizationConfiguration.DefaultCacheTtl"/>.</summary>
    public TimeSpan? CacheTtl { get; init; }

    /// <summary>Shortest prefix worth a mark, in tokens (<c>cacheMinTokens</c>); null takes the model's own, 1,024 where it is unknown.</summary>
    public int? CacheMinTokens { get; init; }

    /// <summary>Most cache marks of one request (<c>cacheMaxBreakpoints</c>).</summary>
    /// <value>4 by default, never over the provider's limit.</value>
    public int CacheMaxBreakpoints { get; init; } = 4;

    /// <summary>What is known of the future of these prompts (<c>reuse</c>); null when nothing is.</summary>
    public ReuseHint? Reuse { get; init; }

    /// <summary>Which optimisations may be used (<c>optimizationStrategy</c>).</summary>
    /// <value><see cref="OptimizationStrategy.Auto"/> by default.</value>
    public OptimizationStrategy OptimizationStrategy { get; init; }

    /// <summary>What wins where the two do not stack (<c>optimizationPreference</c>); null leaves it to the planner, a value is obeyed.</summary>
    public OptimizationPreference? OptimizationPreference { get; init; }

    /// <summary>Whether one request of a batch goes live before the others where that is expected to pay, so that they may read what it wrote (<c>warmBeforeBatch</c>).</summary>
    /// <value>False by default.</value>
    public bool WarmBeforeBatch { get; init; }

    /// <summary>Whether requests whose deadline allows it may go into the provider's slower tier of a lower price (<c>flexEnabled</c>).</summary>
    /// <value>False by default.</value>
    public bool FlexEnabled { get; init; }

    /// <summary>Whether the plain call is made when an optimised one is known not to have been accepted (<c>fallbackToStandard</c>).</summary>
    /// <value>True by default.</value>
    public bool FallbackToStandard { get; init; } = true;

    /// <summary>How long an optimisation may take to start, never to finish (<c>fallbackTimeoutSeconds</c>).</summary>
    /// <value>30 seconds by default.</value>
    public TimeSpan FallbackTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether costs are tracked (<c>trackCosts</c>).</summary>
    /// <value>True by default.</value>
    public bool TrackCosts { get; init; } = true;

    /// <summary>Whether each decision is logged (<c>logOptimizationDecisions</c>).</summary>
    /// <value>True by default.</value>
    public bool LogOptimizationDecisions { get; init; } = true;

    /// <summary>Overrides by workload (<c>workloads</c>).</summary>
    public IReadOnlyDictionary<string, WorkloadConfiguration> Workloads { get; init; } = new Dictionary<string, WorkloadConfiguration>(0, StringComparer.Ordinal);

    /// <summary>What this provider can do, its profile considered.</summary>
    public ProviderCapabilities Capabilities => CapabilityMatrix.Of(Profile ?? Provider.Value);

    /// <summary>The route these settings ask for, with the setting that says so; null leaves it to the planner.</summary>
    /// <remarks><c>optimizationStrategy</c> names a route outright; <c>optimizationPreference</c> counts where batch and cache do not apply together.</remarks>
    public RoutePreference? RoutePreference => this switch
    {
        { OptimizationStrategy: OptimizationStrategy.CacheOnly } => new(Route.Live, "optimizationStrategy=cache_only"),
        { OptimizationStrategy: OptimizationStrategy.Disabled } => new(Route.Live, "optimizationStrategy=disabled"),
        { OptimizationStrategy: OptimizationStrategy.BatchOnly } => new(Route.Batch, "optimizationStrategy=batch_only"),
        { OptimizationPreference: { } wins } when CapabilityMatrix.FactsOf(Profile ?? Provider.Value)?.Stacks == false =>
            new(wins == Engine.OptimizationPreference.Cache ? Route.Live : Route.Batch, wins == Engine.OptimizationPreference.Cache ? "optimizationPreference=cache" : "optimizationPreference=batch"),
        _ => null,
    };

    /// <summary>Whether batches are used here.</summary>
    /// <param name="isOptIn">Whether the caller's own act is the opt-in (the commands run and demo, a batch file, <c>UseBatching()</c>):
    /// then an absent key means yes. An explicit <c>false</c> wins either way.</param>
    public bool UsesBatching(bool isOptIn) =>
        (BatchingEnabled ?? isOptIn) && Capabilities.SupportsBatching
        && OptimizationStrategy is not (OptimizationStrategy.CacheOnly or OptimizationStrategy.Disabled);

    /// <summary>Whether prompt caching is used here; the opt-in as in <see cref="UsesBatching"/>.</summary>
    public bool UsesCaching(bool isOptIn) =>
        (CachingEnabled ?? isOptIn) && Capabilities.SupportsCaching && CacheStrategy != Engine.CacheStrategy.None
        && OptimizationStrategy is not (OptimizationStrategy.BatchOnly or OptimizationStrategy.Disabled);

    /// <summary>The configuration one request is under: the workload's where there is one and the request is in its rollout, else this. Pure.</summary>
    /// <param name="workload">The component the request comes from; null for none.</param>
    /// <param name="requestKey">The request's own stable key.</param>
    public ProviderConfiguration For(string? workload, string requestKey) =>
        workload is not null && Workloads.TryGetValue(workload, out var settings) && settings.Includes(requestKey) ? settings.Settings : this;
}
