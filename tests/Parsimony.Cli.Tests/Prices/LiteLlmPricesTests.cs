using System.Text.Json;

namespace Parsimony.Cli.Tests;

public sealed class LiteLlmPricesTests
{
    private static readonly DateTimeOffset November = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_kind_tier_and_band_comes_out_as_it_went_in()
    {
        var prices = Take(
            """
            {"gemini/m":{"litellm_provider":"gemini","input_cost_per_token":1.25e-06,"output_cost_per_token":1e-05,
              "cache_read_input_token_cost":3.1e-07,"cache_creation_input_token_cost":1.5e-06,"cache_creation_input_token_cost_above_1hr":2.5e-06,
              "input_cost_per_token_above_200k_tokens":2.5e-06,"output_cost_per_token_above_200k_tokens":1.5e-05,
              "input_cost_per_token_batches":6.25e-07,"output_cost_per_token_batches":5e-06,"input_cost_per_token_flex":6e-07,
              "input_cost_per_token_priority":2e-06,"input_cost_per_token_above_200k_tokens_priority":4e-06}}
            """);
        var model = ModelId.Parse("gemini/m");

        decimal? Usd(TokenUsage usage, PriceTier tier = PriceTier.Live) => prices.Price(model, usage, tier, November).Usd * 1_000_000 / Math.Max(usage.TotalInput, usage.TotalOutput);

        Assert.Equal(
            (1.25m, 10m, 0.31m, 1.5m, 2.5m, 2.5m, 0.625m, 0.6m, 2m, 4m),
            (Usd(In(10)), Usd(new TokenUsage { Output = 10 }), Usd(new TokenUsage { CacheRead = 10 }), Usd(new TokenUsage { CacheWriteShort = 10 }),
                Usd(new TokenUsage { CacheWriteLong = 10 }), Usd(In(200_001)), Usd(In(10), PriceTier.Batch), Usd(In(10), PriceTier.Flex),
                Usd(In(10), PriceTier.Priority), Usd(In(200_001), PriceTier.Priority)));
    }

    [Fact]
    public void What_is_not_said_of_long_prompts_stays_unknown()
    {
        var prices = Take("""{"gemini/m":{"litellm_provider":"gemini","input_cost_per_token":1e-06,"cache_read_input_token_cost":1e-07,"input_cost_per_token_above_200k_tokens":2e-06,"input_cost_per_token_batches":5e-07}}""");
        var model = ModelId.Parse("gemini/m");

        Assert.Equal(0.1m, prices.Price(model, In(200_000), PriceTier.Batch, November).Usd);
        Assert.Null(prices.Price(model, In(200_001), PriceTier.Batch, November).Usd);
        Assert.Null(prices.Price(model, In(200_001) with { CacheRead = 1 }, PriceTier.Live, November).Usd);
    }

    [Theory]
    [InlineData("openai/m", "openai", "openAI/m")]
    [InlineData("m", "cohere_chat", "cohere/m")]
    [InlineData("azure/m", "azure", "azureOpenAI/m")]
    [InlineData("bedrock/anthropic.m-v1:0", "bedrock", "bedrock/anthropic.m-v1:0")]
    [InlineData("vertex_ai/m", "vertex_ai-anthropic_models", "vertexAI/m")]
    [InlineData("together_ai/org/m", "together_ai", "together/org/m")]
    [InlineData("fireworks_ai/accounts/fireworks/models/m", "fireworks_ai", "fireworks/accounts/fireworks/models/m")]
    [InlineData("xai/m", "xai", "xai/m")]
    [InlineData("anthropic/m", "anthropic", "anthropic/m")]
    [InlineData("gemini/m", "gemini", "gemini/m")]
    [InlineData("groq/org/m", "groq", "groq/org/m")]
    [InlineData("mistral/m", "mistral", "mistral/m")]
    [InlineData("ollama_chat/org/m", "ollama_chat", "ollama/org/m")]
    [InlineData("hosted_vllm/org/m", "hosted_vllm", "openAICompatible/org/m")]
    public void Models_get_the_providers_own_names(string key, string provider, string model) =>
        Assert.True(Take($$$"""{"{{{key}}}":{"litellm_provider":"{{{provider}}}","input_cost_per_token":1e-06}}""").IsPriced(ModelId.Parse(model), PriceTier.Live, November));

    [Theory]
    [InlineData("""{"litellm_provider":"openai","output_cost_per_image":0.04}""", "no price per input token")]
    [InlineData("""{"litellm_provider":"openai","input_cost_per_token":0,"output_cost_per_token":0.0}""", "all prices are zero: free, or not known")]
    [InlineData("""{"litellm_provider":"openai","input_cost_per_token":-1e-6}""", "input_cost_per_token is not a price of zero or more")]
    [InlineData("""{"litellm_provider":"openai","input_cost_per_token":"1e-6"}""", "input_cost_per_token is not a price of zero or more")]
    [InlineData("""{"litellm_provider":"openai","input_cost_per_token":1e-6,"input_cost_per_token_above_128k_tokens":2e-6,"input_cost_per_token_above_200k_tokens":3e-6}""", "more than one context band")]
    [InlineData("""{"litellm_provider":"openai","input_cost_per_token":1e-6,"output_cost_per_token":2e-6,"output_cost_per_reasoning_token":3e-6}""", "output_cost_per_reasoning_token differs from output_cost_per_token")]
    [InlineData("""{"litellm_provider":"openai","input_cost_per_token":1e-6,"tiered_pricing":[{"range":[0,1]}]}""", "tiered_pricing")]
    [InlineData("""{"litellm_provider":"openai","input_cost_per_token":1e-6,"input_cost_per_request":0.01}""", "a price per request besides that of tokens")]
    public void What_would_make_a_wrong_cost_is_left_out_and_named(string entry, string reason)
    {
        var prices = Read($$$"""{"m":{{{entry}}}}""");

        Assert.Equal((0, $"m: left out, {reason}"), (prices.Count, Assert.Single(prices.Notes)));
    }

    [Fact]
    public void Regions_and_contradictions_are_left_out_and_named()
    {
        const string One = """{"litellm_provider":"cohere","input_cost_per_token":1e-06}""";
        var prices = Read($$$"""{"cohere/m":{{{One}}},"m":{"litellm_provider":"cohere_chat","input_cost_per_token":2e-06},"cohere/same":{{{One}}},"same":{{{One}}},"bedrock/us-east-1/m":{"litellm_provider":"bedrock","input_cost_per_token":1e-06}}""");

        Assert.Equal(1, prices.Count);
        Assert.Equal(["m: left out, cohere/m is the same model and says otherwise; both are", "bedrock/us-east-1/m: left out, a price of one region, size or commitment"], prices.Notes);
    }

    [Fact]
    public void The_day_a_copy_was_made_is_read_from_it() =>
        Assert.Equal("2026-07-24", Read("""{"last_updated":"2026-07-24T03:00:00Z","m":{"litellm_provider":"openai","input_cost_per_token":1e-06}}""").Updated);

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"models":{"a":1}}""")]
    public void Another_file_is_refused(string json) => Assert.Throws<FormatException>(() => Read(json));

    private static TokenUsage In(long tokens) => new() { UncachedInput = tokens };

    private static LiteLlmPrices Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return LiteLlmPrices.Read(document.RootElement);
    }

    private static PriceList Take(string json)
    {
        using var book = new MemoryStream(Read(json).Write("2026-11-20"));
        return PriceList.Load([book]);
    }
}
