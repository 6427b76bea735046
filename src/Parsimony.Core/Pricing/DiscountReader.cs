namespace Parsimony;

/// <summary>Reads the discounts of contracts.</summary>
internal static class DiscountReader
{
    public static PriceDiscount Read(DataRow row)
    {
        var kinds = UsageKinds.None;
        foreach (var name in row.Texts("kinds"))
        {
            var kind = Array.Find(PriceTierReader.Kinds, k => k.Name == name).Kind;
            kinds |= kind;
            if (kind == UsageKinds.None)
            {
                row.Fault($"kinds names '{name}', which is no kind of usage");
            }
        }

        var tiers = new List<PriceTier>();
        foreach (var name in row.Texts("tiers"))
        {
            var tier = Array.FindIndex(Enum.GetNames<PriceTier>(), n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase));
            if (tier < 0)
            {
                row.Fault($"tiers names '{name}', which is no tier");
            }
            else
            {
                tiers.Add((PriceTier)tier);
            }
        }

        var models = row.RequiredText("models");
        if (models.Length > 0 && !models.Contains('/', StringComparison.Ordinal) && models != "*")
        {
            row.Fault($"models '{models}' is not provider/model; a * stands for any letters");
        }

        if (!row.Has("percent_off"))
        {
            row.Fault("percent_off is missing");
        }

        var percent = row.Price("percent_off") ?? 0;
        if (percent > 100)
        {
            row.Fault("percent_off is more than 100");
        }

        var discount = new PriceDiscount
        {
            Models = models,
            Tiers = tiers,
            Kinds = kinds == UsageKinds.None ? UsageKinds.All | UsageKinds.Storage : kinds,
            Share = percent / 100,
            EffectiveFrom = row.Date("effective_from"),
            EffectiveUntil = row.Date("effective_until"),
            Source = row.RequiredText("source"),
            Place = row.Place,
        };
        if (discount is { EffectiveFrom: { } from, EffectiveUntil: { } until } && until <= from)
        {
            row.Fault("ends before it begins");
        }

        row.End("note");
        return discount;
    }

    /// <summary>Two rules of one rank for one price: which of them is meant cannot be known.</summary>
    public static void Compare(List<PriceDiscount> discounts, IEnumerable<ModelId> models, List<string> faults)
    {
        if (discounts.Count < 2)
        {
            return;
        }

        var names = models.ToList();
        for (var later = 1; later < discounts.Count; later++)
        {
            if (discounts.Take(later).FirstOrDefault(rule => rule.Contradicts(discounts[later], names)) is { } earlier)
            {
                faults.Add($"{discounts[later].Place}: an overlap with the rule for '{earlier.Models}' ({earlier.Source}); a rule for one model goes before one with a *, others must not meet");
            }
        }
    }
}
