namespace Parsimony.Engine.Tests;

/// <summary>The commands run and demo, a batch file and UseBatching() are themselves the opt-in.</summary>
public sealed class OptInTests
{
    [Theory]
    [InlineData("trackCosts: true", false, false)]
    [InlineData("trackCosts: true", true, true)]
    [InlineData("batchingEnabled: true", false, true)]
    [InlineData("batchingEnabled: true", true, true)]
    [InlineData("batchingEnabled: false", false, false)]
    [InlineData("batchingEnabled: false", true, false)]
    [InlineData("optimizationStrategy: cache_only", true, false)]
    [InlineData("optimizationStrategy: disabled", true, false)]
    [InlineData("optimizationStrategy: batch_only", true, true)]
    public void Decides_about_batching(string line, bool isOptIn, bool expected)
    {
        Assert.Equal(expected, Given("anthropic", line).UsesBatching(isOptIn));
    }

    [Theory]
    [InlineData("trackCosts: true", false, false)]
    [InlineData("trackCosts: true", true, true)]
    [InlineData("cachingEnabled: true", false, true)]
    [InlineData("cachingEnabled: false", true, false)]
    [InlineData("cacheStrategy: none", true, false)]
    [InlineData("optimizationStrategy: batch_only", true, false)]
    [InlineData("optimizationStrategy: disabled", true, false)]
    [InlineData("optimizationStrategy: both", true, true)]
    public void Decides_about_caching(string line, bool isOptIn, bool expected)
    {
        Assert.Equal(expected, Given("anthropic", line).UsesCaching(isOptIn));
    }

    /// <summary>A strategy names a route outright; a preference counts where batch and cache do not apply together.</summary>
    [Theory]
    [InlineData("anthropic", "optimizationStrategy: cache_only", "Live optimizationStrategy=cache_only")]
    [InlineData("anthropic", "optimizationStrategy: disabled", "Live optimizationStrategy=disabled")]
    [InlineData("anthropic", "optimizationStrategy: batch_only", "Batch optimizationStrategy=batch_only")]
    [InlineData("anthropic", "optimizationStrategy: both", null)]
    [InlineData("anthropic", "optimizationPreference: cache", null)]
    [InlineData("bedrock", "optimizationPreference: cache", "Live optimizationPreference=cache")]
    [InlineData("bedrock", "optimizationPreference: batch", "Batch optimizationPreference=batch")]
    [InlineData("bedrock", "trackCosts: true", null)]
    public void Names_the_route_that_is_asked_for(string provider, string line, string? expected) =>
        Assert.Equal(expected, Given(provider, line).RoutePreference is { } asked ? $"{asked.Route} {asked.Setting}" : null);

    [Fact]
    public void Cannot_opt_in_to_what_the_provider_lacks()
    {
        Assert.False(Given("ollama").UsesBatching(isOptIn: true));
        Assert.False(Given("cohere", "apiKey: key").UsesCaching(isOptIn: true));
    }

    private static ProviderConfiguration Given(string provider, params string[] lines) =>
        Written.Load($"llm:\n  - provider: {provider}\n    configuration:\n" + string.Concat(lines.Append("fallbackToStandard: true").Select(l => $"      {l}\n"))).Llm[0];
}
