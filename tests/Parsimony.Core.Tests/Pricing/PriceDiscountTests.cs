namespace Parsimony.Core.Tests;

public sealed class PriceDiscountTests
{
    [Fact]
    public void Takes_a_part_off_the_kinds_and_tiers_it_names_between_its_dates()
    {
        var prices = Rules("""{"models":"anthropic/claude-haiku-*","percent_off":12.5,"kinds":["input"],"tiers":["live"],"effective_from":"2026-11-01","effective_until":"2026-12-01","source":"order 17"}""");

        decimal? Usd(PriceTier tier, int month, long input, long output) => prices.Price(Given.Haiku55, Given.Tokens(input, output), tier, Given.Day(2026, month, 5)).Usd;
        decimal? Listed(PriceTier tier, long input, long output) => Given.Prices.Price(Given.Haiku55, Given.Tokens(input, output), tier, Given.Day(2026, 11, 5)).Usd;

        Assert.Equal(Listed(PriceTier.Live, 1_000, 0) * 0.875m, Usd(PriceTier.Live, 11, 1_000, 0));
        Assert.Equal(Listed(PriceTier.Live, 0, 1_000), Usd(PriceTier.Live, 11, 0, 1_000));
        Assert.Equal(Listed(PriceTier.Batch, 1_000, 0), Usd(PriceTier.Batch, 11, 1_000, 0));
        Assert.Equal(Listed(PriceTier.Live, 1_000, 0), Usd(PriceTier.Live, 12, 1_000, 0));
    }

    [Fact]
    public void The_source_of_a_cost_names_it_and_the_baseline_has_it_too()
    {
        var prices = Rules("""{"models":"*","percent_off":10,"source":"order 17"}""");

        var split = prices.Split(Given.Haiku55, Given.Tokens(1_000), PriceTier.Batch, Given.November);

        Assert.EndsWith("less 10 % (order 17)", split.Actual.Source, StringComparison.Ordinal);
        Assert.Equal(Given.Prices.Baseline(Given.Haiku55, Given.Tokens(1_000), Given.November).Usd * 0.9m, split.Baseline.Usd);
        Assert.Equal(split.Baseline.Usd - split.Actual.Usd, split.Saved);
    }

    [Fact]
    public void A_rule_for_one_model_goes_before_one_for_many_and_they_do_not_add_up()
    {
        var prices = Rules(
            """{"models":"anthropic/*","percent_off":10,"source":"all"},{"models":"anthropic/claude-haiku-5-5","percent_off":50,"kinds":["output"],"source":"one"}""");

        var cost = prices.Price(Given.Haiku55, Given.Tokens(1_000, 1_000), PriceTier.Live, Given.November);

        decimal? Listed(long input, long output) => Given.Prices.Price(Given.Haiku55, Given.Tokens(input, output), PriceTier.Live, Given.November).Usd;
        Assert.Equal((Listed(1_000, 0) * 0.9m) + (Listed(0, 1_000) * 0.5m), cost.Usd);
        Assert.EndsWith("less 50 % (one), less 10 % (all)", cost.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_taken_off_an_upper_bound_and_shown_in_the_lines()
    {
        var prices = Rules("""{"models":"anthropic/claude-haiku-5-5","percent_off":50,"source":"order 17"}""");

        Assert.Equal(
            Given.Prices.UpperBound(Given.Haiku55, 1_000, 1_000, PriceTier.Live, Given.November).Usd / 2,
            prices.UpperBound(Given.Haiku55, 1_000, 1_000, PriceTier.Live, Given.November).Usd);
        Assert.Equal("less 50 % (order 17)", prices.Lines(new DateOnly(2026, 11, 20)).First(line => line.Model == Given.Haiku55).Discount);
    }

    [Theory]
    [InlineData("""{"models":"haiku","percent_off":10,"source":"s"}""", "file 1, discounts 1: models 'haiku' is not provider/model; a * stands for any letters")]
    [InlineData("""{"models":"*","percent_off":101,"source":"s"}""", "file 1, discounts 1: percent_off is more than 100")]
    [InlineData("""{"models":"*","percent_off":-1,"source":"s"}""", "file 1, discounts 1: percent_off -1 is not a price of zero or more")]
    [InlineData("""{"models":"*","source":"s"}""", "file 1, discounts 1: percent_off is missing")]
    [InlineData("""{"models":"*","percent_off":1}""", "file 1, discounts 1: source is missing")]
    [InlineData("""{"models":"*","percent_off":1,"source":"s","kinds":["inputs"]}""", "file 1, discounts 1: kinds names 'inputs', which is no kind of usage")]
    [InlineData("""{"models":"*","percent_off":1,"source":"s","tiers":["bulk"]}""", "file 1, discounts 1: tiers names 'bulk', which is no tier")]
    [InlineData("""{"models":"*","percent_off":1,"source":"s","effective_from":"2026-02-01","effective_until":"2026-01-01"}""", "file 1, discounts 1: ends before it begins")]
    [InlineData("""{"models":"*","percent_off":1,"source":"a"},{"models":"anthropic/*","percent_off":2,"source":"b"}""", "file 1, discounts 2: an overlap with the rule for '*' (a); a rule for one model goes before one with a *, others must not meet")]
    public void Refuses_what_cannot_be_meant(string rules, string fault) =>
        Assert.Contains(fault, Assert.Throws<DataFileException>(() => Rules(rules)).Faults);

    [Fact]
    public void The_check_names_a_rule_for_no_model() =>
        Assert.Contains("file 1, discounts 1: no model is called 'ollama/*'", Rules("""{"models":"ollama/*","percent_off":10,"source":"s"}""").Check(new DateOnly(2026, 11, 20), 365));

    private static PriceList Rules(string rules) => Given.Prices.WithFiles([Given.File($$"""{"discounts":[{{rules}}]}""")]);
}
