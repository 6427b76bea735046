namespace Parsimony.Core.Tests;

public sealed class UpperBoundTests
{
    [Fact]
    public void Takes_all_input_at_the_dearest_write()
    {
        var bound = Given.Prices.UpperBound(Given.Sonnet45, 10_000, 1_000, PriceTier.Live, Given.November);

        Assert.Equal(((10_000 * 6m) + (1_000 * 15m)) / 1_000_000, bound.Usd);
        Assert.True(bound.IsEstimate);
    }

    [Theory]
    [InlineData(272_000, 5, 20)]
    [InlineData(272_001, 10, 30)]
    public void Takes_the_long_band_only_when_it_can_be_reached(long input, decimal inputPrice, decimal outputPrice)
    {
        var bound = Given.Prices.UpperBound(Given.Gpt56Sol, input, 1_000, PriceTier.Live, Given.November);

        Assert.Equal(((input * inputPrice) + (1_000 * outputPrice)) / 1_000_000, bound.Usd);
    }

    [Fact]
    public void Is_unknown_for_a_model_without_a_price()
    {
        Assert.False(Given.Prices.UpperBound(Given.Unlisted, 1, 1, PriceTier.Live, Given.November).IsKnown);
    }

    [Fact]
    public void Is_unknown_where_the_output_has_no_price_but_may_occur()
    {
        var embedding = ModelId.Parse("openAI/text-embedding-3-small");

        Assert.Equal(0.00002m, Given.Prices.UpperBound(embedding, 1_000, 0, PriceTier.Live, Given.November).Usd);
        Assert.False(Given.Prices.UpperBound(embedding, 1_000, 1, PriceTier.Live, Given.November).IsKnown);
    }
}
