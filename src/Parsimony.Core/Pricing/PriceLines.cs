namespace Parsimony;

/// <summary>Price rows written out flat.</summary>
internal static class PriceLines
{
    private static readonly PriceTier[] Tiers = Enum.GetValues<PriceTier>();

    /// <summary>The lines of a row: its tiers, their long bands, and those of its hours where they differ.</summary>
    public static IEnumerable<PriceLine> Of(PriceRow row, Func<PriceTier, PriceTierRates, (PriceTierRates Rates, string? Name)> discount)
    {
        foreach (var (part, hours) in row.Windows.Select(window => (window.Row, (string?)window.Hours)).Prepend((row, null)))
        {
            foreach (var tier in Tiers)
            {
                if (part.Of(tier) is not { } listed || (hours is not null && ReferenceEquals(listed, row.Of(tier))))
                {
                    continue;
                }

                var (rates, name) = discount(tier, listed);
                yield return Line(part, tier, rates.Short, name) with { Hours = hours };
                if (rates.Long is { } band)
                {
                    yield return Line(part, tier, band, name) with { Hours = hours, AbovePromptTokens = rates.AbovePromptTokens };
                }
            }
        }
    }

    private static PriceLine Line(PriceRow row, PriceTier tier, PriceRates rates, string? discount) => new()
    {
        Model = row.Model,
        Tier = tier,
        Input = rates.Input,
        Output = rates.Output,
        CacheRead = rates.CacheRead,
        CacheWriteShort = rates.CacheWriteShort,
        CacheWriteLong = rates.CacheWriteLong,
        Storage = rates.Storage,
        EffectiveFrom = row.EffectiveFrom,
        EffectiveUntil = row.EffectiveUntil,
        Source = row.Contract ?? row.Source,
        CheckedOn = row.CheckedOn,
        IsVerified = row.Verified && rates.Unverified == UsageKinds.None,
        Discount = discount,
        File = row.File,
    };
}
