using System.Collections.Frozen;

namespace Parsimony;

/// <summary>Dated, sourced prices and all arithmetic on them. Immutable and thread safe.</summary>
/// <remarks>
/// A usage is that of one request: bands go by the total prompt of a request, so the sum of many usages must not be priced at once.
/// </remarks>
public sealed class PriceList
{
    private static readonly Lazy<PriceList> FromLibrary = new(() => new PriceList(PriceListReader.Read(NamedFile.Embedded("prices"))));

    private readonly FrozenDictionary<ModelId, PriceHistory> _histories;

    private PriceList(Dictionary<ModelId, PriceHistory> histories) => _histories = histories.ToFrozenDictionary();

    /// <summary>The prices that come with the library.</summary>
    public static PriceList Default => FromLibrary.Value;

    /// <summary>Reads price files; a stream that is a file is named in faults by its path, another by its position.</summary>
    /// <exception cref="DataFileException">At least one file is faulty; all faults are listed.</exception>
    public static PriceList Load(IEnumerable<Stream> files) => new(PriceListReader.Read(NamedFile.From(files)));

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

        return new PriceList(histories);
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

    /// <summary>The most a request can cost: all input at the dearest input-side price, cache writes and the long band included if it can be reached.</summary>
    public Cost UpperBound(ModelId model, long maxInputTokens, long maxOutputTokens, PriceTier tier, DateTimeOffset at)
    {
        if (Find(model, tier, at) is not { Row: { } row, Rates: { } rates })
        {
            return Cost.Unknown(WhyNot(model, tier, at));
        }

        var bound = Bound(rates.Short, maxInputTokens, maxOutputTokens);
        if (rates.Long is { } band && maxInputTokens > rates.AbovePromptTokens)
        {
            bound = bound is { } low && Bound(band, maxInputTokens, maxOutputTokens) is { } high ? Math.Max(low, high) : null;
        }

        return bound is { } usd
            ? Cost.Known(usd, $"{row.Name} bound", isEstimate: true)
            : Cost.Unknown($"{row.Name} lacks an input or output price");
    }

    /// <summary>Whether plain input has a price in a tier at an instant.</summary>
    public bool IsPriced(ModelId model, PriceTier tier, DateTimeOffset at) =>
        Find(model, tier, at).Rates?.Short.Input is not null;

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

        return sum.ToCost(row, tier, found.ByDate);
    }

    private (PriceRow? Row, PriceTierRates? Rates, bool ByDate) Find(ModelId model, PriceTier tier, DateTimeOffset at)
    {
        var byDate = false;
        if (!_histories.TryGetValue(model, out var history)
            && ModelCatalogue.Default.Find(model, out byDate) is { } facts)
        {
            history = _histories.GetValueOrDefault(facts.Id);
        }

        var row = history?.At(at);
        return (row, row?.Of(tier), byDate);
    }

    private string WhyNot(ModelId model, PriceTier tier, DateTimeOffset at) =>
        Find(model, tier, at).Row is { } row ? $"{row.Name} has no {tier} price" : $"no price is listed for {model}";
}
