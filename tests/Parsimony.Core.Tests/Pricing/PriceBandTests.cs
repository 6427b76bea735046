namespace Parsimony.Core.Tests;

public sealed class PriceBandTests
{
    [Theory]
    [InlineData(100_000, 10, 50)]
    [InlineData(100_001, 50, 250)]
    public void Changes_every_price_one_token_above_the_threshold(long input, int inputCents, int outputCents)
    {
        var cost = Given.Prices.Price(Given.Haiku55, Given.Tokens(input, 1_000), PriceTier.Live, Given.November);

        Assert.Equal(((input * inputCents) + (1_000 * outputCents)) / 100_000_000m, cost.Usd);
    }

    [Fact]
    public void Counts_cached_tokens_towards_the_threshold()
    {
        var usage = Given.Tokens(1, read: 60_000, writeShort: 30_000, writeLong: 10_000);

        var cost = Given.Prices.Price(Given.Haiku55, usage, PriceTier.Live, Given.November);

        Assert.Equal((0.5m + (60_000 * 0.05m) + (30_000 * 0.625m) + (10_000 * 1m)) / 1_000_000, cost.Usd);
    }

    [Fact]
    public void Does_not_count_output_towards_the_threshold()
    {
        var cost = Given.Prices.Price(Given.Haiku55, Given.Tokens(100_000, 50_000), PriceTier.Live, Given.November);

        Assert.Equal(((100_000 * 0.1m) + (50_000 * 0.5m)) / 1_000_000, cost.Usd);
    }

    [Fact]
    public void Halves_the_long_band_in_a_batch()
    {
        var usage = Given.Tokens(272_001, 1_000);

        var live = Given.Prices.Price(Given.Gpt56Sol, usage, PriceTier.Live, Given.November);
        var batch = Given.Prices.Price(Given.Gpt56Sol, usage, PriceTier.Batch, Given.November);

        Assert.Equal(((272_001 * 8m) + (1_000 * 30m)) / 1_000_000, live.Usd);
        Assert.Equal(live.Usd / 2, batch.Usd);
    }

    [Fact]
    public void Puts_the_baseline_in_the_band_of_the_whole_prompt()
    {
        var baseline = Given.Prices.Baseline(Given.Haiku55, Given.Tokens(50_000, read: 50_001), Given.November);

        Assert.Equal(100_001 * 0.5m / 1_000_000, baseline.Usd);
    }
}
