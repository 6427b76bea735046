namespace Parsimony.Engine.Tests;

/// <summary>What <c>data/providers.json</c> says of each capability, and how it is read.</summary>
public sealed class ProviderFactTests
{
    private static readonly string[] Names =
    [
        "batch", "kinds", "caching", "cache_lifetime", "cache_marks", "stacking", "max_requests", "max_bytes", "queue", "min_requests", "concurrent_jobs", "window", "worst_completion", "on_expiry",
        "retention", "discount", "orphan_search",
    ];

    public static TheoryData<string> Providers => [.. ProviderId.All];

    [Theory]
    [MemberData(nameof(Providers))]
    public void Every_fact_of_a_provider_is_there_with_its_own_source_and_day(string provider)
    {
        var facts = Facts(provider);

        Assert.Equal(Names, facts.Take(Names.Length).Select(fact => fact.Name));
        Assert.All(facts, fact =>
        {
            Assert.NotEmpty(fact.Sources);
            Assert.All(fact.Sources, source => Assert.StartsWith("https://", source, StringComparison.Ordinal));
            Assert.InRange(fact.CheckedOn, new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31));
        });
    }

    [Theory]
    [InlineData("anthropic", "max_requests", "100,000")]
    [InlineData("anthropic", "max_bytes", "256 MB")]
    [InlineData("anthropic", "retention", "29 days")]
    [InlineData("anthropic", "cache_lifetime", "5 min or 1 h")]
    [InlineData("anthropic", "orphan_search", "size and time")]
    [InlineData("azureOpenAI", "max_requests", "100,000")]
    [InlineData("azureOpenAI", "stacking", "no")]
    [InlineData("bedrock", "min_requests", "100")]
    [InlineData("bedrock", "stacking", "no")]
    [InlineData("bedrock", "orphan_search", "token")]
    [InlineData("cohere", "caching", "none")]
    [InlineData("cohere", "discount", "-")]
    [InlineData("fireworks", "orphan_search", "token")]
    [InlineData("gemini", "worst_completion", "48 h")]
    [InlineData("gemini", "on_expiry", "nothing")]
    [InlineData("gemini", "concurrent_jobs", "100")]
    [InlineData("gemini", "cache_lifetime", "any")]
    [InlineData("groq", "window", "24 to 168 h")]
    [InlineData("mistral", "max_bytes", "512 MB")]
    [InlineData("ollama", "batch", "no")]
    [InlineData("openAI", "max_bytes", "200 MB")]
    [InlineData("openAI", "discount", "50 %")]
    [InlineData("openAICompatible", "batch", "probed")]
    [InlineData("together", "worst_completion", "72 h")]
    [InlineData("vertexAI", "max_requests", "200,000")]
    [InlineData("vertexAI", "worst_completion", "96 h")]
    [InlineData("xai", "discount", "20 to 50 %")]
    public void Values_are_what_the_provider_says(string provider, string name, string value) =>
        Assert.Equal(value, CapabilityMatrix.FactsOf(provider)?.Fact(name)?.Value);

    [Theory]
    [InlineData("groq", "stacking")]
    [InlineData("together", "caching")]
    [InlineData("openAICompatible", "batch")]
    [InlineData("bedrock", "max_requests")]
    [InlineData("mistral", "retention")]
    [InlineData("cohere", "batching of chat requests")]
    [InlineData("azureOpenAI", "endpoint_variable")]
    public void What_nobody_confirmed_says_so(string provider, string name) => Assert.False(CapabilityMatrix.FactsOf(provider)?.Fact(name)?.IsVerified);

    [Fact]
    public void A_fact_has_its_own_source_where_it_has_one_and_the_providers_else()
    {
        var groq = CapabilityMatrix.FactsOf("groq");

        Assert.Equal(["https://console.groq.com/docs/batch"], groq?.Fact("max_bytes")?.Sources);
        Assert.Equal(groq?.Sources, groq?.Fact("min_requests")?.Sources);
        Assert.Equal("-", groq?.Fact("min_requests")?.Value);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_fact_says_what_configuration_goes_by(string provider)
    {
        var known = CapabilityMatrix.FactsOf(provider);

        Assert.Equal(known?.Capabilities.SupportsBatching, known?.Fact("batch")?.Word is "yes" or "probed");
        Assert.Equal(known?.MaxBatchRequests, (int?)known?.Fact("max_requests")?.Number);
        Assert.Equal(known?.MaxCacheBreakpoints, (int?)known?.Fact("cache_marks")?.Number);
        Assert.Equal(known?.Capabilities.SupportsCaching, known?.Fact("caching")?.Word is not ("none" or null));
    }

    [Fact]
    public void The_page_shows_the_tables_of_the_data() => Assert.Equal(ProvidersPage.Render(RepositoryPage.Read("providers.md")), RepositoryPage.Read("providers.md"));

    private static IReadOnlyList<ProviderFact> Facts(string provider) => CapabilityMatrix.FactsOf(provider)?.Facts ?? [];
}
