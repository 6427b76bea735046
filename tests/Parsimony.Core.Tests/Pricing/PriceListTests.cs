namespace Parsimony.Core.Tests;

public sealed class PriceListTests
{
    private const int Documents = 1_000_000;

    [Theory]
    [InlineData(PriceTier.Live, 13_500)]
    [InlineData(PriceTier.Batch, 6_750)]
    public void Prices_a_million_documents_of_2000_and_500_tokens(PriceTier tier, decimal usd)
    {
        var cost = Given.Prices.Price(Given.Sonnet45, Given.Tokens(2_000, 500), tier, Given.November);

        Assert.Equal(usd, cost.Usd * Documents);
        Assert.False(cost.IsEstimate);
    }

    [Fact]
    public void Counts_the_cache_writes_of_a_million_batched_documents_at_the_5_minute_price()
    {
        var hit = Given.Prices.Price(Given.Sonnet45, Given.Tokens(500, 500, read: 1_500), PriceTier.Batch, Given.November);
        var miss = Given.Prices.Price(Given.Sonnet45, Given.Tokens(500, 500, writeShort: 1_500), PriceTier.Batch, Given.November);

        Assert.Equal(4_983.75m, (hit.Usd * 900_000) + (miss.Usd * 100_000));
    }

    [Fact]
    public void Counts_the_cache_writes_of_a_million_batched_documents_at_the_1_hour_price()
    {
        var hit = Given.Prices.Price(Given.Sonnet45, Given.Tokens(500, 500, read: 1_500), PriceTier.Batch, Given.November);
        var miss = Given.Prices.Price(Given.Sonnet45, Given.Tokens(500, 500, writeLong: 1_500), PriceTier.Batch, Given.November);

        Assert.Equal(5_152.50m, (hit.Usd * 900_000) + (miss.Usd * 100_000));
    }

    // One million tokens of one kind, so the answer is the price itself; prices read where data/prices says.
    [Theory]
    [InlineData("anthropic/claude-opus-5-5", PriceTier.Live, "4", "20", "0.2", "5")]
    [InlineData("anthropic/claude-fable-5-1", PriceTier.Batch, "5", "25", "0.125", "6.25")]
    [InlineData("anthropic/claude-sonnet-5-5", PriceTier.Live, "2", "10", "0.1", "2.5")]
    [InlineData("openAI/gpt-5.4-mini", PriceTier.Batch, "0.375", "2.25", "0.0375", "0.375")]
    [InlineData("openAI/gpt-4o-mini", PriceTier.Live, "0.15", "0.6", "0.075", "0.15")]
    [InlineData("openAI/o3", PriceTier.Batch, "1", "4", "1", "1")]
    [InlineData("openAI/o3", PriceTier.Flex, "1", "4", "0.25", "1")]
    [InlineData("openAI/o4-mini", PriceTier.Batch, "0.55", "2.2", "0.55", "0.55")]
    [InlineData("openAI/gpt-5-nano", PriceTier.Flex, "0.025", "0.2", "0.0025", "0.025")]
    public void Prices_each_kind_of_usage_by_itself(string model, PriceTier tier, string input, string output, string read, string write)
    {
        string[] expected = [input, output, read, write];

        var actual = new[] { Given.Tokens(input: 1_000), Given.Tokens(output: 1_000), Given.Tokens(read: 1_000), Given.Tokens(writeShort: 1_000) }
            .Select(usage => (Given.Prices.Price(ModelId.Parse(model), usage, tier, Given.November).Usd * 1_000)?.ToString("0.####"));

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Bills_5_minute_and_1_hour_writes_apart()
    {
        var usage = Given.Tokens(writeShort: 1_000, writeLong: 1_000);

        var cost = Given.Prices.Price(Given.Sonnet45, usage, PriceTier.Live, Given.November);

        Assert.Equal((1_000 * 3.75m / 1_000_000) + (1_000 * 6m / 1_000_000), cost.Usd);
    }

    [Fact]
    public void Bills_reasoning_as_output()
    {
        var visible = Given.Prices.Price(Given.Gpt56Sol, new TokenUsage { Output = 300 }, PriceTier.Live, Given.November);
        var reasoned = Given.Prices.Price(Given.Gpt56Sol, new TokenUsage { Output = 100, Reasoning = 200 }, PriceTier.Live, Given.November);

        Assert.Equal(visible.Usd, reasoned.Usd);
    }

    [Fact]
    public void Prices_embeddings_by_input_alone()
    {
        var cost = Given.Prices.Price(ModelId.Parse("openAI/text-embedding-3-small"), Given.Tokens(500), PriceTier.Batch, Given.November);

        Assert.Equal(0.000005m, cost.Usd);
    }

    [Fact]
    public void Names_the_row_it_was_computed_from()
    {
        var cost = Given.Prices.Price(Given.Haiku55, Given.Tokens(1), PriceTier.Live, Given.November);

        Assert.Equal("anthropic/claude-haiku-5-5@2026-10-24", cost.Source);
    }

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-5", false)]
    [InlineData("openAI/gpt-5-mini-2025-08-07", false)]
    [InlineData("anthropic/claude-opus-5-5-20260901", true)]
    public void Finds_the_price_of_other_names_and_calls_it_an_estimate_when_only_the_date_differs(string name, bool isEstimate)
    {
        var cost = Given.Prices.Price(ModelId.Parse(name), Given.Tokens(1_000), PriceTier.Live, Given.November);

        Assert.True(cost.IsKnown);
        Assert.Equal(isEstimate, cost.IsEstimate);
    }

    [Theory]
    [InlineData(PriceTier.Batch, 1_000, 0, true)]
    [InlineData(PriceTier.Flex, 1_000, 0, false)]
    [InlineData(PriceTier.Batch, 300_000, 0, true)]
    [InlineData(PriceTier.Batch, 0, 1_000, false)]
    public void Calls_a_derived_price_an_estimate(PriceTier tier, long written, long read, bool isEstimate)
    {
        var cost = Given.Prices.Price(Given.Gpt56Sol, Given.Tokens(writeShort: written, read: read), tier, Given.November);

        Assert.True(cost.IsKnown);
        Assert.Equal(isEstimate, cost.IsEstimate);
    }
}
