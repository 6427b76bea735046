using System.Globalization;

namespace Parsimony.Engine.Tests;

/// <summary>Configurations as a user writes them, and the surroundings they are read in.</summary>
internal static class Written
{
    public const string Key = "sk-very-secret-0123456789";

    /// <summary>The documented example, as it stands there.</summary>
    public const string Example = """
        llm:
          - provider: "anthropic"
            isDefault: true
            configuration:
              model: "claude-sonnet-4-5-20250929"
              apiKey: "${ANTHROPIC_API_KEY}"
              endpoint: "http://localhost:11434"     # optional base address (ollama, openAICompatible, azureOpenAI, tests)
              temperature: 0.2
              batchingEnabled: true
              batchMaxSize: 10000                    # clamped to the provider's limit, with a warning
              batchTimeoutSeconds: 86400
              batchPollIntervalSeconds: 60
              cachingEnabled: true
              cacheStrategy: "explicit"              # explicit | automatic | none
              cacheTTL: 300                          # seconds; 300 or 3600 on Anthropic
              cacheMinTokens: 1024
              cacheMaxBreakpoints: 4
              optimizationStrategy: "auto"           # auto | batch_only | cache_only | both | disabled
              optimizationPreference: "cache"        # cache | batch, where the two do not stack
              fallbackToStandard: true
              fallbackTimeoutSeconds: 30
              trackCosts: true
              logOptimizationDecisions: true
        optimization:
          enableMetrics: true
          metricsRetentionDays: 30
          trackCostSavings: true
          costReportingInterval: "daily"             # hourly | daily | weekly (and monthly)
          logOptimizationDecisions: true
          logLevel: "INFO"
          defaultBatchSize: 100                      # accumulate 100 requests ...
          defaultBatchTimeout: 30                    # ... or 30 seconds, whichever comes first
          defaultCacheTTL: 300
          cacheWarningThreshold: 0.1
          enableAlerts: true
          alertOnOptimizationFailure: true
          alertOnLowCacheHitRate: true
          cacheHitRateThreshold: 0.5
        """;

    /// <summary>The same in JSON.</summary>
    public const string ExampleJson = """
        {
          "llm": [
            {
              "provider": "anthropic",
              "isDefault": true,
              "configuration": {
                "model": "claude-sonnet-4-5-20250929",
                "apiKey": "${ANTHROPIC_API_KEY}",
                "endpoint": "http://localhost:11434",
                "temperature": 0.2,
                "batchingEnabled": true,
                "batchMaxSize": 10000,
                "batchTimeoutSeconds": 86400,
                "batchPollIntervalSeconds": 60,
                "cachingEnabled": true,
                "cacheStrategy": "explicit",
                "cacheTTL": 300,
                "cacheMinTokens": 1024,
                "cacheMaxBreakpoints": 4,
                "optimizationStrategy": "auto",
                "optimizationPreference": "cache",
                "fallbackToStandard": true,
                "fallbackTimeoutSeconds": 30,
                "trackCosts": true,
                "logOptimizationDecisions": true
              }
            }
          ],
          "optimization": {
            "enableMetrics": true,
            "metricsRetentionDays": 30,
            "trackCostSavings": true,
            "costReportingInterval": "daily",
            "logOptimizationDecisions": true,
            "logLevel": "INFO",
            "defaultBatchSize": 100,
            "defaultBatchTimeout": 30,
            "defaultCacheTTL": 300,
            "cacheWarningThreshold": 0.1,
            "enableAlerts": true,
            "alertOnOptimizationFailure": true,
            "alertOnLowCacheHitRate": true,
            "cacheHitRateThreshold": 0.5
          }
        }
        """;

    /// <summary>Surroundings in which exactly these variables are set, besides Anthropic's key.</summary>
    public static ConfigurationSources With(params (string Name, string Value)[] variables)
    {
        var all = variables.Append(("ANTHROPIC_API_KEY", Key)).ToDictionary(v => v.Item1, v => v.Item2, StringComparer.Ordinal);
        return new ConfigurationSources { Variable = name => all.GetValueOrDefault(name) };
    }

    /// <summary>Surroundings in which exactly these variables are set.</summary>
    public static ConfigurationSources Only(params (string Name, string Value)[] variables)
    {
        var all = variables.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);
        return new ConfigurationSources { Variable = name => all.GetValueOrDefault(name) };
    }

    public static ParsimonyConfiguration Load(string text, ConfigurationSources? sources = null) =>
        ConfigurationFile.LoadText(text, "providers.yaml", sources ?? With());

    public static IReadOnlyList<string> Faults(string text, ConfigurationSources? sources = null) =>
        Assert.Throws<ConfigurationException>(() => Load(text, sources)).Faults;

    /// <summary>One provider with these lines under <c>configuration</c>, which begin at line 4.</summary>
    public static string Provider(string provider, params string[] lines) =>
        $"llm:\n  - provider: {provider}\n    configuration:\n      trackCosts: true\n" + string.Concat(lines.Select(l => $"      {l}\n"));

    public static BatchLimits Limit(int requests) => new()
    {
        MaxRequests = requests,
        MaxBytes = 1_000_000,
        OneModelPerBatch = false,
        Window = TimeSpan.FromHours(24),
        KeepsFinishedOnExpiry = true,
        OrphanSearch = OrphanSearch.ByKey,
    };

    /// <summary>Everything a configuration says, for comparing two.</summary>
    public static string Everything(ParsimonyConfiguration configuration) => string.Join(
        "\n",
        configuration.Llm.Concat(configuration.Embedding).SelectMany(p => new object[] { Plain(p), p.ApiKey?.Reveal() ?? "" }
            .Concat(p.Workloads.Values.Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Name} {w.RolloutPercentage} {Plain(w.Settings)}"))))
            .Append(configuration.Optimization)
            .Append(configuration.ImageBatching)
            .Concat(configuration.Warnings));

    private static string Plain(ProviderConfiguration provider) => (provider with { Workloads = new Dictionary<string, WorkloadConfiguration>() }).ToString();
}
