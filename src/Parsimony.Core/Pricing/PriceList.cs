using System.Collections.Frozen;

namespace Parsimony;

/// <summary>Dated, sourced prices and all arithmetic on them. Immutable and thread safe.</summary>
/// <remarks>
/// A usage is that of one request: bands go by the total prompt of a request, so the sum of many usages must not be priced at once.
/// </remarks>
public sealed class PriceList
{
    private static readonly Lazy<PriceList> FromLibrary = new(() => new PriceList(PriceListReader.Read(NamedFile.Embedded("prices"))));

    /// <summary>The name of a row that holds for every model of a provider which has none of its own: one whose models are whatever its user pulls.</summary>
    private const string EveryModel = "*";

    private readonly FrozenDictionary<ModelId, PriceHistory> _histories;

    // Rules for one model first: the first that fits a kind of usage is the one that counts.
    private readonly PriceDiscount[] _discounts;

    private PriceList(PriceBookFile book)
        : this(book.Histories, book.Discounts)
    {
    }

    private PriceList(Dictionary<ModelId, PriceHistory> histories, IEnumerable<PriceDiscount> discounts)
    {
        _histories = histories.ToFrozenDictionary();
        _discounts = [.. discounts.OrderBy(rule => rule.IsForOne ? 0 : 1)];
    }

    /// <summary>The prices that come with the library.</summary>
    public static PriceList Default => FromLibrary.Value;

    /// <summary>Reads price files; a stream that is a file is named in faults by its path, another by its position.</summary>
    /// <exception cref="DataFileException">At least one file is faulty; all faults are listed.</exception>
    public static PriceList Load(IEnumerable<Stream> files) => new(PriceListReader.Read(NamedFile.From(files)));

    /// <summary>A list in which the rows of one's own files go before the listed ones where they hold, and the discounts in them are taken off.</summary>
    /// <remarks>A row is taken whole: a tier or kind of usage it does not name has no price. Discounts are taken off every price, also one's own.</remarks>
    /// <exception cref="DataFileException">At least one file is faulty; all faults are listed, and nothing is taken.</exception>
    public PriceList WithFiles(IEnumerable<Stream> files)
    {
        var book = PriceListReader.Read(NamedFile.From(files), _histories.Keys);
        var histories = new Dictionary<ModelId, PriceHistory>(_histories);
        foreach (var (name, own) in book.Histories)
        {
            var byDate = false;
            var model = histories.ContainsKey(name) ? name : ModelCatalogue.Default.Find(name, out byDate)?.Id ?? name;
            model = byDate ? name : model;
            histories[model] = own.Named(model).Over(histories.GetValueOrDefault(model));
        }

        return new PriceList(histories, book.Discounts.Concat(_discounts));
    }

    /// <summary>A list in which contract prices replace listed ones, whatever the date.</summary>
    public PriceList With(IEnumerable<PriceOverride> contract)
    {
        var histories = new Dictionary<ModelId, PriceHistory>(_histories);
        foreach (var price in contract)
        {
            var byDate = false;
            var model = histories.ContainsKey(price.Model) ? price.Model : ModelCatalogue.Default.Find(price.Model, out byDate)?.Id ?? price.Model;
            var history = histories.TryGetValue(model, out var listed) ? listed : new PriceHistory(model, []);

            // A dated name that is only guessed to be a listed model gets a price of its own: the listed one is not what was agreed.
            model = byDate ? price.Model : model;
            histories[model] = (byDate ? history.Named(model) : history).With(price);
        }

        return new PriceList(histories, _discounts);
    }

    /// <summary>What a request's usage costs in a tier at an instant.</summary>
    public Cost Price(ModelId model, in TokenUsage usage, PriceTier tier, DateTimeOffset at) =>
        Compute(model, usage, tier, at, plain: false);

    /// <summary>What the same usage would have cost live, every input token at the plain input price.</summary>
    public Cost Baseline(ModelId model, in TokenUsage usage, DateTimeOffset at) =>
        Compute(model, usage, PriceTier.Live, at, plain: true);

    /// <summary>What it cost, what it would have cost, and which part of the difference is due to what.</summary>
    public CostSplit Split(ModelId model, in TokenUsage usage, PriceTier tier, DateTimeOffset at)
    {
        var split = new CostSplit { Actual = Price(model, usage, tier, at), Baseline = Baseline(model, usage, at) };
        if (split is not { Actual.Usd: { } actual, Baseline.Usd: { } baseline })
        {
            return split;
        }

        // A tier may price a cached token without pricing a plain one only in a contract; then all of the difference is the tier's.
        var plainInTier = Compute(model, usage, tier, at, plain: true).Usd ?? actual;
        var byTier = baseline - plainInTier;
        return split with
        {
            SavedByBatch = tier == PriceTier.Batch ? byTier : 0,
            SavedByTier = tier == PriceTier.Batch ? 0 : byTier,
            SavedByCache = plainInTier - actual,
        };
    }

    /// <summary>Like <see cref="Split"/>, with the asked model's baseline: the difference between the two models is due to routing.</summary>
    /// <param name="asked">The model the caller named; its price for the answering model's token counts is the baseline.</param>
    /// <param name="answered">The model that was paid.</param>
    /// <param name="usage">The answering model's usage.</param>
    /// <param name="tier">The tier it was billed by.</param>
    /// <param name="at">When.</param>
    public CostSplit SplitRouted(ModelId asked, ModelId answered, in TokenUsage usage, PriceTier tier, DateTimeOffset at)
    {
        var split = Split(answered, usage, tier, at);
        var baseline = Baseline(asked, usage, at);
        return split.Actual.IsKnown && split.Baseline.Usd is { } own && baseline.Usd is { } named
            ? split with { Baseline = baseline, SavedByRouting = named - own }
            : new CostSplit { Actual = split.Actual, Baseline = baseline.IsKnown ? split.Baseline : baseline };
    }

    /// <summary>The split of an answer that was already there: nothing paid, its whole baseline saved by reuse.</summary>
    public CostSplit SplitReused(ModelId model, in TokenUsage usage, DateTimeOffset at)
    {
        var baseline = Baseline(model, usage, at);
        return new CostSplit { Actual = Cost.Known(0, "reused"), Baseline = baseline, SavedByReuse = baseline.Usd ?? 0 };
    }

    /// <summary>What keeping tokens in a cache for a time costs, where a provider charges for that.</summary>
    public Cost PriceStorage(ModelId model, long tokens, TimeSpan time, DateTimeOffset at)
    {
        if (tokens < 0 || time < TimeSpan.Zero)
        {
            return Cost.Unknown("the usage contradicts itself: a count is below zero");
        }

        var found = Find(model, PriceTier.Live, at);
        return found is { Row: { } row, Rates.Short: { Storage: { } price } rates }
            ? Cost.Known(
                tokens * price * time.Ticks / (1_000_000m * TimeSpan.TicksPerHour),
                found.Name ?? row.Name,
                found.ByDate || !row.Verified || (rates.Unverified & UsageKinds.Storage) != 0)
            : Cost.Unknown(found.Row is null ? $"no price is listed for {model}" : $"{found.Row.Name} has no storage price");
    }

    /// <summary>Every price that holds on a day, discounts taken off, by model, tier, band and hours.</summary>
    public IReadOnlyList<PriceLine> Lines(DateOnly on) =>
    [
        .. _histories.Values.OrderBy(history => history.Model.Provider.Value, StringComparer.Ordinal).ThenBy(history => history.Model.Name, StringComparer.Ordinal)
            .Select(history => history.On(on)).OfType<PriceRow>()
            .SelectMany(row => PriceLines.Of(row, (tier, rates) => Discounted(row.Model, tier, rates, on))),
    ];

    /// <summary>What is probably wrong: sources not read for so many days, reads dearer than input, batches dearer than live calls. Empty when nothing is.</summary>
    /// <param name="today">The day to count from.</param>
    /// <param name="maxAgeDays">How many days a source may not have been read, where its prices still hold.</param>
    public IReadOnlyList<string> Check(DateOnly today, int maxAgeDays) =>
    [
        .. PriceCheck.Faults(_histories.Values, today, maxAgeDays),
        .. _discounts.Where(rule => !_histories.Keys.Any(model => NamePattern.IsMatch(rule.Models, model.ToString())))
            .Select(rule => $"{rule.Place}: no model is called '{rule.Models}'"),
    ];

    /// <summary>The most a request can cost at any hour of the day: all input at the dearest input-side price, cache writes and the long band included if it can be reached.</summary>
    public Cost UpperBound(ModelId model, long maxInputTokens, long maxOutputTokens, PriceTier tier, DateTimeOffset at)
    {
        if (Find(model, tier, at) is not { Row: { } row, Rates: { } rates })
        {
            return Cost.Unknown(WhyNot(model, tier, at));
        }

        var bound = Bound(rates, maxInputTokens, maxOutputTokens);
        foreach (var other in HistoryOf(model, out _)?.On(DateOnly.FromDateTime(at.UtcDateTime)) is { Windows.Count: > 0 } day ? day.Windows.Select(w => w.Row).Prepend(day) : [])
        {
            // It may be sent at another hour than it is planned at.
            bound = bound is { } so && other.Of(tier) is { } then
                && Bound(Discounted(model, tier, then, DateOnly.FromDateTime(at.UtcDateTime)).Rates, maxInputTokens, maxOutputTokens) is { } far ? Math.Max(so, far) : null;
        }

        return bound is { } usd
            ? Cost.Known(usd, $"{row.Name} bound", isEstimate: true)
            : Cost.Unknown($"{row.Name} lacks an input or output price");
    }

    /// <summary>Whether plain input has a price in a tier at an instant.</summary>
    public bool IsPriced(ModelId model, PriceTier tier, DateTimeOffset at) =>
        Find(model, tier, at).Rates?.Short.Input is not null;

    /// <summary>A list of one row, which holds on any day; an empty one without.</summary>
    internal static PriceList Of(PriceRow? row) => new(row is null ? [] : new Dictionary<ModelId, PriceHistory> { [row.Model] = new(row.Model, [row]) }, []);

    /// <summary>What a plan adds up of a model's prices at an instant, discounts taken off: input and output, live and in batches, equal where they are alike. Null when there is no row.</summary>
    internal PriceRow? Used(ModelId model, DateTimeOffset at)
    {
        var (live, batch, flex) = (Find(model, PriceTier.Live, at), Find(model, PriceTier.Batch, at), Find(model, PriceTier.Flex, at));
        return live.Row is null ? null : new PriceRow
        {
            Model = model,
            Source = live.Name ?? batch.Name ?? live.Row.Name,
            CheckedOn = "",
            Live = live.Rates?.OfPlans(),
            Batch = batch.Rates?.OfPlans(),
            Flex = flex.Rates?.OfPlans(),
        };
    }

    private static decimal? Bound(PriceTierRates rates, long input, long output)
    {
        var bound = Bound(rates.Short, input, output);
        return rates.Long is { } band && input > rates.AbovePromptTokens
            ? bound is { } low && Bound(band, input, output) is { } high ? Math.Max(low, high) : null
            : bound;
    }

    private static decimal? Bound(PriceRates rates, long input, long output)
    {
        if ((rates.Input is null && input > 0) || (rates.Output is null && output > 0))
        {
            return null;
        }

        decimal?[] inputSide = [rates.Input, rates.CacheRead, rates.CacheWriteShort, rates.CacheWriteLong];
        return ((input * inputSide.Max()) ?? 0) / 1_000_000m + (output * (rates.Output ?? 0)) / 1_000_000m;
    }

    private Cost Compute(ModelId model, in TokenUsage usage, PriceTier tier, DateTimeOffset at, bool plain)
    {
        if (usage is { UncachedInput: < 0 } or { CacheRead: < 0 } or { CacheWriteShort: < 0 } or { CacheWriteLong: < 0 } or { Output: < 0 } or { Reasoning: < 0 })
        {
            return Cost.Unknown("the usage contradicts itself: a count is below zero");
        }

        if (usage.Images > 0)
        {
            return Cost.Unknown($"no known image price for {model}");
        }

        if (Find(model, tier, at) is not { Row: { } row, Rates: { } rates } found)
        {
            return Cost.Unknown(WhyNot(model, tier, at));
        }

        var sum = new RateSum(rates.For(usage.TotalInput));
        sum.Add(UsageKinds.Input, plain ? usage.TotalInput : usage.UncachedInput);
        sum.Add(UsageKinds.Output, usage.TotalOutput);
        if (!plain)
        {
            sum.Add(UsageKinds.CacheRead, usage.CacheRead);
            sum.Add(UsageKinds.CacheWriteShort, usage.CacheWriteShort);
            sum.Add(UsageKinds.CacheWriteLong, usage.CacheWriteLong);
        }

        return sum.ToCost(row, found.Name ?? row.Name, tier, found.ByDate);
    }

    private (PriceRow? Row, PriceTierRates? Rates, string? Name, bool ByDate) Find(ModelId model, PriceTier tier, DateTimeOffset at)
    {
        var row = HistoryOf(model, out var byDate)?.At(at);
        if (row?.Of(tier) is not { } rates)
        {
            return (row, null, null, byDate);
        }

        var (agreed, name) = Discounted(row.Model, tier, rates, DateOnly.FromDateTime(at.UtcDateTime));
        return (row, agreed, name is null ? null : $"{row.Name} {name}", byDate);
    }

    private PriceHistory? HistoryOf(ModelId model, out bool byDate)
    {
        byDate = false;
        return _histories.TryGetValue(model, out var history) ? history
            : ModelCatalogue.Default.Find(model, out byDate) is { } facts ? _histories.GetValueOrDefault(facts.Id)
            : _histories.GetValueOrDefault(model with { Name = EveryModel });
    }

    private (PriceTierRates Rates, string? Name) Discounted(ModelId model, PriceTier tier, PriceTierRates rates, DateOnly day)
    {
        if (_discounts.Length == 0)
        {
            return (rates, null);
        }

        string? name = null;
        var done = UsageKinds.None;
        foreach (var rule in _discounts)
        {
            var kinds = rule.Kinds & ~done;
            if (kinds != 0 && rule.IsFor(model, tier, day))
            {
                rates = rates.Less(rule.Share, kinds);
                name = name is null ? rule.Name : $"{name}, {rule.Name}";
                done |= kinds;
            }
        }

        return (rates, name);
    }

    private string WhyNot(ModelId model, PriceTier tier, DateTimeOffset at) =>
        Find(model, tier, at).Row is { } row ? $"{row.Name} has no {tier} price" : $"no price is listed for {model}";
}
