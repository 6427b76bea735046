using System.Globalization;

namespace Parsimony.Cli;

/// <summary>
/// Splits a difference into three parts that add up to it: other tokens (billed less booked, at the book's prices), other prices (billed, less its tokens at the book's prices)
/// and other bookings (booked tokens at the book's prices, less what was booked).
/// </summary>
internal sealed class CauseFinder(PriceList prices, DateTimeOffset now, TimeSpan lag)
{
    // Models whose long prompts have prices of their own: a sum of tokens does not say which price each had.
    private readonly HashSet<ModelId> _banded = [.. prices.Lines(DateOnly.FromDateTime(now.UtcDateTime)).Where(line => line.AbovePromptTokens is not null).Select(line => line.Model)];

    public IReadOnlyList<LikelyCause> Find(LineFacts facts)
    {
        var causes = new List<LikelyCause>();
        var line = facts.Line;
        if (Math.Abs(line.DifferenceUsd) <= line.RoundingUsd)
        {
            return causes;
        }

        if (facts.Moved != 0)
        {
            causes.Add(new(DifferenceCause.DayEdge, facts.Moved, "billed on one day (UTC), booked on its neighbour: what a batch answers before midnight is collected after it"));
        }

        if (Math.Abs(line.DifferenceUsd - facts.Moved) <= line.RoundingUsd)
        {
            return causes;
        }

        if (!facts.Booked.All(static count => count == 0) || !facts.Billed.All(static count => count == 0))
        {
            Tokens(facts, causes);
            Prices(facts, causes);
        }

        if (causes.Count == 0)
        {
            causes.Add(Other(facts));
        }

        return causes;
    }

    private void Tokens(LineFacts facts, List<LikelyCause> causes)
    {
        var (line, model) = (facts.Line, facts.Model);
        var delta = facts.Billed.Less(facts.Booked);
        if (!facts.HasUsage || delta.All(static count => count == 0))
        {
            return;
        }

        if (facts.IsTierMixUp)
        {
            causes.Add(new(DifferenceCause.TierMixUp, delta.Worth(prices, model, line.Day), "all tiers together have the same tokens: what was billed in one tier was booked in another"));
            return;
        }

        if (!facts.Outside.All(static count => count == 0))
        {
            causes.Add(new(DifferenceCause.OutsideCalls, facts.Outside.Worth(prices, model, line.Day), $"{Count(facts.Outside.Total)} tokens with keys that are not ours"));
            delta = delta.Less(facts.Outside);
        }

        if (delta.All(static count => count == 0))
        {
            return;
        }

        var usd = delta.Worth(prices, model, line.Day) - facts.Moved;
        var total = delta.Total;
        if (facts.Moved != 0 && usd is { } left && Math.Abs(left) <= line.RoundingUsd)
        {
            return;
        }

        causes.Add(total switch
        {
            { CacheWriteShort: >= 0, CacheWriteLong: >= 0, UncachedInput: < 0, TotalInput: 0, CacheRead: 0 } =>
                new(DifferenceCause.CacheWritesNotCounted, usd, $"{Number(total.CacheWriteShort + total.CacheWriteLong)} tokens written to the cache were booked as plain input"),
            _ when facts.Unknown > 0 && delta.All(static count => count >= 0) =>
                new(DifferenceCause.UnknownCost, usd, $"{Number(facts.Unknown)} attempts have an unknown cost; the {Count(total)} tokens the ledger does not have may be theirs"),
            _ when delta.All(static count => count >= 0) =>
                new(DifferenceCause.MissingCalls, usd, $"{Count(total)} tokens the ledger does not have: calls made past Parsimony, or with other keys (see --key)"),
            _ when delta.All(static count => count <= 0) && IsFresh(line.Day) =>
                new(DifferenceCause.ReportLag, usd, $"{Count(total)} tokens the report does not have yet"),
            _ when delta.All(static count => count <= 0) =>
                new(DifferenceCause.NotBilled, usd, $"{Count(total)} tokens that were booked and not billed"),
            _ => new(DifferenceCause.TokensDiffer, usd, "tokens are counted otherwise by kind"),
        });
    }

    private void Prices(LineFacts facts, List<LikelyCause> causes)
    {
        var (line, model) = (facts.Line, facts.Model);
        var hasLong = HasLong(facts);
        if (facts.Billed.Worth(prices, model, line.Day) is not { } worth || facts.Booked.Worth(prices, model, line.Day) is not { } bookedWorth)
        {
            causes.Add(new(DifferenceCause.UnpricedModel, line.DifferenceUsd, $"the price book has no price of everything {model} used{Shown(Deltas(facts))}"));
            return;
        }

        var (byPrice, byBooking) = (line.BilledUsd - worth, bookedWorth - line.BookedUsd);
        if (hasLong || facts.Unknown > 0)
        {
            // Prices of long prompts cannot be told from sums, and what has no usage is in neither: only what the two leave over says anything.
            if (Math.Abs(byPrice + byBooking) > line.RoundingUsd)
            {
                causes.Add(new(DifferenceCause.BookedOtherwise, byPrice + byBooking, hasLong ? "prices of long prompts, or prices that changed since" : "attempts of unknown cost, or prices that changed since"));
            }

            return;
        }

        if (Math.Abs(byBooking) > line.RoundingUsd)
        {
            causes.Add(new(DifferenceCause.BookedOtherwise, byBooking, $"booked for {Usd.Format(line.BookedUsd)} USD; by today's price book the same tokens cost {Usd.Format(bookedWorth)}"));
        }

        if (Math.Abs(byPrice) > line.RoundingUsd)
        {
            causes.Add(new(DifferenceCause.PriceDiffers, byPrice, $"the bill is by other prices than the book{Shown(Deltas(facts))}"));
        }
    }

    /// <summary>The kinds of token whose price on the bill is another than the book's.</summary>
    public IReadOnlyList<ImpliedPrice> Deltas(LineFacts facts)
    {
        var found = new List<ImpliedPrice>();
        if (HasLong(facts))
        {
            return found;
        }

        foreach (var kind in TokenKinds.All)
        {
            var costs = facts.Costs.Where(cost => cost.Kind == kind).ToList();
            var tiers = facts.Billed.Tiers.Where(tier => facts.Billed[tier].Of(kind) > 0).ToList();
            if (costs.Count == 0 || tiers.Count == 0)
            {
                continue;
            }

            var billed = costs.Sum(cost => cost.Usd);
            var listed = tiers.Select(tier => (Tier: tier, Price: prices.UnitPrice(facts.Model, tier, kind, facts.Line.Day), Tokens: facts.Billed[tier].Of(kind))).ToList();
            if (listed.All(entry => entry.Price is not null))
            {
                var expected = listed.Sum(entry => entry.Price.GetValueOrDefault() * entry.Tokens / 1_000_000m);
                if (Math.Abs(billed - expected) > facts.Rounding * costs.Count && expected > 0)
                {
                    found.AddRange(listed.Select(entry => new ImpliedPrice(facts.Model, entry.Tier, kind, facts.Line.Day, entry.Tokens, entry.Price, entry.Price.GetValueOrDefault() * billed / expected)));
                }
            }
            else if (listed is [var only])
            {
                found.Add(new ImpliedPrice(facts.Model, only.Tier, kind, facts.Line.Day, only.Tokens, null, billed * 1_000_000m / only.Tokens));
            }
        }

        return found;
    }

    private bool HasLong(LineFacts facts) =>
        facts.Costs.Any(cost => cost.IsLong)
        || (_banded.Contains(facts.Model) && facts.Booked.Worth(prices, facts.Model, facts.Line.Day) is { } worth && Math.Abs(worth - facts.Line.BookedUsd) > facts.Line.RoundingUsd);

    private LikelyCause Other(LineFacts facts)
    {
        var line = facts.Line;
        return facts.Unknown > 0 ? new(DifferenceCause.UnknownCost, line.DifferenceUsd, $"{Number(facts.Unknown)} attempts have an unknown cost")
            : line.DifferenceUsd > 0 ? new(DifferenceCause.MissingCalls, line.DifferenceUsd, "the report says nothing of tokens; calls made past Parsimony, or prices")
            : IsFresh(line.Day) ? new(DifferenceCause.ReportLag, line.DifferenceUsd, "the report may not have it yet")
            : new LikelyCause(DifferenceCause.NotBilled, line.DifferenceUsd, "booked, and not on the bill");
    }

    private bool IsFresh(DateOnly day) => new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) > now - lag;

    private static string Shown(IReadOnlyList<ImpliedPrice> deltas) =>
        deltas.Count == 0 ? "" : ": " + string.Join("; ", deltas.Select(delta => delta.ToString()));

    private static string Count(TokenUsage usage) => Number(Math.Abs(usage.TotalInput) + Math.Abs(usage.TotalOutput));

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
