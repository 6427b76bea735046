namespace Parsimony.Engine.Tests;

public sealed class CapabilityMatrixTests
{
    [Theory]
    [InlineData("anthropic", true, true, "explicit")]
    [InlineData("bedrock", true, true, "explicit")]
    [InlineData("azureOpenAI", true, true, "automatic")]
    [InlineData("cohere", false, false, "none")]
    [InlineData("fireworks", true, true, "automatic")]
    [InlineData("gemini", true, true, "automatic")]
    [InlineData("groq", true, true, "automatic")]
    [InlineData("mistral", true, true, "automatic")]
    [InlineData("ollama", false, true, "automatic")]
    [InlineData("openAI", true, true, "automatic")]
    [InlineData("openAICompatible", true, true, "automatic")]
    [InlineData("together", true, true, "automatic")]
    [InlineData("vertexAI", true, true, "automatic")]
    [InlineData("xai", true, true, "automatic")]
    public void Answers_for_each_provider_in_any_letter_case(string provider, bool batching, bool caching, string strategy)
    {
        var capabilities = CapabilityMatrix.Of(provider.ToUpperInvariant());

        Assert.Equal((batching, caching, strategy), (capabilities.SupportsBatching, capabilities.SupportsCaching, capabilities.CacheStrategy));
    }

    [Theory]
    [InlineData("chatty")]
    [InlineData("")]
    [InlineData(null)]
    public void Answers_none_for_an_unknown_provider(string? provider)
    {
        Assert.Same(ProviderCapabilities.None, CapabilityMatrix.Of(provider));
        Assert.Null(CapabilityMatrix.FactsOf(provider));
    }

    [Fact]
    public void Knows_every_provider_with_its_source_and_day()
    {
        Assert.Equal(14, ProviderId.All.Count);
        Assert.All(ProviderId.All, id =>
        {
            var facts = CapabilityMatrix.FactsOf(id);
            Assert.NotNull(facts);
            Assert.NotEmpty(facts.Sources);
            Assert.All(facts.Sources, s => Assert.StartsWith("https://", s, StringComparison.Ordinal));
            Assert.True(facts.CheckedOn > new DateOnly(2026, 1, 1));
            Assert.NotEmpty(facts.Capabilities.Kinds);
        });
    }
}
