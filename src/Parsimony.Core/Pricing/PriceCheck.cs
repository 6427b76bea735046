using System.Globalization;

namespace Parsimony;

/// <summary>Looks for what is probably wrong in prices that can be read: stale, or dearer where they should be cheaper.</summary>
internal static class PriceCheck
{
    /// <summary>One sentence for each fault, with file and model.</summary>
    public static IEnumerable<string> Faults(IEnumerable<PriceHistory> histories, DateOnly today, int maxAgeDays)
    {
        foreach (var (history, row) in histories.OrderBy(history => history.Model.ToString(), StringComparer.Ordinal).SelectMany(history => history.Rows.Select(row => (history, row))))
        {
            // What is over need not be read again.
            var isOver = !(row.EffectiveFrom > today) && !ReferenceEquals(history.On(today), row);
            var place = $"{row.File} ({row.Model}, {row.EffectiveFrom?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "from the beginning"})";
            foreach (var fault in Row(row, isOver, today, maxAgeDays).Concat(row.Windows.SelectMany(window => Prices(window.Row).Select(fault => $"{window.Hours}: {fault}"))))
            {
                yield return $"{place}: {fault}";
            }
        }
    }

    private static IEnumerable<string> Row(PriceRow row, bool isOver, DateOnly today, int maxAgeDays)
    {
        if (row.Source.Length == 0)
        {
            yield return "no source";
        }

        if (!isOver && Read(row.CheckedOn) is { } read && read.AddDays(maxAgeDays) < today)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"its source was last read on {row.CheckedOn}, more than {maxAgeDays} days ago");
        }

        foreach (var fault in Prices(row))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> Prices(PriceRow row)
    {
        foreach (var tier in Enum.GetValues<PriceTier>())
        {
            if (row.Of(tier) is not { } rates)
            {
                continue;
            }

            foreach (var (name, band) in new[] { (tier.ToString().ToLowerInvariant(), rates.Short), ($"{tier.ToString().ToLowerInvariant()} long", rates.Long) })
            {
                if (band is { CacheRead: { } read, Input: { } input } && read > input)
                {
                    yield return string.Create(CultureInfo.InvariantCulture, $"{name}: a cache read at {read} costs more than input at {input}");
                }
            }

            if (rates is { Long: { } band2, Short: { } plain } && Dearer(plain, band2) is { } kind)
            {
                yield return $"{tier.ToString().ToLowerInvariant()}: {kind} of a long prompt costs less than of a short one";
            }

            if (tier != PriceTier.Live && row.Live is { } live)
            {
                var (cheap, dear, what) = tier == PriceTier.Priority ? (live.Short, rates.Short, "less") : (rates.Short, live.Short, "more");
                if (Dearer(cheap, dear) is { } other)
                {
                    yield return $"{tier.ToString().ToLowerInvariant()}: {other} costs {what} than live";
                }
            }
        }
    }

    // The first kind that costs more in what should be the cheaper prices. Not cache reads: some batches take the plain price for them.
    private static string? Dearer(PriceRates cheap, PriceRates dear) =>
        cheap.Input > dear.Input ? "input" : cheap.Output > dear.Output ? "output" : null;

    // A month counts from its last day.
    private static DateOnly? Read(string checkedOn)
    {
        if (DateOnly.TryParseExact(checkedOn, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month))
        {
            return month.AddMonths(1).AddDays(-1);
        }

        return DateOnly.TryParseExact(checkedOn, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
    }
}
