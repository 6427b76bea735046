namespace Parsimony.Core.Tests;

public sealed class PriceDateTests
{
    [Theory]
    [InlineData("openAI/gpt-5.6-sol", "2026-08-20T23:59:59Z", "2026-08-21T00:00:00Z", 500, 400)]
    [InlineData("openAI/gpt-5.6-terra", "2026-07-29T23:59:59Z", "2026-07-30T00:00:00Z", 250, 200)]
    [InlineData("openAI/gpt-5.6-luna", "2026-07-29T23:59:59Z", "2026-07-30T00:00:00Z", 100, 20)]
    public void Changes_the_input_price_at_midnight_utc(string model, string before, string from, int oldCents, int newCents)
    {
        decimal? At(string at) =>
            Given.Prices.Price(ModelId.Parse(model), Given.Tokens(1_000), PriceTier.Live, DateTimeOffset.Parse(at)).Usd * 100_000;

        Assert.Equal(oldCents, At(before));
        Assert.Equal(newCents, At(from));
    }

    [Fact]
    public void Knows_that_cache_reads_of_sonnet_5_5_became_cheaper_on_7_October()
    {
        var model = ModelId.Parse("anthropic/claude-sonnet-5-5");

        var before = Given.Prices.Price(model, Given.Tokens(read: 1_000), PriceTier.Live, Given.Day(2026, 10, 6));
        var after = Given.Prices.Price(model, Given.Tokens(read: 1_000), PriceTier.Live, Given.Day(2026, 10, 7));

        Assert.Equal(0.0002m, before.Usd);
        Assert.Equal(0.0001m, after.Usd);
        Assert.EndsWith("@2026-10-07", after.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_the_instant_in_utc_whatever_its_offset()
    {
        var lateOn20AugustUtc = new DateTimeOffset(2026, 8, 21, 1, 0, 0, TimeSpan.FromHours(2));

        var cost = Given.Prices.Price(Given.Gpt56Sol, Given.Tokens(1_000), PriceTier.Live, lateOn20AugustUtc);

        Assert.Equal(0.005m, cost.Usd);
    }

    [Fact]
    public void Has_no_price_before_the_first_dated_row()
    {
        var prices = PriceList.Load([Given.File(
            """
            {"provider":"xai","models":[{"model":"grok","history":[
              {"effective_from":"2026-06-01","source":"https://example.com","checked_on":"2026-06","live":{"input":1}}]}]}
            """)]);

        Assert.False(prices.IsPriced(ModelId.Parse("xai/grok"), PriceTier.Live, Given.Day(2026, 5, 31)));
        Assert.True(prices.IsPriced(ModelId.Parse("xai/grok"), PriceTier.Live, Given.Day(2026, 6, 1)));
    }
}
