namespace Parsimony.Cli;

/// <summary>Holds a provider's report against the ledger, line by line. Pure.</summary>
internal sealed class Reconciler(PriceList prices, IReadOnlyDictionary<string, string> keys, DateTimeOffset now, TimeSpan lag)
{
    private readonly CauseFinder _finder = new(prices, now, lag);
    private readonly List<ImpliedPrice> _implied = [];

    /// <summary>Prices the bill has and the book has not, as far as lines have been compared.</summary>
    public IReadOnlyList<ImpliedPrice> Implied => _implied;

    /// <summary>Compares.</summary>
    /// <param name="report">What the provider says.</param>
    /// <param name="booked">What the ledger says of it.</param>
    public IReadOnlyList<ReconciledLine> Compare(BilledReport report, IReadOnlyList<BookedUsage> booked)
    {
        var costs = report.Costs.Count > 0 ? report.Costs : Valued(report);
        if (costs.Any(cost => cost.Model is null && cost.Label.Length == 0))
        {
            return Days(report, costs, booked);
        }

        ModelId Of(string name) => BookedUsage.Canonical(new ModelId(report.Provider, name));
        var billed = costs.Where(cost => cost.Model is not null).Select(cost => (Model: Of(cost.Model ?? ""), Cost: cost)).ToList();
        var used = report.Usage.Select(usage => (Model: Of(usage.Model), Usage: usage)).ToList();

        // Where any amount or count of a model does not say its tier, its tiers are compared together.
        var tierless = billed.Where(entry => entry.Cost.Tier is null).Select(entry => entry.Model).Concat(used.Where(entry => entry.Usage.Tier is null).Select(entry => entry.Model)).ToHashSet();
        (DateOnly Day, ModelId Model, PriceTier? Tier) Key(DateOnly day, ModelId model, PriceTier? tier) => (day, model, tierless.Contains(model) ? null : tier);
        var byCost = billed.ToLookup(entry => Key(entry.Cost.Day, entry.Model, entry.Cost.Tier), entry => entry.Cost);
        var byUsage = used.ToLookup(entry => Key(entry.Usage.Day, entry.Model, entry.Usage.Tier), entry => entry.Usage);
        var byBooking = booked.ToLookup(entry => Key(entry.Day, entry.Model, entry.Tier));
        var mixed = MixUps(used, booked);
        var facts = new List<LineFacts>();
        foreach (var key in byCost.Select(group => group.Key).Union(byUsage.Select(group => group.Key)).Union(byBooking.Select(group => group.Key)).OrderBy(key => key.Day).ThenBy(key => key.Model.Name, StringComparer.Ordinal).ThenBy(key => key.Tier))
        {
            var line = Line(report, key.Day, key.Model, key.Tier, [.. byCost[key]], [.. byBooking[key]]);
            var ours = TierUsage.Of(byBooking[key].Select(entry => ((PriceTier?)entry.Tier, entry.Usage)));
            facts.Add(new LineFacts(line, key.Model)
            {
                Costs = [.. byCost[key]],
                Billed = used.Count == 0 ? ours : TierUsage.Of(byUsage[key].Select(entry => (entry.Tier, entry.Usage))),
                Outside = TierUsage.Of(byUsage[key].Where(IsOutside).Select(entry => (entry.Tier, entry.Usage))),
                Booked = ours,
                HasUsage = used.Count > 0,
                IsTierMixUp = mixed.Contains((key.Day, key.Model)),
                Unknown = byBooking[key].Sum(entry => entry.Unknown),
                Rounding = report.Rounding,
            });
        }

        Move(facts);
        _implied.AddRange(facts.Where(entry => Math.Abs(entry.Line.DifferenceUsd) > entry.Line.RoundingUsd && entry.HasUsage).SelectMany(_finder.Deltas));
        return
        [
            .. facts.Select(entry => entry.Line with { Causes = _finder.Find(entry) }),
            .. costs.Where(cost => cost.Model is null).GroupBy(cost => (cost.Day, cost.Label)).OrderBy(group => group.Key.Day).Select(group => Apart(report, group.Key.Day, group.Key.Label, [.. group])),
        ];
    }

    /// <summary>Whether usage is of a key that is known not to be ours: it has an id, ids were named, and this was not among them.</summary>
    public bool IsOutside(BilledUsage usage) => keys.Count > 0 && usage.Key is { } id && !keys.ContainsKey(id);

    private static ReconciledLine Line(BilledReport report, DateOnly day, ModelId? model, PriceTier? tier, IReadOnlyList<BilledCost> costs, IReadOnlyList<BookedUsage> booked) =>
        new(report.Provider, day, model, tier)
        {
            BilledUsd = costs.Sum(cost => cost.Usd),
            BookedUsd = booked.Sum(entry => entry.Usd),
            BookedAtMostUsd = booked.Sum(entry => entry.Usd + entry.UnknownAtMostUsd),
            RoundingUsd = report.Costs.Count == 0 ? 0 : report.Rounding * costs.Count,
        };

    private static ReconciledLine Apart(BilledReport report, DateOnly day, string label, IReadOnlyList<BilledCost> costs)
    {
        var line = Line(report, day, null, null, costs, []);
        return line with
        {
            Label = label,
            Causes = line.DifferenceUsd == 0 ? [] : [new(DifferenceCause.NotTokens, line.DifferenceUsd, $"charged for '{label}', which is not tokens of a model; the ledger books none of it")],
        };
    }

    // The report has one sum for a day: so is the comparison.
    private IReadOnlyList<ReconciledLine> Days(BilledReport report, IReadOnlyList<BilledCost> costs, IReadOnlyList<BookedUsage> booked)
    {
        var lines = costs.Select(cost => cost.Day).Union(booked.Select(entry => entry.Day)).Order()
            .Select(day => (Line: Line(report, day, null, null, [.. costs.Where(cost => cost.Day == day)], [.. booked.Where(entry => entry.Day == day)]), Unknown: booked.Where(entry => entry.Day == day).Sum(entry => entry.Unknown)));
        return
        [
            .. lines.Select(entry => entry.Line with
            {
                Causes = _finder.Find(new LineFacts(entry.Line, default)
                {
                    Costs = [],
                    Billed = new TierUsage(),
                    Outside = new TierUsage(),
                    Booked = new TierUsage(),
                    HasUsage = false,
                    IsTierMixUp = false,
                    Unknown = entry.Unknown,
                    Rounding = report.Rounding,
                }),
            }),
        ];
    }

    // A report of tokens alone is valued by the price book: then only tokens can differ.
    private List<BilledCost> Valued(BilledReport report) =>
    [
        .. report.Usage.Select(usage => new BilledCost(
            usage.Day, usage.Model, usage.Tier, null,
            prices.Worth(BookedUsage.Canonical(new ModelId(report.Provider, usage.Model)), usage.Tier ?? PriceTier.Live, usage.Usage, usage.Day) ?? 0)),
    ];

    private static HashSet<(DateOnly Day, ModelId Model)> MixUps(IReadOnlyList<(ModelId Model, BilledUsage Usage)> used, IReadOnlyList<BookedUsage> booked)
    {
        var billed = used.ToLookup(entry => (entry.Usage.Day, entry.Model), entry => (entry.Usage.Tier, entry.Usage.Usage));
        var ours = booked.ToLookup(entry => (entry.Day, entry.Model), entry => ((PriceTier?)entry.Tier, entry.Usage));
        return
        [
            .. billed.Select(group => group.Key).Where(key =>
            {
                var (theirs, own) = (TierUsage.Of(billed[key]), TierUsage.Of(ours[key]));
                return TokenKinds.All.All(kind => theirs.Total.Of(kind) == own.Total.Of(kind)) && !theirs.Less(own).All(static count => count == 0);
            }),
        ];
    }

    // What one day has too much and the next too little, in money and in tokens, went over midnight.
    private static void Move(List<LineFacts> facts)
    {
        foreach (var group in facts.GroupBy(entry => (entry.Model, entry.Line.Tier)).ToList())
        {
            var days = group.OrderBy(entry => entry.Line.Day).ToList();
            for (var at = 0; at + 1 < days.Count; at++)
            {
                var (first, second) = (days[at], days[at + 1]);
                var (left, right) = (first.Line.DifferenceUsd - first.Moved, second.Line.DifferenceUsd);
                if (second.Line.Day != first.Line.Day.AddDays(1) || Math.Sign(left) * Math.Sign(right) >= 0 || !AreOpposite(first, second))
                {
                    continue;
                }

                var moved = Math.Sign(left) * Math.Min(Math.Abs(left), Math.Abs(right));
                days[at] = Replace(facts, first, first with { Moved = first.Moved + moved });
                days[at + 1] = Replace(facts, second, second with { Moved = second.Moved - moved });
            }
        }
    }

    private static bool AreOpposite(LineFacts first, LineFacts second)
    {
        long Tokens(LineFacts entry) => entry.Billed.Total.TotalInput + entry.Billed.Total.TotalOutput - entry.Booked.Total.TotalInput - entry.Booked.Total.TotalOutput;
        return !first.HasUsage || Math.Sign(Tokens(first)) * Math.Sign(Tokens(second)) < 0;
    }

    private static LineFacts Replace(List<LineFacts> facts, LineFacts old, LineFacts with)
    {
        facts[facts.FindIndex(entry => ReferenceEquals(entry, old))] = with;
        return with;
    }
}
