namespace Parsimony.Engine;

/// <summary>What a configuration says of requests, in the words of an <see cref="EngineSetup"/>. Thread safe; the configuration can be replaced while the engine runs.</summary>
/// <param name="configuration">The configuration.</param>
/// <param name="isOptIn">
/// Whether whoever runs the engine has opted in by that, as the commands do: then the engine's own live calls are cached where <c>cachingEnabled</c> is absent. Its batches are,
/// either way: batching is an opt-in of its own.
/// </param>
public sealed class ConfigurationTerms(ParsimonyConfiguration configuration, bool isOptIn = false)
{
    private ParsimonyConfiguration _current = configuration;

    /// <summary>The configuration new work goes by.</summary>
    public ParsimonyConfiguration Current
    {
        get => Volatile.Read(ref _current);
        set => Volatile.Write(ref _current, value);
    }

    /// <summary>The same setup, with all that the configuration says of requests.</summary>
    public EngineSetup ApplyTo(EngineSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return setup with
        {
            BatchingEnabled = UsesBatching,
            BatchCacheTerms = CacheTermsOfBatches,
            CacheTerms = CacheTermsOf,
            PlannedCacheTerms = PlannedCacheTermsOf,
            Terms = TermsOf,
            FlexEnabled = request => SettingsFor(request)?.FlexEnabled ?? false,
            Preference = request => SettingsFor(request)?.RoutePreference,
        };
    }

    /// <summary>A strategy that names a route is a preference, so that the reason can name it and what it costs is known.</summary>
    private bool UsesBatching(ModelId model) =>
        SettingsOf(model.Provider, credential: null) is not { } settings || (settings with { OptimizationStrategy = OptimizationStrategy.Auto }).UsesBatching(isOptIn: true);

    private CacheTerms? CacheTermsOfBatches(ModelId model) =>
        SettingsOf(model.Provider, credential: null) is { } settings ? CacheTerms.Of(settings, isOptIn: true) : CacheTerms.Planned;

    private CacheTerms? CacheTermsOf(StoredRequest request) =>
        SettingsOf(request.Profile.Model.Provider, request.Profile.Credential) is { } settings
            ? CacheTerms.Of(settings.For(request.Profile.Component, request.Id.ToString()), isOptIn)
            : isOptIn ? CacheTerms.Planned : null;

    private CacheTerms? PlannedCacheTermsOf(IntakeRequest request) =>
        !Current.Optimization.WeighCache ? null
        : SettingsFor(request) is { } settings ? CacheTerms.Of(settings, isOptIn)
        : isOptIn ? CacheTerms.Planned : null;

    private WorkloadTerms TermsOf(IntakeRequest request) =>
        SettingsFor(request) is { } provider && !(provider.Priority is null && provider.Constraints.IsNone)
            ? new WorkloadTerms(provider.Priority, provider.Constraints)
            : WorkloadTerms.None;

    /// <summary>The settings a request is under, its workload considered.</summary>
    private ProviderConfiguration? SettingsFor(IntakeRequest request)
    {
        var provider = SettingsOf(request.Envelope.Model.Provider, request.Credential);
        return provider is { Workloads.Count: > 0 }
            ? provider.For(request.Dimensions.Component, request.CallerKey ?? (request.Fingerprint ?? Fingerprinter.Of(request.Envelope)).ToString())
            : provider;
    }

    /// <summary>The settings of a provider's credential; of its first one where none is named, or none has that name: an application may name its credentials itself.</summary>
    private ProviderConfiguration? SettingsOf(ProviderId id, string? credential)
    {
        ProviderConfiguration? first = null;
        foreach (var provider in Current.Llm.Concat(Current.Embedding))
        {
            if (provider.Provider == id)
            {
                if (credential is null || provider.CredentialName == credential)
                {
                    return provider;
                }

                first ??= provider;
            }
        }

        return first;
    }
}
