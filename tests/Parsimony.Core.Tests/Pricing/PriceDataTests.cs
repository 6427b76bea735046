namespace Parsimony.Core.Tests;

public sealed class PriceDataTests
{
    public static TheoryData<string> Models => [.. ModelCatalogue.Default.All.Select(m => m.Id.ToString())];

    [Theory]
    [InlineData("anthropic", 18)]
    [InlineData("openAI", 36)]
    [InlineData("azureOpenAI", 23)]
    [InlineData("bedrock", 26)]
    [InlineData("cohere", 5)]
    [InlineData("fireworks", 8)]
    [InlineData("gemini", 17)]
    [InlineData("groq", 8)]
    [InlineData("mistral", 10)]
    [InlineData("together", 9)]
    [InlineData("vertexAI", 17)]
    [InlineData("xai", 9)]
    public void Lists_every_model_of_a_provider(string provider, int models) =>
        Assert.Equal(models, ModelCatalogue.Default.All.Count(m => m.Id.Provider.Value == provider));

    [Theory]
    [MemberData(nameof(Models))]
    public void Has_a_live_price_for_every_known_model(string model)
    {
        Assert.True(Given.Prices.IsPriced(ModelId.Parse(model), PriceTier.Live, Given.November));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Bills_plain_tokens_at_half_in_a_batch_and_in_flex(string name)
    {
        var model = ModelId.Parse(name);
        var usage = Given.Tokens(1_000, model.Name.StartsWith("text-embedding", StringComparison.Ordinal) ? 0 : 1_000);
        var live = Given.Prices.Price(model, usage, PriceTier.Live, Given.November).Usd;

        PriceTier[] listed = [.. new[] { PriceTier.Batch, PriceTier.Flex }.Where(t => Given.Prices.IsPriced(model, t, Given.November))];

        // Together gives the discount to selected models; the others cost in a batch what they cost live.
        var share = model.Provider.Value == "together" && !model.Name.StartsWith("meta-llama/Llama-3.3", StringComparison.Ordinal) ? 1 : 2;
        Assert.All(listed, tier => Assert.Equal(live / share, Given.Prices.Price(model, usage, tier, Given.November).Usd));
    }

    [Fact]
    public void Writes_cost_a_quarter_or_once_more_on_every_verified_anthropic_model()
    {
        var models = ModelCatalogue.Default.All
            .Where(m => m.Id.Provider == ProviderId.Anthropic && !m.Unverified.Contains("model"))
            .Select(m => m.Id);

        Assert.All(models, model =>
        {
            decimal? Usd(TokenUsage usage) => Given.Prices.Price(model, usage, PriceTier.Live, Given.November).Usd;

            Assert.Equal(Usd(Given.Tokens(1_000)) * 1.25m, Usd(Given.Tokens(writeShort: 1_000)));
            Assert.Equal(Usd(Given.Tokens(1_000)) * 2, Usd(Given.Tokens(writeLong: 1_000)));
        });
    }

    [Theory]
    [InlineData("openAI/gpt-5.6-luna", 125)]
    [InlineData("openAI/gpt-6.1-sol", 125)]
    [InlineData("openAI/gpt-5.5", 100)]
    [InlineData("openAI/gpt-4.1", 100)]
    public void Openai_charges_for_cache_writes_from_gpt_5_6_on(string model, int percent)
    {
        decimal? Usd(TokenUsage usage) => Given.Prices.Price(ModelId.Parse(model), usage, PriceTier.Live, Given.November).Usd;

        Assert.Equal(Usd(Given.Tokens(1_000)) * percent / 100, Usd(Given.Tokens(writeShort: 1_000)));
    }
}
