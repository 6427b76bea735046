using System.Globalization;

namespace Parsimony.Engine;

/// <summary>Disables and clamps what a provider or model lacks, with a warning each; never a fault. Judges only keys its map holds.</summary>
internal sealed class FeatureCheck(ConfigurationSources sources, MapReader map, ProviderConfiguration read)
{
    private readonly ProviderFacts _facts = CapabilityMatrix.FactsOf(read.Provider, read.Profile);
    private readonly string _name = read.Profile ?? read.Provider.Value;

    // As it is written: what a variable holds may be a key that was put in the wrong place.
    private readonly string _model = map.Has("model") ? map.WrittenOf("model") : "this model";

    public ProviderConfiguration Check()
    {
        var settings = read;
        if (settings.BatchingEnabled == true && !_facts.Capabilities.SupportsBatching && map.Has("batchingEnabled"))
        {
            map.Warn("batchingEnabled", $"batching is not supported for {_name}, disabled");
            settings = settings with { BatchingEnabled = false };
        }

        if (settings.CachingEnabled == true && !_facts.Capabilities.SupportsCaching && map.Has("cachingEnabled"))
        {
            map.Warn("cachingEnabled", $"caching is not supported for {_name}, disabled");
            settings = settings with { CachingEnabled = false };
        }

        // The only provider whose slower tier this library can ask for; see OpenAIProvider.
        if (settings.FlexEnabled && settings.Provider != ProviderId.OpenAI && map.Has("flexEnabled"))
        {
            map.Warn("flexEnabled", $"a flexible tier is not supported for {_name}, disabled");
            settings = settings with { FlexEnabled = false };
        }

        settings = CheckStrategy(CheckWindow(CheckSizes(settings)));
        if (_facts.Capabilities.SupportsCaching && settings.CachingEnabled != false)
        {
            settings = CheckCache(settings);
        }

        return CheckModel(settings);
    }

    private ProviderConfiguration CheckSizes(ProviderConfiguration settings)
    {
        // What the running program knows is newer than the numbers that came with the library.
        if (_facts.Capabilities.SupportsBatching
            && (sources.Limits(settings.Provider)?.MaxRequests ?? _facts.MaxBatchRequests) is { } most && settings.BatchMaxSize > most)
        {
            if (map.Has("batchMaxSize"))
            {
                map.Warn("batchMaxSize", Say($"{settings.BatchMaxSize} is over the limit of {_name}, {most} requests per batch; {most} is used"));
            }

            settings = settings with { BatchMaxSize = most };
        }

        return settings;
    }

    private ProviderConfiguration CheckWindow(ProviderConfiguration settings)
    {
        if (settings.BatchWindow is not { } asked || !map.Has("batchWindowHours"))
        {
            return settings;
        }

        if (_facts.Windows is not var (shortest, longest))
        {
            map.Warn("batchWindowHours", $"the window of a batch cannot be chosen for {_name}, ignored");
            return settings with { BatchWindow = null };
        }

        var offered = asked < shortest ? shortest : asked > longest ? longest : asked;
        if (offered != asked)
        {
            map.Warn("batchWindowHours", Say($"{asked.TotalHours} hours is not offered by {_name} ({shortest.TotalHours} to {longest.TotalHours}, read {_facts.CheckedOn:yyyy-MM-dd}); {offered.TotalHours} is used"));
        }

        return settings with { BatchWindow = offered };
    }

    private ProviderConfiguration CheckStrategy(ProviderConfiguration settings)
    {
        if (!_facts.Capabilities.SupportsBatching && settings.OptimizationStrategy == OptimizationStrategy.BatchOnly && map.Has("optimizationStrategy"))
        {
            map.Warn("optimizationStrategy", $"batching is not supported for {_name}; auto is used");
            settings = settings with { OptimizationStrategy = OptimizationStrategy.Auto };
        }

        if (!_facts.Capabilities.SupportsBatching && settings.OptimizationPreference == OptimizationPreference.Batch && map.Has("optimizationPreference"))
        {
            map.Warn("optimizationPreference", $"batching is not supported for {_name}, left out");
            settings = settings with { OptimizationPreference = null };
        }

        if (settings.OptimizationStrategy == OptimizationStrategy.Both && !_facts.Stacks && map.Has("optimizationStrategy"))
        {
            map.Warn(
                "optimizationStrategy",
                $"batching and caching do not apply together for {_name}; auto is used, and optimizationPreference decides where it is set");
            settings = settings with { OptimizationStrategy = OptimizationStrategy.Auto };
        }

        if (settings.CacheStrategy is { } strategy and not CacheStrategy.None && map.Has("cacheStrategy") && !_facts.CacheStrategies.Contains(strategy))
        {
            var instead = _facts.Capabilities.CacheStrategy;
            map.Warn(
                "cacheStrategy",
                $"{strategy.ToString().ToLowerInvariant()} caching is not supported for {_name}, {(instead == "none" ? "disabled" : instead + " is used")}");
            settings = settings with { CacheStrategy = Enum.Parse<CacheStrategy>(instead, ignoreCase: true) };
        }

        return settings;
    }

    private ProviderConfiguration CheckCache(ProviderConfiguration settings)
    {
        if (map.Has("cacheMaxBreakpoints") && _facts.MaxCacheBreakpoints is { } most && settings.CacheMaxBreakpoints > most)
        {
            map.Warn("cacheMaxBreakpoints", Say($"{settings.CacheMaxBreakpoints} is over the limit of {_name}, {most} per request; {most} is used"));
        }

        settings = settings with { CacheMaxBreakpoints = Math.Min(settings.CacheMaxBreakpoints, _facts.MaxCacheBreakpoints ?? int.MaxValue) };
        if (settings.CacheTtl is not { } ttl || !map.Has("cacheTTL") || _facts.AnyCacheLifetime || _facts.CacheLifetimes.Contains(ttl))
        {
            return settings;
        }

        if (_facts.CacheLifetimes.Count == 0)
        {
            map.Warn("cacheTTL", $"a cache lifetime cannot be set for {_name}, ignored");
            return settings with { CacheTtl = null };
        }

        // Longer than asked keeps what was asked for; shorter would silently lose hits.
        var offered = _facts.CacheLifetimes.FirstOrDefault(l => l >= ttl, _facts.CacheLifetimes[^1]);
        var all = string.Join(" or ", _facts.CacheLifetimes.Select(l => Say($"{l.TotalSeconds}")));
        map.Warn("cacheTTL", Say($"{ttl.TotalSeconds} seconds is not offered by {_name} ({all}, read {_facts.CheckedOn:yyyy-MM-dd}); {offered.TotalSeconds} is used"));
        return settings with { CacheTtl = offered };
    }

    private ProviderConfiguration CheckModel(ProviderConfiguration settings)
    {
        foreach (var (key, value) in new[] { ("model", settings.Model), ("endpoint", settings.Endpoint?.AbsoluteUri) })
        {
            if (value is not null && map.Has(key) && CapabilityMatrix.Aged(settings.Provider, key, value) is { } aged)
            {
                map.Warn(key, $"this value has aged: {aged.Now} (read {aged.CheckedOn})");
            }
        }

        if (settings is { CacheStrategy: CacheStrategy.Explicit, Model: { } named } && !HasExplicitCache(named) && (map.Has("cacheStrategy") || map.Has("model")))
        {
            map.Warn("cacheStrategy", $"explicit caching is not supported for {_model}, {_facts.Capabilities.CacheStrategy} is used");
            settings = settings with { CacheStrategy = Enum.Parse<CacheStrategy>(_facts.Capabilities.CacheStrategy, ignoreCase: true) };
        }

        if (settings.Model is not { } model || ModelCatalogue.Default.Find(new ModelId(settings.Provider, model)) is not { } facts)
        {
            return settings;
        }

        if (settings.Temperature is not null && facts.RefusesSampling == true && (map.Has("temperature") || map.Has("model")))
        {
            map.Warn(map.Has("temperature") ? "temperature" : "model", $"a temperature is not supported for {_model}, left out");
            settings = settings with { Temperature = null };
        }

        if (settings.CacheMinTokens is { } asked && facts.MinCacheTokens is { } least && asked < least && (map.Has("cacheMinTokens") || map.Has("model")))
        {
            map.Warn("cacheMinTokens", Say($"{asked} is under what {_model} keeps, {least} tokens ({facts.Source}); {least} is used"));
            settings = settings with { CacheMinTokens = least };
        }

        return settings;
    }

    private bool HasExplicitCache(string model) =>
        _facts.ExplicitCacheModels?.Any(m => model.StartsWith(m, StringComparison.OrdinalIgnoreCase)) != false
        && !_facts.NoExplicitCacheModels.Any(m => model.StartsWith(m, StringComparison.OrdinalIgnoreCase));

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
