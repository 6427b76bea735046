using Microsoft.Extensions.Logging;

namespace Parsimony.Engine.Tests;

public sealed class ConfigurationFileTests
{
    [Fact]
    public void Loads_the_documented_example_verbatim_without_a_warning()
    {
        var configuration = Written.Load(Written.Example);

        var provider = Assert.Single(configuration.Llm);
        Assert.Empty(configuration.Warnings);
        Assert.Equal(ProviderId.Anthropic, provider.Provider);
        Assert.True(provider.IsDefault);
        Assert.Equal("anthropic", provider.CredentialName);
        Assert.Equal("claude-sonnet-4-5-20250929", provider.Model);
        Assert.Equal(Written.Key, provider.ApiKey?.Reveal());
        Assert.Equal(new Uri("http://localhost:11434"), provider.Endpoint);
        Assert.Equal(0.2, provider.Temperature);
        Assert.True(provider.BatchingEnabled);
        Assert.Equal(10_000, provider.BatchMaxSize);
        Assert.Equal(TimeSpan.FromDays(1), provider.BatchTimeout);
        Assert.Equal(TimeSpan.FromSeconds(60), provider.BatchPollInterval);
        Assert.True(provider.CachingEnabled);
        Assert.Equal(CacheStrategy.Explicit, provider.CacheStrategy);
        Assert.Equal(TimeSpan.FromSeconds(300), provider.CacheTtl);
        Assert.Equal(1_024, provider.CacheMinTokens);
        Assert.Equal(4, provider.CacheMaxBreakpoints);
        Assert.Equal(OptimizationStrategy.Auto, provider.OptimizationStrategy);
        Assert.Equal(OptimizationPreference.Cache, provider.OptimizationPreference);
        Assert.True(provider.FallbackToStandard);
        Assert.Equal(TimeSpan.FromSeconds(30), provider.FallbackTimeout);
        Assert.True(provider.TrackCosts);
        Assert.True(provider.LogOptimizationDecisions);
        Assert.Equal(new OptimizationConfiguration(), configuration.Optimization);
    }

    [Fact]
    public void Pins_the_defaults_of_a_provider()
    {
        var provider = Assert.Single(Written.Load("llm: [{provider: ANTHROPIC}]").Llm);

        Assert.True(provider.IsDefault);
        Assert.Null(provider.Model);
        Assert.Null(provider.Endpoint);
        Assert.Null(provider.Temperature);
        Assert.Null(provider.BatchingEnabled);
        Assert.Null(provider.CachingEnabled);
        Assert.Null(provider.CacheStrategy);
        Assert.Null(provider.CacheTtl);
        Assert.Null(provider.CacheMinTokens);
        Assert.Null(provider.BatchPollInterval);
        Assert.Null(provider.OptimizationPreference);
        Assert.Equal(10_000, provider.BatchMaxSize);
        Assert.Equal(TimeSpan.FromSeconds(86_400), provider.BatchTimeout);
        Assert.Equal(4, provider.CacheMaxBreakpoints);
        Assert.Equal(OptimizationStrategy.Auto, provider.OptimizationStrategy);
        Assert.True(provider.FallbackToStandard);
        Assert.Equal(TimeSpan.FromSeconds(30), provider.FallbackTimeout);
        Assert.True(provider.TrackCosts);
        Assert.True(provider.LogOptimizationDecisions);
        Assert.Empty(provider.Workloads);
    }

    [Fact]
    public void Pins_the_defaults_all_providers_share()
    {
        var optimization = Written.Load("optimization: {}").Optimization;

        Assert.True(optimization.EnableMetrics);
        Assert.Equal(30, optimization.MetricsRetentionDays);
        Assert.True(optimization.TrackCostSavings);
        Assert.Equal(CostReportingInterval.Daily, optimization.CostReportingInterval);
        Assert.True(optimization.LogOptimizationDecisions);
        Assert.Equal(LogLevel.Information, optimization.LogLevel);
        Assert.Equal(100, optimization.DefaultBatchSize);
        Assert.Equal(TimeSpan.FromSeconds(30), optimization.DefaultBatchTimeout);
        Assert.Equal(TimeSpan.FromSeconds(300), optimization.DefaultCacheTtl);
        Assert.Equal(0.1, optimization.CacheWarningThreshold);
        Assert.True(optimization.EnableAlerts);
        Assert.True(optimization.AlertOnOptimizationFailure);
        Assert.True(optimization.AlertOnLowCacheHitRate);
        Assert.Equal(0.5, optimization.CacheHitRateThreshold);
    }

    [Fact]
    public void Reads_JSON_to_the_same_configuration_as_YAML()
    {
        var yaml = ConfigurationFile.LoadText(Written.Example, "providers.yaml", Written.With());
        var json = ConfigurationFile.LoadText(Written.ExampleJson, "providers.json", Written.With());

        Assert.Equal(Written.Everything(yaml), Written.Everything(json));
    }

    [Fact]
    public void Finds_the_same_faults_at_the_same_lines_in_JSON_and_in_YAML()
    {
        var yaml = Written.Faults("llm:\n  - provider: openAI\n    configuration:\n      batchMaxSize: -5\n      cacheStrategy: 'sometimes'\n");
        var json = Assert.Throws<ConfigurationException>(() => ConfigurationFile.LoadText(
            "{\"llm\": [\n {\"provider\": \"openAI\",\n \"configuration\": {\n \"batchMaxSize\": -5,\n \"cacheStrategy\": \"sometimes\"}}]}",
            "providers.yaml.json",
            Written.With())).Faults;

        Assert.Equal(3, yaml.Count);
        Assert.Equal(
            yaml.Take(2),
            json.Take(2).Select(f => f.Replace("providers.yaml.json", "providers.yaml", StringComparison.Ordinal)));
    }

    [Fact]
    public void Takes_a_text_without_a_telling_name_for_JSON_when_it_begins_with_a_brace()
    {
        var configuration = ConfigurationFile.LoadText(Written.ExampleJson, "table llm_configuration", Written.With());

        Assert.Equal(ProviderId.Anthropic, configuration.DefaultLlm?.Provider);
    }

    [Fact]
    public void Loads_a_file_with_a_byte_order_mark()
    {
        using var file = new TemporaryFile("\uFEFF" + Written.Example);

        Assert.Single(ConfigurationFile.Load(file.Path, Written.With()).Llm);
    }

    [Fact]
    public void Says_that_a_file_is_not_there()
    {
        var path = Path.Combine(Path.GetTempPath(), "parsimony-no-such-folder", "providers.yaml");

        var fault = Assert.Single(Assert.Throws<ConfigurationException>(() => ConfigurationFile.Load(path)).Faults);

        Assert.StartsWith($"{path}: there is no such file", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llm:\n  - provider: [unclosed\n", "providers.yaml, line ")]
    [InlineData("llm: []\nllm: []\n", "providers.yaml, line 2")]
    [InlineData("llm: []\n---\nllm: []\n", "providers.yaml, line 3")]
    [InlineData("just words", "providers.yaml, line 1")]
    public void Names_the_line_where_the_text_is_not_a_configuration(string text, string place)
    {
        Assert.StartsWith(place, Assert.Single(Written.Faults(text)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"llm\": [\n}")]
    [InlineData("{\"llm\": [],\n\"llm\": []}")]
    [InlineData("{}\n{}")]
    public void Names_the_line_where_JSON_breaks(string text)
    {
        var faults = Assert.Throws<ConfigurationException>(() => ConfigurationFile.LoadText(text, "c.json", Written.With())).Faults;

        Assert.StartsWith("c.json, line 2", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_aliases_that_unfold_into_a_forest()
    {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 9).Select(n => $"a{n}: &a{n} [{string.Join(", ", Enumerable.Repeat($"*a{n - 1}", 10))}]\n"));

        Assert.Contains(Written.Faults(text), f => f.Contains("too large", StringComparison.Ordinal));
    }

    [Fact]
    public void Reads_an_empty_text_as_no_providers()
    {
        var configuration = Written.Load("");

        Assert.Empty(configuration.Llm);
        Assert.Null(configuration.DefaultLlm);
        Assert.Equal(TimeSpan.FromDays(1), configuration.BulkTimeout);
    }

    [Fact]
    public void Replaces_variables_anywhere_and_reads_them_as_what_the_key_wants()
    {
        var sources = Written.With(("SIZE", "500"), ("BATCHING", "True"), ("FAMILY", "claude"), ("HOST", "localhost:8080"));
        var provider = Assert.Single(Written.Load(
            Written.Provider("anthropic", "batchMaxSize: ${SIZE}", "batchingEnabled: \"${BATCHING}\"", "model: ${FAMILY}-${FAMILY}", "endpoint: http://${HOST}/v1"),
            sources).Llm);

        Assert.Equal(500, provider.BatchMaxSize);
        Assert.True(provider.BatchingEnabled);
        Assert.Equal("claude-claude", provider.Model);
        Assert.Equal(new Uri("http://localhost:8080/v1"), provider.Endpoint);
    }

    [Fact]
    public void Names_file_line_key_and_variable_when_a_variable_is_missing()
    {
        var fault = Assert.Single(Written.Faults(Written.Example, Written.Only()));

        Assert.Equal(
            "providers.yaml, line 6: llm[0].configuration.apiKey: the environment variable ANTHROPIC_API_KEY is not set; set it, or write the value.",
            fault);
    }

    [Fact]
    public void Names_a_variable_that_is_not_closed()
    {
        Assert.Contains("a variable is written ${NAME}", Assert.Single(Written.Faults(Written.Provider("anthropic", "model: \"${MODEL\""))), StringComparison.Ordinal);
    }
}
