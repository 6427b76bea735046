using System.Globalization;

namespace Parsimony;

/// <summary>
/// Reads price files: <c>{provider, models: [{model, history: [row]}]}</c>, each row with the tiers' prices in USD per million tokens; or a book of
/// several, <c>{prices: [those], discounts: [rule]}</c>.
/// </summary>
internal static class PriceListReader
{
    /// <summary>Reads every file before it complains of any.</summary>
    /// <exception cref="DataFileException">At least one file is faulty; all faults are listed.</exception>
    public static PriceBookFile Read(IEnumerable<NamedFile> files, IEnumerable<ModelId>? known = null)
    {
        var faults = new List<string>();
        var histories = new Dictionary<ModelId, PriceHistory>();
        var discounts = new List<PriceDiscount>();
        foreach (var file in files)
        {
            DataRow.ReadBook(
                file,
                faults,
                (provider, row) =>
                {
                    var model = new ModelId(provider, row.Text("model") ?? "");
                    var history = ReadHistory(model, row, file.Name);
                    row.End("note");
                    if (model.Name.Length > 0 && !histories.TryAdd(model, history))
                    {
                        row.Fault("the model is listed twice");
                    }
                },
                row => discounts.Add(DiscountReader.Read(row)));
        }

        DiscountReader.Compare(discounts, histories.Keys.Concat(known ?? []), faults);
        return faults.Count == 0 ? new PriceBookFile(histories, discounts) : throw new DataFileException(faults);
    }

    private static PriceHistory ReadHistory(ModelId model, DataRow modelRow, string file)
    {
        var rows = new List<(PriceRow Row, DataRow Data)>();
        foreach (var data in modelRow.Rows("history"))
        {
            var row = new PriceRow
            {
                Model = model,
                File = file,
                EffectiveFrom = data.Date("effective_from"),
                EffectiveUntil = data.Date("effective_until"),
                Source = data.RequiredText("source"),
                CheckedOn = data.DayOrMonth("checked_on"),
                Verified = data.Flag("verified") ?? true,
            };
            row = PriceTierReader.ReadTiers(row, data);
            row = row with { Windows = PriceTierReader.ReadWindows(row, data) };
            data.End("note");
            if (Enum.GetValues<PriceTier>().All(tier => row.Of(tier) is null))
            {
                data.Fault("no tier has a price");
            }

            rows.Add((row, data));
        }

        CompareDates(rows);
        return new PriceHistory(model, rows.Select(entry => entry.Row));
    }

    // A row without an end ends where the next one begins; one with an end must meet the next one exactly.
    private static void CompareDates(List<(PriceRow Row, DataRow Data)> rows)
    {
        var dates = new HashSet<DateOnly?>();
        foreach (var (row, data) in rows)
        {
            if (!dates.Add(row.EffectiveFrom))
            {
                data.Fault("another row begins on the same date");
            }

            if (row is { EffectiveFrom: { } from, EffectiveUntil: { } until } && until <= from)
            {
                data.Fault($"ends on {Text(until)}, before it begins");
            }
        }

        var inOrder = rows.OrderBy(entry => entry.Row.EffectiveFrom ?? DateOnly.MinValue).ToList();
        foreach (var (row, next) in inOrder.Zip(inOrder.Skip(1)))
        {
            if (row.Row.EffectiveUntil is { } end && next.Row.EffectiveFrom is { } begin && end != begin)
            {
                next.Data.Fault(end < begin
                    ? $"a gap: no price from {Text(end)} until {Text(begin)}"
                    : $"an overlap: the row before it ends on {Text(end)}, after this begins");
            }
        }
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
