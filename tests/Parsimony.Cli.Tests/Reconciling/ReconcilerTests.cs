namespace Parsimony.Cli.Tests;

/// <summary>Differences are split into causes that add up.</summary>
public sealed class ReconcilerTests
{
    private static readonly DateOnly Day = new(2026, 11, 2);
    private static readonly ModelId Model = new(ProviderId.Anthropic, "claude-haiku-4-5-20251001");
    private static readonly TokenUsage Tokens = new() { UncachedInput = 1_000_000, CacheRead = 500_000, CacheWriteShort = 200_000, Output = 100_000 };

    private readonly BilledReport _report = new(ProviderId.Anthropic);
    private readonly List<BookedUsage> _booked = [];

    [Fact]
    public void Nothing_differs_when_nothing_is_wrong()
    {
        Bill(Day, PriceTier.Batch, Tokens);
        Book(Day, PriceTier.Batch, Tokens);

        var line = Assert.Single(Compare());

        Assert.Equal((0m, true), (line.DifferenceUsd, line.IsWithinBar));
        Assert.Empty(line.Causes);
    }

    [Fact]
    public void A_price_that_differs_is_named_with_the_price_that_explains_it()
    {
        Bill(Day, PriceTier.Live, Tokens, (TokenKind.Output, 1.2m));
        Book(Day, PriceTier.Live, Tokens);

        var reconciler = new Reconciler(PriceList.Default, new Dictionary<string, string>(), Now, TimeSpan.FromHours(24));
        var line = Assert.Single(reconciler.Compare(_report, _booked));
        var implied = Assert.Single(reconciler.Implied);

        Assert.Equal((DifferenceCause.PriceDiffers, line.DifferenceUsd), Only(line));
        Assert.Equal((TokenKind.Output, PriceTier.Live, 5m, 6m), (implied.Kind, implied.Tier, implied.Listed, implied.Rounded));
    }

    [Fact]
    public void Calls_made_past_us_are_worth_their_tokens()
    {
        Bill(Day, PriceTier.Live, Tokens + new TokenUsage { UncachedInput = 1_000_000 });
        Book(Day, PriceTier.Live, Tokens);

        var line = Assert.Single(Compare());

        Assert.Equal((DifferenceCause.MissingCalls, 1m), Only(line));
    }

    [Fact]
    public void Keys_that_are_not_ours_are_told_apart()
    {
        Bill(Day, PriceTier.Live, Tokens, key: "ours");
        Bill(Day, PriceTier.Live, new TokenUsage { UncachedInput = 2_000_000 }, key: "theirs");
        Book(Day, PriceTier.Live, Tokens);

        var line = Assert.Single(Compare(new Dictionary<string, string> { ["ours"] = "anthropic" }));

        Assert.Equal((DifferenceCause.OutsideCalls, 2m), Only(line));
    }

    [Fact]
    public void Cache_writes_booked_as_input_are_recognised()
    {
        Bill(Day, PriceTier.Live, new TokenUsage { UncachedInput = 100_000, CacheWriteShort = 900_000, Output = 10 });
        Book(Day, PriceTier.Live, new TokenUsage { UncachedInput = 1_000_000, Output = 10 });

        Assert.Equal((DifferenceCause.CacheWritesNotCounted, 0.225m), Only(Assert.Single(Compare())));
    }

    [Fact]
    public void A_batch_booked_as_live_is_a_mix_up_of_tiers()
    {
        Bill(Day, PriceTier.Batch, Tokens);
        Book(Day, PriceTier.Live, Tokens);

        var lines = Compare();

        Assert.Equal([DifferenceCause.TierMixUp, DifferenceCause.TierMixUp], lines.Select(line => Only(line).Kind));
        Assert.Equal(lines.Sum(line => line.DifferenceUsd), lines.Sum(line => Only(line).Usd));
    }

    [Fact]
    public void What_went_over_midnight_is_no_missing_call()
    {
        Bill(Day, PriceTier.Batch, Tokens + Tokens);
        Bill(Day.AddDays(1), PriceTier.Batch, Tokens);
        Book(Day, PriceTier.Batch, Tokens);
        Book(Day.AddDays(1), PriceTier.Batch, Tokens + Tokens);

        var lines = Compare();

        Assert.Equal(0m, lines.Sum(line => line.DifferenceUsd));
        Assert.All(lines, line => Assert.Equal((DifferenceCause.DayEdge, line.DifferenceUsd), Only(line)));
    }

    [Fact]
    public void What_was_booked_by_other_prices_is_said()
    {
        Bill(Day, PriceTier.Live, Tokens);
        Book(Day, PriceTier.Live, Tokens, usd: 1m);

        var line = Assert.Single(Compare());

        Assert.Equal((DifferenceCause.BookedOtherwise, line.DifferenceUsd), Only(line));
    }

    [Fact]
    public void Prices_of_long_prompts_are_not_taken_for_corrections()
    {
        var model = new ModelId(ProviderId.Anthropic, "claude-haiku-5-5");
        var usage = new TokenUsage { UncachedInput = 1_000_000, Output = 1_000 };
        _report.Add(new BilledUsage(Day, model.Name, PriceTier.Live, usage + usage));
        _report.Add(new BilledCost(Day, model.Name, PriceTier.Live, TokenKind.Input, 1m), 9);
        _booked.Add(new BookedUsage(ProviderId.Anthropic, Day, BookedUsage.Canonical(model), PriceTier.Live, "anthropic") { Calls = 1, Usage = usage, Usd = 0.5m });

        var reconciler = new Reconciler(PriceList.Default, new Dictionary<string, string>(), Now, TimeSpan.Zero);
        var line = Assert.Single(reconciler.Compare(_report, _booked));

        Assert.Empty(reconciler.Implied);
        Assert.Equal(line.DifferenceUsd, line.Causes.Sum(cause => cause.Usd));
        Assert.DoesNotContain(line.Causes, cause => cause.Kind == DifferenceCause.PriceDiffers);
    }

    [Fact]
    public void An_unknown_cost_is_an_error_bar()
    {
        Bill(Day, PriceTier.Live, Tokens + Tokens);
        Book(Day, PriceTier.Live, Tokens, unknown: 3, atMost: 5m);

        var line = Assert.Single(Compare());

        Assert.True(line.IsWithinBar);
        Assert.Equal(DifferenceCause.UnknownCost, Only(line).Kind);
    }

    [Theory]
    [InlineData(2, nameof(DifferenceCause.NotBilled))]
    [InlineData(20, nameof(DifferenceCause.ReportLag))]
    public void What_is_not_on_the_bill_may_still_come(int day, string cause)
    {
        var on = new DateOnly(2026, 11, day);
        Bill(on, PriceTier.Live, Tokens);
        Book(on, PriceTier.Live, Tokens + Tokens);

        Assert.Equal(cause, Only(Assert.Single(Compare())).Kind.ToString());
    }

    [Fact]
    public void Rounded_amounts_do_not_differ_by_less_than_their_digits()
    {
        _report.Add(new BilledCost(Day, Model.Name, PriceTier.Live, null, 0.12m), 2);
        _report.Add(new BilledCost(Day, Model.Name, PriceTier.Live, null, 0.34m), 2);
        Book(Day, PriceTier.Live, default, usd: 0.4665m);

        Assert.Empty(Assert.Single(Compare()).Causes);
    }

    [Fact]
    public void Days_without_models_are_compared_as_days()
    {
        _report.Add(new BilledCost(Day, null, null, null, 3m), 4);
        Book(Day, PriceTier.Live, Tokens, usd: 1m);
        Book(Day, PriceTier.Batch, Tokens, usd: 2m);

        Assert.Equal(0m, Assert.Single(Compare()).DifferenceUsd);
    }

    [Fact]
    public void Charges_that_are_no_models_stand_apart()
    {
        Bill(Day, PriceTier.Live, Tokens);
        _report.Add(new BilledCost(Day, null, null, null, 0.5m) { Label = "web search tool calls" }, 4);
        Book(Day, PriceTier.Live, Tokens);

        Assert.Equal((DifferenceCause.NotTokens, 0.5m), Only(Assert.Single(Compare(), line => line.Model is null)));
    }

    [Theory]
    [InlineData("gpt-5.5-2026-04-23, cached input", "gpt-5.5-2026-04-23", nameof(TokenKind.CacheRead), false, null)]
    [InlineData("priority | gpt-5.6-sol, output, long context", "gpt-5.6-sol", nameof(TokenKind.Output), true, PriceTier.Priority)]
    [InlineData("gpt-6-sol, cache writes", "gpt-6-sol", nameof(TokenKind.CacheWriteShort), false, null)]
    public void Line_items_are_read(string item, string model, string kind, bool isLong, PriceTier? tier)
    {
        var cost = OpenAIBill.Cost(Day, item, 1m);

        Assert.Equal((model, kind, isLong, tier), (cost.Model, cost.Kind?.ToString(), cost.IsLong, cost.Tier));
    }

    [Fact]
    public void Every_kind_cheaper_by_the_same_part_is_a_discount()
    {
        Bill(Day, PriceTier.Live, Tokens, (TokenKind.Input, 0.9m), (TokenKind.Output, 0.9m), (TokenKind.CacheRead, 0.9m), (TokenKind.CacheWriteShort, 0.9m));
        Book(Day, PriceTier.Live, Tokens);

        var file = Propose();
        var corrected = PriceList.Default.WithFiles([new MemoryStream(file)]);

        Assert.Equal(0.9m * PriceList.Default.UnitPrice(Model, PriceTier.Batch, TokenKind.CacheWriteLong, Day), corrected.UnitPrice(Model, PriceTier.Batch, TokenKind.CacheWriteLong, Day));
    }

    [Fact]
    public void A_proposed_price_file_is_whole_and_corrects_what_it_should()
    {
        Bill(Day, PriceTier.Batch, Tokens, (TokenKind.CacheRead, 1.5m));
        Book(Day, PriceTier.Batch, Tokens);

        var corrected = PriceList.Default.WithFiles([new MemoryStream(Propose())]);

        Assert.Equal(1.5m * PriceList.Default.UnitPrice(Model, PriceTier.Batch, TokenKind.CacheRead, Day), corrected.UnitPrice(Model, PriceTier.Batch, TokenKind.CacheRead, Day));
        Assert.Equal(PriceList.Default.UnitPrice(Model, PriceTier.Live, TokenKind.Output, Day), corrected.UnitPrice(Model, PriceTier.Live, TokenKind.Output, Day));
        Assert.Equal(PriceList.Default.UnitPrice(Model, PriceTier.Batch, TokenKind.CacheRead, Day.AddDays(-1)), corrected.UnitPrice(Model, PriceTier.Batch, TokenKind.CacheRead, Day.AddDays(-1)));
    }

    private static DateTimeOffset Now { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static (DifferenceCause Kind, decimal? Usd) Only(ReconciledLine line) => Assert.Single(line.Causes) is var cause ? (cause.Kind, cause.Usd) : default;

    private byte[] Propose()
    {
        var reconciler = new Reconciler(PriceList.Default, new Dictionary<string, string>(), Now, TimeSpan.Zero);
        reconciler.Compare(_report, _booked);
        return PriceProposal.Of(reconciler.Implied, PriceList.Default).Write("the bill", new DateOnly(2026, 11, 21));
    }

    private IReadOnlyList<ReconciledLine> Compare(Dictionary<string, string>? keys = null) =>
        new Reconciler(PriceList.Default, keys ?? [], Now, TimeSpan.FromHours(24)).Compare(_report, _booked);

    private void Bill(DateOnly day, PriceTier tier, TokenUsage usage, params (TokenKind Kind, decimal Times)[] prices) => Bill(day, tier, usage, null, prices);

    private void Bill(DateOnly day, PriceTier tier, TokenUsage usage, string? key, params (TokenKind Kind, decimal Times)[] prices)
    {
        _report.Add(new BilledUsage(day, Model.Name, tier, usage) { Key = key });
        foreach (var kind in TokenKinds.All.Where(kind => usage.Of(kind) > 0))
        {
            var price = PriceList.Default.UnitPrice(Model, tier, kind, day).GetValueOrDefault() * prices.Where(other => other.Kind == kind).Select(other => other.Times).DefaultIfEmpty(1).First();
            _report.Add(new BilledCost(day, "claude-haiku-4-5", tier, kind, price * usage.Of(kind) / 1_000_000m), 9);
        }
    }

    private void Book(DateOnly day, PriceTier tier, TokenUsage usage, decimal? usd = null, long unknown = 0, decimal atMost = 0) =>
        _booked.Add(new BookedUsage(ProviderId.Anthropic, day, Model, tier, "anthropic")
        {
            Calls = 1,
            Usage = usage,
            Usd = usd ?? PriceList.Default.Worth(Model, tier, usage, day).GetValueOrDefault(),
            Unknown = unknown,
            UnknownAtMostUsd = atMost,
        });
}
