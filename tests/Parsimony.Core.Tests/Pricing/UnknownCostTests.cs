namespace Parsimony.Core.Tests;

public sealed class UnknownCostTests
{
    [Fact]
    public void Does_not_know_a_model_that_is_not_listed()
    {
        var cost = Given.Prices.Price(Given.Unlisted, Given.Tokens(1_000), PriceTier.Live, Given.November);

        Assert.False(cost.IsKnown);
        Assert.Null(cost.Usd);
        Assert.Equal("no price is listed for openAI/gpt-5-unheard-of", cost.Source);
    }

    [Fact]
    public void Does_not_take_another_providers_price_for_the_same_model()
    {
        var cost = Given.Prices.Price(ModelId.Parse("bedrock/claude-haiku-5-5"), Given.Tokens(1), PriceTier.Live, Given.November);

        Assert.False(cost.IsKnown);
    }

    [Fact]
    public void Does_not_take_the_price_of_a_dated_name_that_is_known_to_differ()
    {
        Assert.False(Given.Prices.IsPriced(ModelId.Parse("openAI/gpt-4o-2024-05-13"), PriceTier.Live, Given.November));
    }

    [Theory]
    [InlineData("openAI/gpt-5.3-codex", PriceTier.Batch)]
    [InlineData("openAI/gpt-5.1-codex-mini", PriceTier.Batch)]
    [InlineData("openAI/gpt-4.1", PriceTier.Flex)]
    [InlineData("anthropic/claude-haiku-5-5", PriceTier.Flex)]
    public void Does_not_guess_a_tier_the_provider_does_not_list(string model, PriceTier tier)
    {
        var cost = Given.Prices.Price(ModelId.Parse(model), Given.Tokens(1_000), tier, Given.November);

        Assert.False(cost.IsKnown);
        Assert.Contains($"has no {tier} price", cost.Source, StringComparison.Ordinal);
        Assert.False(Given.Prices.IsPriced(ModelId.Parse(model), tier, Given.November));
    }

    [Fact]
    public void Knows_plain_usage_of_a_model_whose_cache_prices_are_unknown_but_not_its_cached_usage()
    {
        var model = ModelId.Parse("anthropic/claude-fable-5-2");

        var plain = Given.Prices.Price(model, Given.Tokens(1_000), PriceTier.Live, Given.November);
        var cached = Given.Prices.Price(model, Given.Tokens(1_000, writeShort: 1), PriceTier.Live, Given.November);

        Assert.Equal(0.008m, plain.Usd);
        Assert.True(plain.IsEstimate);
        Assert.False(cached.IsKnown);
        Assert.Equal("anthropic/claude-fable-5-2@2026-11 has no Live price for CacheWriteShort", cached.Source);
    }

    [Fact]
    public void Does_not_know_what_an_image_costs()
    {
        var cost = Given.Prices.Price(ModelId.Parse("openAI/gpt-5"), new TokenUsage { Images = 1 }, PriceTier.Live, Given.November);

        Assert.False(cost.IsKnown);
    }

    [Fact]
    public void Refuses_a_usage_that_contradicts_itself()
    {
        var cost = Given.Prices.Price(Given.Haiku55, Given.Tokens(-5, read: 10), PriceTier.Live, Given.November);

        Assert.False(cost.IsKnown);
    }

    [Fact]
    public void Claims_no_saving_where_the_cost_is_unknown()
    {
        var split = Given.Prices.Split(ModelId.Parse("openAI/gpt-5.3-codex"), Given.Tokens(1_000), PriceTier.Batch, Given.November);

        Assert.False(split.Actual.IsKnown);
        Assert.True(split.Baseline.IsKnown);
        Assert.Equal(0, split.Saved);
    }
}
