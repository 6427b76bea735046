namespace Parsimony.Core.Tests;

public sealed class CostSplitTests
{
    [Fact]
    public void Gives_batch_its_half_and_the_cache_what_it_took_off_after_that()
    {
        var split = Given.Prices.Split(Given.Sonnet45, Given.Tokens(500, 500, read: 1_500), PriceTier.Batch, Given.November);

        Assert.Equal(0.0135m, split.Baseline.Usd);
        Assert.Equal(0.00675m, split.SavedByBatch);
        Assert.Equal(1_500 * (1.5m - 0.15m) / 1_000_000, split.SavedByCache);
        Assert.Equal(split.Baseline.Usd - split.Actual.Usd, split.Saved);
    }

    [Fact]
    public void Books_the_premium_of_a_cache_write_as_a_negative_saving()
    {
        var split = Given.Prices.Split(Given.Sonnet45, Given.Tokens(writeShort: 1_000), PriceTier.Live, Given.November);

        Assert.Equal(-0.00075m, split.SavedByCache);
        Assert.Equal(0, split.SavedByBatch);
    }

    [Fact]
    public void Books_flex_as_a_saving_by_tier()
    {
        var split = Given.Prices.Split(ModelId.Parse("openAI/gpt-5"), Given.Tokens(1_000), PriceTier.Flex, Given.November);

        Assert.Equal(0.000625m, split.SavedByTier);
        Assert.Equal(0, split.SavedByBatch);
    }

    [Fact]
    public void Gives_nothing_to_the_cache_where_a_batch_bills_hits_as_input()
    {
        var split = Given.Prices.Split(ModelId.Parse("openAI/o3"), Given.Tokens(read: 1_000), PriceTier.Batch, Given.November);

        Assert.Equal(0, split.SavedByCache);
        Assert.Equal(0.001m, split.SavedByBatch);
    }

    [Fact]
    public void Gives_a_reused_answer_its_whole_baseline()
    {
        var split = Given.Prices.SplitReused(Given.Sonnet45, Given.Tokens(2_000, 500), Given.November);

        Assert.Equal(0, split.Actual.Usd);
        Assert.Equal(0.0135m, split.SavedByReuse);
        Assert.Equal(split.Baseline.Usd, split.Saved);
    }

    [Fact]
    public void Gives_the_difference_of_two_models_to_routing()
    {
        var split = Given.Prices.SplitRouted(Given.Sonnet45, Given.Haiku55, Given.Tokens(2_000, 500), PriceTier.Batch, Given.November);

        Assert.Equal(0.0135m, split.Baseline.Usd);
        Assert.Equal(0.0135m - 0.00045m, split.SavedByRouting);
        Assert.Equal(0.000225m, split.SavedByBatch);
        Assert.Equal(split.Baseline.Usd - split.Actual.Usd, split.Saved);
    }

    [Fact]
    public void Claims_no_saving_by_routing_away_from_a_model_without_a_price()
    {
        var split = Given.Prices.SplitRouted(Given.Unlisted, Given.Haiku55, Given.Tokens(2_000), PriceTier.Batch, Given.November);

        Assert.True(split.Actual.IsKnown);
        Assert.False(split.Baseline.IsKnown);
        Assert.Equal(0, split.Saved);
    }
}
