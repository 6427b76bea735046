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

    [Fact]
    public void Cannot_opt_in_to_what_the_provider_lacks()
    {
        Assert.False(Given("ollama").UsesBatching(isOptIn: true));
        Assert.False(Given("cohere", "apiKey: key").UsesCaching(isOptIn: true));
    }

    private static ProviderConfiguration Given(string provider, params string[] lines) =>
        Written.Load($"llm:\n  - provider: {provider}\n    configuration:\n" + string.Concat(lines.Append("fallbackToStandard: true").Select(l => $"      {l}\n"))).Llm[0];
}
