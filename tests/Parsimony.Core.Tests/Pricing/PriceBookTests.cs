namespace Parsimony.Core.Tests;

public sealed class PriceBookTests
{
    private static readonly ModelId Own = ModelId.Parse("groq/m");

    [Fact]
    public void A_row_of_ones_own_holds_where_its_dates_say_and_the_listed_one_elsewhere()
    {
        var prices = Book("""{"provider":"anthropic","models":[{"model":"claude-haiku-5-5","history":[{"effective_from":"2026-11-10","effective_until":"2026-12-01","source":"order 17","checked_on":"2026-11-01","live":{"input":0.07}}]}]}""");

        decimal? On(int month, int day) => prices.Price(Given.Haiku55, Given.Tokens(1_000_000 / 100), PriceTier.Live, Given.Day(2026, month, day)).Usd * 100;

        Assert.Equal((0.1m, 0.07m, 0.07m, 0.1m), (On(11, 9), On(11, 10), On(11, 30), On(12, 1)));
    }

    [Fact]
    public void A_row_of_ones_own_is_taken_whole_what_it_does_not_say_is_unknown()
    {
        var prices = Book("""{"provider":"anthropic","models":[{"model":"claude-haiku-5-5","history":[{"source":"order 17","checked_on":"2026-11-01","live":{"input":0.07}}]}]}""");

        Assert.Null(prices.Price(Given.Haiku55, Given.Tokens(1), PriceTier.Batch, Given.November).Usd);
        Assert.Null(prices.Price(Given.Haiku55, Given.Tokens(1, 1), PriceTier.Live, Given.November).Usd);
    }

    [Fact]
    public void Adds_models_and_finds_listed_ones_by_every_name()
    {
        var prices = Book(
            """
            {"prices":[
              {"provider":"groq","models":[{"model":"m","history":[{"source":"s","checked_on":"2026-11","live":{"input":1},"priority":{"input":3}}]}]},
              {"provider":"anthropic","models":[{"model":"claude-sonnet-4-5","history":[{"source":"s","checked_on":"2026-11","live":{"input":2}}]}]}]}
            """);

        Assert.Equal(3, prices.Price(Own, Given.Tokens(1_000_000), PriceTier.Priority, Given.November).Usd);
        Assert.Equal(2, prices.Price(Given.Sonnet45, Given.Tokens(1_000_000), PriceTier.Live, Given.November).Usd);
    }

    [Theory]
    [InlineData("2026-02-01", "2026-03-01", "file 1, models 1 (m), history 2: a gap: no price from 2026-02-01 until 2026-03-01")]
    [InlineData("2026-04-01", "2026-03-01", "file 1, models 1 (m), history 2: an overlap: the row before it ends on 2026-04-01, after this begins")]
    [InlineData("2025-12-01", "2025-12-01", "file 1, models 1 (m), history 1: ends on 2025-12-01, before it begins")]
    public void Refuses_gaps_and_overlaps(string until, string from, string fault)
    {
        var faults = Assert.Throws<DataFileException>(() => Book(
            $$$"""{"provider":"groq","models":[{"model":"m","history":[{"effective_from":"2026-01-01","effective_until":"{{{until}}}","source":"s","checked_on":"2026-01","live":{"input":1}},{"effective_from":"{{{from}}}","source":"s","checked_on":"2026-01","live":{"input":2}}]}]}""")).Faults;

        Assert.Contains(fault, faults);
    }

    [Theory]
    [InlineData("16:29", 2)]
    [InlineData("16:30", 1)]
    [InlineData("00:29", 1)]
    [InlineData("00:30", 2)]
    public void Hours_of_the_day_have_their_own_prices(string time, int usd)
    {
        var prices = Book(Windows("""{"from_utc":"16:30","until_utc":"00:30","live":{"input":1}}"""));
        var at = Given.Day(2026, 11, 20) + TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToTimeSpan();

        var cost = prices.Price(Own, Given.Tokens(1_000_000), PriceTier.Live, at);

        Assert.Equal(usd, cost.Usd);
        Assert.Equal(usd == 1 ? "groq/m@2026-11 16:30-00:30Z" : "groq/m@2026-11", cost.Source);
        Assert.Equal(0.5m, prices.Price(Own, Given.Tokens(1_000_000), PriceTier.Batch, at).Usd);
    }

    [Fact]
    public void An_upper_bound_holds_at_every_hour()
    {
        var prices = Book(Windows("""{"from_utc":"16:30","until_utc":"00:30","live":{"input":1}}"""));

        Assert.Equal(2, prices.UpperBound(Own, 1_000_000, 0, PriceTier.Live, Given.Day(2026, 11, 20).AddHours(20)).Usd);
    }

    [Theory]
    [InlineData("""{"from_utc":"16:30","until_utc":"00:30","live":{"input":1}},{"from_utc":"00:29","until_utc":"02:00","live":{"input":1}}""", "file 1, models 1 (m), history 1, windows 2: an overlap with 16:30-00:30Z")]
    [InlineData("""{"from_utc":"16:30","until_utc":"16:30","live":{"input":1}}""", "file 1, models 1 (m), history 1, windows 1: begins when it ends")]
    [InlineData("""{"from_utc":"noon","live":{"input":1}}""", "file 1, models 1 (m), history 1, windows 1: from_utc 'noon' is not a time like 16:30")]
    public void Refuses_hours_that_cannot_be_meant(string windows, string fault) =>
        Assert.Contains(fault, Assert.Throws<DataFileException>(() => Book(Windows(windows))).Faults);

    [Fact]
    public void Storage_is_priced_by_the_token_hour()
    {
        var prices = Book("""{"provider":"groq","models":[{"model":"m","history":[{"source":"s","checked_on":"2026-11","live":{"input":1,"storage":4.5}}]}]}""");

        Assert.Equal(0.45m, prices.PriceStorage(Own, 200_000, TimeSpan.FromMinutes(30), Given.November).Usd);
        Assert.Null(prices.PriceStorage(Given.Haiku55, 1, TimeSpan.FromHours(1), Given.November).Usd);
        Assert.Null(prices.PriceStorage(Own, -1, TimeSpan.FromHours(1), Given.November).Usd);
    }

    [Fact]
    public void Lines_say_what_holds_on_a_day()
    {
        var lines = Book(Windows("""{"from_utc":"16:30","until_utc":"00:30","live":{"input":1}}""")).Lines(new DateOnly(2026, 11, 20));

        Assert.Equal(
            [(PriceTier.Live, (string?)null, (decimal?)2m), (PriceTier.Batch, null, 0.5m), (PriceTier.Live, "16:30-00:30Z", 1m)],
            lines.Where(line => line.Model == Own).Select(line => (line.Tier, line.Hours, line.Input)));
        Assert.Contains(lines, line => line is { Model.Name: "claude-haiku-5-5", AbovePromptTokens: 100_000, Tier: PriceTier.Live, Input: 0.5m });
    }

    [Fact]
    public void The_check_names_what_is_stale_or_upside_down_with_file_and_model()
    {
        var prices = Book(
            """
            {"provider":"groq","models":[{"model":"m","history":[
              {"effective_from":"2020-01-01","source":"s","checked_on":"2020-01","live":{"input":1}},
              {"effective_from":"2026-01-01","source":"s","checked_on":"2026-01-05","live":{"input":1,"cache_read":1.5,"long":{"above_prompt_tokens":10,"input":0.9}},"batch":{"input":1.1},"priority":{"input":0.5}}]}]}
            """);

        var faults = prices.Check(new DateOnly(2026, 11, 20), 120).Where(fault => fault.Contains("groq", StringComparison.Ordinal));

        Assert.Equal(
            [
                "file 1 (groq/m, 2026-01-01): its source was last read on 2026-01-05, more than 120 days ago",
                "file 1 (groq/m, 2026-01-01): live: a cache read at 1.5 costs more than input at 1",
                "file 1 (groq/m, 2026-01-01): live: input of a long prompt costs less than of a short one",
                "file 1 (groq/m, 2026-01-01): batch: input costs more than live",
                "file 1 (groq/m, 2026-01-01): priority: input costs less than live",
            ],
            faults);
    }

    [Fact]
    public void The_listed_prices_pass_the_check() => Assert.Empty(Given.Prices.Check(new DateOnly(2026, 11, 20), 180));

    private static PriceList Book(string json) => Given.Prices.WithFiles([Given.File(json)]);

    private static string Windows(string windows) =>
        $$$"""{"provider":"groq","models":[{"model":"m","history":[{"source":"s","checked_on":"2026-11","live":{"input":2},"batch":{"input":0.5},"windows":[{{{windows}}}]}]}]}""";
}
