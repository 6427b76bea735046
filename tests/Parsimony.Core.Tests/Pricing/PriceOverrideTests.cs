namespace Parsimony.Core.Tests;

public sealed class PriceOverrideTests
{
    [Fact]
    public void Replaces_the_agreed_prices_and_keeps_the_listed_rest()
    {
        var prices = Given.Prices.With([new PriceOverride { Model = Given.Sonnet45, Input = 2.4m, Source = "order 17" }]);

        var cost = prices.Price(Given.Sonnet45, Given.Tokens(1_000, 1_000), PriceTier.Live, Given.November);

        Assert.Equal(0.0174m, cost.Usd);
        Assert.Equal("anthropic/claude-sonnet-4-5-20250929@order 17", cost.Source);
    }

    [Fact]
    public void Leaves_other_tiers_bands_and_the_original_list_alone()
    {
        var prices = Given.Prices.With([new PriceOverride { Model = Given.Haiku55, Input = 0.05m }]);

        decimal? Input(PriceList list, PriceTier tier, long tokens) =>
            list.Price(Given.Haiku55, Given.Tokens(tokens), tier, Given.November).Usd / tokens * 1_000_000;

        Assert.Equal(0.05m, Input(prices, PriceTier.Live, 1_000));
        Assert.Equal(0.05m, Input(Given.Prices, PriceTier.Batch, 1_000));
        Assert.Equal(0.5m, Input(prices, PriceTier.Live, 100_001));
        Assert.Equal(0.1m, Input(Given.Prices, PriceTier.Live, 1_000));
    }

    [Fact]
    public void Replaces_the_long_band_when_a_threshold_is_given()
    {
        var prices = Given.Prices.With([new PriceOverride { Model = Given.Haiku55, AbovePromptTokens = 200_000, Input = 0.3m }]);

        Assert.Equal(0.0150m, prices.Price(Given.Haiku55, Given.Tokens(150_000), PriceTier.Live, Given.November).Usd);
        Assert.Equal(0.0750m, prices.Price(Given.Haiku55, Given.Tokens(250_000), PriceTier.Live, Given.November).Usd);
    }

    [Fact]
    public void Prices_a_model_that_is_not_listed()
    {
        var prices = Given.Prices.With([new PriceOverride { Model = Given.Unlisted, Tier = PriceTier.Batch, Input = 1, Output = 2 }]);

        var cost = prices.Price(Given.Unlisted, Given.Tokens(1_000, 1_000), PriceTier.Batch, Given.November);

        Assert.Equal(0.003m, cost.Usd);
        Assert.False(prices.IsPriced(Given.Unlisted, PriceTier.Live, Given.November));
    }

    [Fact]
    public void Applies_to_every_name_of_the_model()
    {
        var prices = Given.Prices.With([new PriceOverride { Model = ModelId.Parse("anthropic/claude-sonnet-4-5"), Input = 1 }]);

        Assert.Equal(0.001m, prices.Price(Given.Sonnet45, Given.Tokens(1_000), PriceTier.Live, Given.November).Usd);
    }

    [Fact]
    public void Applies_to_a_dated_name_alone_when_only_the_date_ties_it_to_a_listed_model()
    {
        var dated = ModelId.Parse("anthropic/claude-haiku-5-5-20261111");
        var prices = Given.Prices.With([new PriceOverride { Model = dated, Input = 0.05m }]);

        Assert.Equal(0.00005m, prices.Price(dated, Given.Tokens(1_000), PriceTier.Live, Given.November).Usd);
        Assert.Equal(0.0001m, prices.Price(Given.Haiku55, Given.Tokens(1_000), PriceTier.Live, Given.November).Usd);
    }
}
