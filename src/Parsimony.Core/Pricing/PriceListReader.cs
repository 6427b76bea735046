namespace Parsimony;

/// <summary>Reads price files: <c>{provider, models: [{model, history: [row]}]}</c>, each row with the tiers' prices in USD per million tokens.</summary>
internal static class PriceListReader
{
    private static readonly (string Name, UsageKinds Kind)[] Kinds =
    [
        ("input", UsageKinds.Input),
        ("output", UsageKinds.Output),
        ("cache_read", UsageKinds.CacheRead),
        ("cache_write_short", UsageKinds.CacheWriteShort),
        ("cache_write_long", UsageKinds.CacheWriteLong),
    ];

    /// <summary>Reads every file before it complains of any.</summary>
    /// <exception cref="DataFileException">At least one file is faulty; all faults are listed.</exception>
    public static Dictionary<ModelId, PriceHistory> Read(IEnumerable<NamedFile> files)
    {
        var faults = new List<string>();
        var histories = new Dictionary<ModelId, PriceHistory>();
        foreach (var file in files)
        {
            DataRow.ReadModels(file, faults, (provider, row) =>
            {
                var model = new ModelId(provider, row.Text("model") ?? "");
                var history = ReadHistory(model, row);
                row.End("note");
                if (model.Name.Length > 0 && !histories.TryAdd(model, history))
                {
                    row.Fault("the model is listed twice");
                }
            });
        }

        return faults.Count == 0 ? histories : throw new DataFileException(faults);
    }

    private static PriceHistory ReadHistory(ModelId model, DataRow modelRow)
    {
        var rows = new List<PriceRow>();
        var dates = new HashSet<DateOnly?>();
        foreach (var data in modelRow.Rows("history"))
        {
            var row = new PriceRow
            {
                Model = model,
                EffectiveFrom = data.Date("effective_from"),
                Source = data.RequiredText("source"),
                CheckedOn = data.DayOrMonth("checked_on"),
                Verified = data.Flag("verified") ?? true,
                Live = ReadTier(data.Row("live")),
                Batch = ReadTier(data.Row("batch")),
                Flex = ReadTier(data.Row("flex")),
            };
            data.End("note");
            if (row is { Live: null, Batch: null, Flex: null })
            {
                data.Fault("no tier has a price");
            }

            if (!dates.Add(row.EffectiveFrom))
            {
                data.Fault("another row begins on the same date");
            }

            rows.Add(row);
        }

        return new PriceHistory(model, rows);
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
            Unverified = unverified,
        };
    }
}
