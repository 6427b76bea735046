namespace Parsimony.Cli;

/// <summary>A million documents a month: what batches and a prompt cache make of the price, by a sheet that forgets writes and by the bill that does not.</summary>
internal sealed class DocumentScenario(PriceList prices, ModelId model, DateTimeOffset at)
{
    public const string Name = "pipeshub";

    // What the sheet shows as the total of its best case, though its own lines add up to something else.
    private const decimal StatedBest = 4_442.25m;

    // What the documents hope for.
    private const decimal StatedTarget = 4_800m;

    public static ModelId StatedModel { get; } = new(ProviderId.Anthropic, "claude-sonnet-4-5-20250929");

    /// <summary>Computes it.</summary>
    /// <param name="load">The month.</param>
    /// <param name="target">Asked: at which share of hits a month costs this, USD.</param>
    /// <exception cref="UserException">A price it needs is unknown.</exception>
    public ScenarioReport Compute(DocumentLoad load, decimal? target)
    {
        var isStated = load == DocumentLoad.Stated && model == StatedModel;
        decimal? Said(decimal usd) => isStated ? usd : null;
        var best = load.Best;
        var (live, batch) = (load.Documents * Price(load.Plain, PriceTier.Live), load.Documents * Price(load.Plain, PriceTier.Batch));
        var (sheet, bestSheet) = (Sheet(load), Sheet(best));
        var bestTotal = Said(StatedBest) ?? bestSheet;
        var sections = new List<ScenarioSection>
        {
            new("month", "USD a month", ScenarioUnit.Usd,
            [
                new("live", "plain live calls", live) { Stated = Said(13_500m) },
                new("batch", "batches, no cache", batch) { Stated = Said(6_750m) },
                new("sheet", Text($"the sheet: batches, {load.HitRate:P0} hits"), sheet) { Stated = Said(4_927.50m), Note = "misses at the plain price" },
                new("bill_short", "the bill with short-lived writes", Bill(load, isLong: false)) { Note = "5 minutes at Anthropic" },
                new("bill_long", "the bill with long-lived writes", Bill(load, isLong: true)) { Note = "1 hour at Anthropic" },
                new("best_sheet", Text($"the sheet's best case: {best.HitRate:P0} hits, {best.Cacheable:N0} cacheable"), bestSheet) { Stated = Said(StatedBest), Note = isStated ? "the stated sum is not that of its lines" : "" },
                new("best_bill_short", "its bill with short-lived writes", Bill(best, isLong: false)),
                new("best_bill_long", "its bill with long-lived writes", Bill(best, isLong: true)),
            ]),
            Lines("sheet_lines", "The sheet, line by line", load),
            Lines("best_sheet_lines", "Its best case, line by line", best),
            new("year", "USD a year", ScenarioUnit.Usd,
            [
                new("live", "plain live calls", 12 * live) { Stated = Said(162_000m) },
                new("batch", "batches, no cache", 12 * batch) { Stated = Said(81_000m) },
                new("sheet", "the sheet, months cut to whole dollars", 12 * decimal.Floor(sheet)) { Stated = Said(59_124m), Note = Text($"uncut: {12 * sheet:N2}") },
                new("best_sheet", "its best case, months cut to whole dollars", 12 * decimal.Floor(bestTotal)) { Stated = Said(53_304m), Note = Text($"uncut: {12 * bestTotal:N2}") },
                new("bill_short", "the bill with short-lived writes", 12 * Bill(load, isLong: false)),
                new("bill_long", "the bill with long-lived writes", 12 * Bill(load, isLong: true)),
            ]),
        };
        Expect(load, sections);
        var goal = target ?? (isStated ? StatedTarget : null);
        if (goal is { } usd)
        {
            sections.Add(Needed(load, usd));
        }

        return new ScenarioReport
        {
            Name = Name,
            Model = model,
            Assumed = Text($"{load.Documents:N0} documents a month, {load.Input:N0} input and {load.Output:N0} output tokens each, {load.Cacheable:N0} of the input cacheable."),
            Sections = sections,
            Remarks = Remarks(load, isStated, sheet, bestSheet),
        };
    }

    private List<string> Remarks(DocumentLoad load, bool isStated, decimal sheet, decimal bestSheet)
    {
        var remarks = new List<string>
        {
            Text($"The sheet prices a miss like plain input. A miss writes the cache, which costs more: {Bill(load, isLong: false) - sheet:N2} USD a month with short-lived writes, {Bill(load, isLong: true) - sheet:N2} with long-lived ones."),
        };
        if (isStated)
        {
            remarks.Add(Text($"The sheet's best case is stated as {StatedBest:N2}; its own lines add up to {bestSheet:N2}."));
            remarks.Add(Text($"Its years are months cut to whole dollars times twelve: {12 * decimal.Floor(sheet):N0} for {12 * sheet:N0}, {12 * decimal.Floor(StatedBest):N0} for {12 * StatedBest:N0}."));
        }

        remarks.Add(BatchHitRate.Quoted(model.Provider) is { } rate
            ? Text($"In batches the vendor quotes {rate.Low:P0} to {rate.High:P0} hits ({rate.Source}); {load.HitRate:P0} is a hope until batches of your own have shown it.")
            : $"{model.Provider} publishes no hit rate for batches: any share here is a guess.");
        return remarks;
    }

    // What the planner takes for granted before it has seen a batch: the vendor's interval, and its middle.
    private void Expect(DocumentLoad load, List<ScenarioSection> sections)
    {
        if (BatchHitRate.Quoted(model.Provider) is not { } rate)
        {
            return;
        }

        decimal At(double share, bool isLong) => Bill(load with { HitRate = (decimal)share }, isLong);
        var plain = load.Documents * Price(load.Plain, PriceTier.Batch);
        sections.Add(new("planner", Text($"What the planner expects, USD a month (hits {rate.Low:P0} to {rate.High:P0}, {rate.Expected:P0} expected)"), ScenarioUnit.Usd,
        [
            new("expected_short", "short-lived writes, expected", At(rate.Expected, isLong: false)),
            new("worst_short", "short-lived writes, fewest hits", At(rate.Low, isLong: false)) { Note = Against(At(rate.Low, isLong: false), plain) },
            new("best_short", "short-lived writes, most hits", At(rate.High, isLong: false)),
            new("expected_long", "long-lived writes, expected", At(rate.Expected, isLong: true)),
            new("worst_long", "long-lived writes, fewest hits", At(rate.Low, isLong: true)) { Note = Against(At(rate.Low, isLong: true), plain) },
            new("best_long", "long-lived writes, most hits", At(rate.High, isLong: true)),
        ]));
    }

    private ScenarioSection Needed(DocumentLoad load, decimal usd)
    {
        ScenarioLine Line(string key, string name, bool isLong)
        {
            var (miss, hit) = (Price(load.Miss(isLong), PriceTier.Batch), Price(load.Hit, PriceTier.Batch));
            var share = miss == hit ? decimal.MaxValue : (miss - (usd / load.Documents)) / (miss - hit);
            return share is < 0 or > 1
                ? new ScenarioLine(key, name, Math.Clamp(share, 0, 1)) { Note = share < 0 ? "less at any hit rate" : "not at any hit rate" }
                : new ScenarioLine(key, name, decimal.Round(share, 6));
        }

        return new("needed", Text($"Hit rate at which a month costs {usd:N2} USD"), ScenarioUnit.Share, [Line("short", "short-lived writes", isLong: false), Line("long", "long-lived writes", isLong: true)]);
    }

    private ScenarioSection Lines(string key, string title, DocumentLoad load)
    {
        ScenarioLine Line(string name, string said, decimal documents, TokenUsage usage) => new(name, said, documents * Price(usage, PriceTier.Batch));
        return new(key, title, ScenarioUnit.Usd,
        [
            Line("uncached_input", "input that is not cacheable", load.Documents, new() { UncachedInput = load.Input - load.Cacheable }),
            Line("cache_read", "cacheable input, hits", load.Documents * load.HitRate, new() { CacheRead = load.Cacheable }),
            Line("missed", "cacheable input, misses at the plain price", load.Documents * (1 - load.HitRate), new() { UncachedInput = load.Cacheable }),
            Line("output", "output", load.Documents, new() { Output = load.Output }),
        ]);
    }

    private decimal Sheet(DocumentLoad load) =>
        load.Documents * ((load.HitRate * Price(load.Hit, PriceTier.Batch)) + ((1 - load.HitRate) * Price(load.Plain, PriceTier.Batch)));

    private decimal Bill(DocumentLoad load, bool isLong) =>
        load.Documents * ((load.HitRate * Price(load.Hit, PriceTier.Batch)) + ((1 - load.HitRate) * Price(load.Miss(isLong), PriceTier.Batch)));

    private decimal Price(TokenUsage usage, PriceTier tier)
    {
        var cost = prices.Price(model, usage, tier, at);
        return cost.Usd ?? throw new UserException($"The scenario needs a price of {model}: {cost.Source}.");
    }

    private static string Against(decimal usd, decimal plain) => usd > plain ? "dearer than no cache at all" : "";

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
