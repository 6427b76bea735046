namespace Parsimony.Engine;

/// <summary>Lays the environment's overrides over the tree, so that one reader judges them like values of the file.</summary>
internal static class EnvironmentOverrides
{
    // They name keys of the language model providers; an embedding list is left alone.
    private static readonly (string Variable, string Key)[] OfProviders =
    [
        ("LLM_BATCHING_ENABLED", "batchingEnabled"),
        ("LLM_CACHING_ENABLED", "cachingEnabled"),
        ("LLM_OPTIMIZATION_STRATEGY", "optimizationStrategy"),
        ("LLM_COST_TRACKING_ENABLED", "trackCosts"),
        ("LLM_CACHE_TTL_SECONDS", "cacheTTL"),
        ("LLM_CACHE_MIN_TOKENS", "cacheMinTokens"),
    ];

    private static readonly (string Variable, string Key)[] OfOptimization =
    [
        ("LLM_METRICS_ENABLED", "enableMetrics"),
        ("LLM_COST_TRACKING_ENABLED", "trackCostSavings"),
        ("LLM_CACHE_TTL_SECONDS", "defaultCacheTTL"),
        ("LLM_BATCH_MAX_SIZE", "defaultBatchSize"),
        ("LLM_BATCH_TIMEOUT_SECONDS", "defaultBatchTimeout"),
    ];

    private static readonly (string Variable, string Key)[] OfImages =
    [
        ("BATCH_API_ENABLED", "enabled"),
        ("BATCH_API_MODE", "mode"),
        ("BATCH_MAX_WAIT_HOURS", "maxWaitHours"),
        ("BATCH_POLL_INTERVAL_MS", "pollIntervalMs"),
        ("BATCH_VISION_ENABLED", "visionEnabled"),
        ("BATCH_LLM_ENABLED", "llmEnabled"),
        ("BATCH_FALLBACK_TO_STANDARD", "fallbackToStandard"),
        ("BATCH_COST_TRACKING", "costTracking"),
        ("BATCH_HYBRID_MODE", "hybridMode"),
    ];

    public static ConfigurationNode Over(ConfigurationNode root, ConfigurationSources sources)
    {
        if (root.Kind is not (NodeKind.Map or NodeKind.Absent))
        {
            return root;
        }

        var providers = Set(OfProviders, sources);
        var sections = new Dictionary<string, ConfigurationNode>(StringComparer.Ordinal);
        Lay(root, "optimization", Set(OfOptimization, sources), sections);
        Lay(root, "imageBatching", Set(OfImages, sources), sections);
        if (providers.Count > 0 && root.Members.GetValueOrDefault("llm") is { Kind: NodeKind.List } llm)
        {
            sections["llm"] = ConfigurationNode.List(llm.Place, [.. llm.Items.Select(item => OverProvider(item, providers))]);
        }

        return root.With(sections);
    }

    private static Dictionary<string, ConfigurationNode> Set((string Variable, string Key)[] overrides, ConfigurationSources sources)
    {
        var set = new Dictionary<string, ConfigurationNode>(StringComparer.Ordinal);
        foreach (var (variable, key) in overrides)
        {
            if (sources.Variable(variable)?.Trim() is { Length: > 0 } value)
            {
                set[key] = ConfigurationNode.FromVariable(variable, value);
            }
        }

        return set;
    }

    private static void Lay(ConfigurationNode root, string key, Dictionary<string, ConfigurationNode> members, Dictionary<string, ConfigurationNode> sections)
    {
        var section = root.Members.GetValueOrDefault(key) ?? ConfigurationNode.Absent(root.Place);
        if (members.Count > 0 && section.Kind is NodeKind.Map or NodeKind.Absent)
        {
            sections[key] = section.With(members);
        }
    }

    private static ConfigurationNode OverProvider(ConfigurationNode provider, Dictionary<string, ConfigurationNode> members)
    {
        if (provider.Kind != NodeKind.Map)
        {
            return provider;
        }

        var settings = provider.Members.GetValueOrDefault("configuration") ?? ConfigurationNode.Absent(provider.Place);
        var changed = new Dictionary<string, ConfigurationNode>(StringComparer.Ordinal);
        if (settings.Kind is NodeKind.Map or NodeKind.Absent)
        {
            var laid = settings.With(members);
            changed["configuration"] = laid.Members.GetValueOrDefault("workloads") is { Kind: NodeKind.Map } inner
                ? laid.With([KeyValuePair.Create("workloads", OverWorkloads(inner, members))]) : laid;
        }

        if (provider.Members.GetValueOrDefault("workloads") is { Kind: NodeKind.Map } workloads)
        {
            changed["workloads"] = OverWorkloads(workloads, members);
        }

        return provider.With(changed);
    }

    // A workload inherits the overridden key; only where it says otherwise must it be silenced.
    private static ConfigurationNode OverWorkloads(ConfigurationNode workloads, Dictionary<string, ConfigurationNode> members) =>
        workloads.With(workloads.Members.Where(w => w.Value.Kind == NodeKind.Map).Select(w => KeyValuePair.Create(
            w.Key, w.Value.With(members.Where(m => w.Value.Members.ContainsKey(m.Key))))));
}
