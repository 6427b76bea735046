namespace Parsimony.Engine;

/// <summary>Reads the settings of one provider, or of one of its workloads, over those that hold without it.</summary>
internal sealed class SettingsReader(ConfigurationSources sources)
{
    public ProviderConfiguration Read(MapReader map, ProviderConfiguration without)
    {
        var read = without with
        {
            Model = map.Text("model") ?? without.Model,
            ApiKey = map.Text("apiKey", isSecret: true) is { } key ? new Secret(key) : without.ApiKey,
            Endpoint = ReadEndpoint(map) ?? without.Endpoint,
            Region = ReadRegion(map) ?? without.Region,
            ServerProfile = ReadServerProfile(map, without.Provider) ?? without.ServerProfile,
            Cloud = ReadCloud(map, without.Cloud),
            Priority = ReadPriority(map) ?? without.Priority,
            Constraints = ReadConstraints(map, without.Constraints),
            Temperature = map.Number("temperature", 0, 2, "a temperature") ?? without.Temperature,
            BatchingEnabled = map.Flag("batchingEnabled") ?? without.BatchingEnabled,
            BatchMaxSize = map.Count("batchMaxSize") ?? without.BatchMaxSize,
            BatchTimeout = map.Seconds("batchTimeoutSeconds") ?? without.BatchTimeout,
            BatchPollInterval = map.Seconds("batchPollIntervalSeconds") ?? without.BatchPollInterval,
            BatchWindow = map.Count("batchWindowHours") is { } hours ? TimeSpan.FromHours(hours) : without.BatchWindow,
            MaxOpenBatches = map.Count("maxOpenBatches") ?? without.MaxOpenBatches,
            MaxParallelCalls = map.Count("maxParallelCalls") ?? without.MaxParallelCalls,
            CachingEnabled = map.Flag("cachingEnabled") ?? without.CachingEnabled,
            CacheStrategy = map.Word(
                "cacheStrategy",
                ("explicit", CacheStrategy.Explicit),
                ("automatic", CacheStrategy.Automatic),
                ("none", CacheStrategy.None)) ?? without.CacheStrategy,
            CacheTtl = map.Seconds("cacheTTL") ?? without.CacheTtl,
            CacheMinTokens = map.Count("cacheMinTokens", min: 0) ?? without.CacheMinTokens,
            CacheMaxBreakpoints = map.Count("cacheMaxBreakpoints", min: 0) ?? without.CacheMaxBreakpoints,
            Reuse = map.Word(
                "reuse",
                ("continued", ReuseHint.Continued),
                ("shared", ReuseHint.Shared),
                ("single", ReuseHint.Single)) ?? without.Reuse,
            OptimizationStrategy = map.Word(
                "optimizationStrategy",
                ("auto", OptimizationStrategy.Auto),
                ("batch_only", OptimizationStrategy.BatchOnly),
                ("cache_only", OptimizationStrategy.CacheOnly),
                ("both", OptimizationStrategy.Both),
                ("disabled", OptimizationStrategy.Disabled)) ?? without.OptimizationStrategy,
            OptimizationPreference = map.Word(
                "optimizationPreference",
                ("cache", OptimizationPreference.Cache),
                ("batch", OptimizationPreference.Batch)) ?? without.OptimizationPreference,
            WarmBeforeBatch = map.Flag("warmBeforeBatch") ?? without.WarmBeforeBatch,
            FlexEnabled = map.Flag("flexEnabled") ?? without.FlexEnabled,
            FallbackToStandard = map.Flag("fallbackToStandard") ?? without.FallbackToStandard,
            FallbackTimeout = map.Seconds("fallbackTimeoutSeconds") ?? without.FallbackTimeout,
            TrackCosts = map.Flag("trackCosts") ?? without.TrackCosts,
            LogOptimizationDecisions = map.Flag("logOptimizationDecisions") ?? without.LogOptimizationDecisions,
        };
        return new FeatureCheck(sources, map, read).Check();
    }

    private static string? ReadServerProfile(MapReader map, ProviderId provider)
    {
        if (map.Text("profile") is not { } text)
        {
            return null;
        }

        if (provider == ProviderId.OpenAICompatible)
        {
            return text.Trim();
        }

        map.Warn("profile", $"only openAICompatible has profiles; {provider} needs none, and this one is left out");
        return null;
    }

    private static CloudConfiguration? ReadCloud(MapReader map, CloudConfiguration? without)
    {
        var held = without ?? new CloudConfiguration();
        var read = held with
        {
            Account = map.Text("account") ?? map.Text("accountId") ?? map.Text("project") ?? held.Account,
            Location = map.Text("location") ?? held.Location,
            Storage = ReadAddress(map, "storage", "s3://bucket/prefix, gs://bucket/prefix or https://account.blob.core.windows.net/container/prefix", "s3", "gs", "https", "http") ?? held.Storage,
            StorageEndpoint = ReadAddress(map, "storageEndpoint", "https://storage.example", "https", "http") ?? held.StorageEndpoint,
            Role = map.Text("role") ?? held.Role,
        };
        return read == new CloudConfiguration() ? without : read;
    }

    private static Uri? ReadAddress(MapReader map, string key, string example, params ReadOnlySpan<string> schemes)
    {
        if (map.Text(key) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme) && uri.Host.Length > 0 && uri.UserInfo.Length == 0)
        {
            return uri;
        }

        map.Fault(key, $"is not an address; write one such as {example}.");
        return null;
    }

    private static string? ReadRegion(MapReader map)
    {
        if (map.Text("region") is not { } text)
        {
            return null;
        }

        try
        {
            return new DataConstraints { Region = text.Trim() }.Region;
        }
        catch (ArgumentException)
        {
            map.Fault("region", $"'{map.WrittenOf("region")}' is not a region; write letters, digits and dashes, for example eu.");
            return null;
        }
    }

    private static RequestPriority? ReadPriority(MapReader map)
    {
        if (map.TextOrNumber("priority") is not { } text)
        {
            return null;
        }

        if (RequestPriority.TryParse(text, out var priority))
        {
            return priority;
        }

        map.Fault("priority", $"'{map.WrittenOf("priority")}' is not a priority; write low, normal, high, or a level of 0 to 9.");
        return null;
    }

    // A workload may be stricter than its provider, and never less strict.
    private static DataConstraints ReadConstraints(MapReader map, DataConstraints without)
    {
        if (map.Text("constraints") is not { } text)
        {
            return without;
        }

        try
        {
            return without.And(DataConstraints.Parse(text));
        }
        catch (FormatException exception)
        {
            map.Fault("constraints", exception.Message);
            return without;
        }
    }

    // The address itself is never repeated in a message: people put keys into addresses.
    private static Uri? ReadEndpoint(MapReader map)
    {
        if (map.Text("endpoint") is not { } text)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.Host.Length == 0)
        {
            map.Fault("endpoint", "is not an absolute http or https address; write one such as https://host.example/v1.");
            return null;
        }

        if (uri.UserInfo.Length > 0)
        {
            map.Fault("endpoint", "carries a user name or password; write the address alone, and the key under apiKey.");
            return null;
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            map.Warn("endpoint", "a base address has no query; what follows the question mark is left out");
            uri = new Uri(uri.GetLeftPart(UriPartial.Path));
        }

        return uri;
    }
}
