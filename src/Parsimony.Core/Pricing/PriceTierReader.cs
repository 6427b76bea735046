namespace Parsimony;

/// <summary>Reads the tiers of a price row, and those of its hours.</summary>
internal static class PriceTierReader
{
    /// <summary>The kinds of usage by their names in files.</summary>
    public static readonly (string Name, UsageKinds Kind)[] Kinds =
    [
        ("input", UsageKinds.Input),
        ("output", UsageKinds.Output),
        ("cache_read", UsageKinds.CacheRead),
        ("cache_write_short", UsageKinds.CacheWriteShort),
        ("cache_write_long", UsageKinds.CacheWriteLong),
        ("storage", UsageKinds.Storage),
    ];

    public static PriceRow ReadTiers(PriceRow row, DataRow data)
    {
        foreach (var tier in Enum.GetValues<PriceTier>())
        {
            if (ReadTier(data.Row(tier.ToString().ToLowerInvariant())) is { } rates)
            {
                row = row.With(tier, rates);
            }
        }

        return row;
    }

    /// <summary>The hours of a row: what they do not say is as in the row.</summary>
    public static IReadOnlyList<PriceWindow> ReadWindows(PriceRow row, DataRow data)
    {
        var windows = new List<PriceWindow>();
        foreach (var entry in data.Has("windows") ? data.Rows("windows") : [])
        {
            var from = entry.TimeOfDay("from_utc");
            var until = entry.TimeOfDay("until_utc");
            var window = new PriceWindow(from ?? default, until ?? default, ReadTiers(row, entry) with { Windows = [] });
            entry.End("note");
            if (from is null || until is null)
            {
                continue;
            }

            if (from == until)
            {
                entry.Fault("begins when it ends");
            }
            else if (windows.Find(window.Meets) is { } other)
            {
                entry.Fault($"an overlap with {other.Hours}");
            }

            windows.Add(window);
        }

        return windows;
    }

    private static PriceTierRates? ReadTier(DataRow? tier)
    {
        if (tier is null)
        {
            return null;
        }

        var rates = ReadRates(tier);
        PriceRates? longRates = null;
        var above = 0;
        if (tier.Row("long") is { } band)
        {
            above = band.Count("above_prompt_tokens") ?? 0;
            if (above == 0)
            {
                band.Fault("above_prompt_tokens is missing");
            }

            longRates = ReadRates(band);
            band.End();
        }

        tier.End();
        return new PriceTierRates(rates, longRates, above);
    }

    private static PriceRates ReadRates(DataRow row)
    {
        var unverified = UsageKinds.None;
        foreach (var name in row.Texts("unverified"))
        {
            var kind = Array.Find(Kinds, k => k.Name == name).Kind;
            unverified |= kind;
            if (kind == UsageKinds.None)
            {
                row.Fault($"unverified names '{name}', which is no kind of usage");
            }
        }

        return new PriceRates
        {
            Input = row.Price("input"),
            Output = row.Price("output"),
            CacheRead = row.Price("cache_read"),
            CacheWriteShort = row.Price("cache_write_short"),
            CacheWriteLong = row.Price("cache_write_long"),
            Storage = row.Price("storage"),
            Unverified = unverified,
        };
    }
}
