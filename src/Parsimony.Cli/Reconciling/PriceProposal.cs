using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>Corrections of prices, as a price file of one's own. Only ever written where the user asks for it, and never used by itself.</summary>
internal sealed class PriceProposal
{
    // Quotients of rounded amounts: what differs by less is the same price.
    private const decimal Same = 0.0001m;

    private readonly List<IReadOnlyList<ImpliedPrice>> _models = [];
    private readonly List<string> _remarks = [];
    private readonly PriceList _prices;

    private PriceProposal(PriceList prices) => _prices = prices;

    /// <summary>The corrections, a price each.</summary>
    public IEnumerable<ImpliedPrice> Prices => _models.SelectMany(model => model);

    /// <summary>What was seen and is not proposed, and why.</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    /// <summary>What the prices on a bill suggest.</summary>
    public static PriceProposal Of(IReadOnlyList<ImpliedPrice> implied, PriceList prices)
    {
        var proposal = new PriceProposal(prices);
        foreach (var model in implied.GroupBy(price => price.Model).OrderBy(group => group.Key.ToString(), StringComparer.Ordinal))
        {
            var found = model.GroupBy(price => (price.Tier, price.Kind)).OrderBy(group => group.Key.Tier).ThenBy(group => group.Key.Kind).Select(Join).ToList();
            if (found.Any(price => price is null))
            {
                proposal._remarks.Add($"{model.Key}: the prices on the bill are not the same every day; look at the days before you correct any.");
            }
            else if (prices.Lines(model.Max(price => price.Day)).Any(line => line.Model == model.Key && line.Discount is not null))
            {
                proposal._remarks.Add($"{model.Key}: a discount of your price file holds for it; correct the discount, not the price.");
            }
            else
            {
                proposal._models.Add([.. found.OfType<ImpliedPrice>()]);
            }
        }

        return proposal;
    }

    /// <summary>The price file.</summary>
    /// <param name="source">Where the prices are from.</param>
    /// <param name="today">The day they were read.</param>
    public byte[] Write(string source, DateOnly today)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            var discounts = _models.Where(model => Discount(model) is not null).ToList();
            writer.WriteStartArray("prices"u8);
            foreach (var provider in _models.Except(discounts).GroupBy(model => model[0].Model.Provider))
            {
                writer.WriteStartObject();
                writer.WriteString("provider"u8, provider.Key.Value);
                writer.WriteStartArray("models"u8);
                foreach (var model in provider)
                {
                    WriteModel(writer, model, source, today);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("discounts"u8);
            foreach (var model in discounts)
            {
                writer.WriteStartObject();
                writer.WriteString("models"u8, model[0].Model.ToString());
                writer.WriteNumber("percent_off"u8, Discount(model).GetValueOrDefault());
                writer.WriteString("effective_from"u8, Text(model.Min(price => price.Day)));
                writer.WriteString("source"u8, source);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static ImpliedPrice? Join(IEnumerable<ImpliedPrice> days)
    {
        var all = days.OrderBy(price => price.Day).ToList();
        var tokens = all.Sum(price => price.Tokens);
        var price = all.Sum(day => day.Price * day.Tokens) / tokens;
        return all.Exists(day => Math.Abs(day.Price - price) > Same * Math.Abs(price)) ? null : all[0] with { Tokens = tokens, Price = price };
    }

    // Where every kind is cheaper by the same part, it is a discount, and holds for kinds that were not used, too.
    private static decimal? Discount(IReadOnlyList<ImpliedPrice> model)
    {
        if (model.Select(price => price.Kind).Distinct().Count() < 2 || model.Any(price => price.Listed is null or 0))
        {
            return null;
        }

        var parts = model.Select(price => 1 - (price.Price / price.Listed.GetValueOrDefault(1))).ToList();
        var off = decimal.Round(parts.Average() * 100, 2);
        return off is > 0 and < 100 && parts.TrueForAll(part => Math.Abs((part * 100) - off) < 0.01m) ? off / 1.00m : null;
    }

    // A row of one's own is taken whole, so it must say what is right already, too.
    private void WriteModel(Utf8JsonWriter writer, IReadOnlyList<ImpliedPrice> model, string source, DateOnly today)
    {
        var day = model.Min(price => price.Day);
        var lines = _prices.Lines(day).Where(line => line.Model == model[0].Model).ToList();
        writer.WriteStartObject();
        writer.WriteString("model"u8, model[0].Model.Name);
        writer.WriteStartArray("history"u8);
        writer.WriteStartObject();
        writer.WriteString("effective_from"u8, Text(day));
        writer.WriteString("source"u8, source);
        writer.WriteString("checked_on"u8, Text(today));
        WriteTiers(writer, lines.Where(line => line.Hours is null).ToList(), model);
        var windows = lines.Where(line => line.Hours is not null).GroupBy(line => line.Hours ?? "", StringComparer.Ordinal).ToList();
        if (windows.Count > 0)
        {
            writer.WriteStartArray("windows"u8);
            foreach (var window in windows)
            {
                writer.WriteStartObject();
                var times = window.Key.TrimEnd('Z').Split('-');
                writer.WriteString("from_utc"u8, times[0]);
                writer.WriteString("until_utc"u8, times[^1]);
                WriteTiers(writer, [.. window], []);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteTiers(Utf8JsonWriter writer, IReadOnlyList<PriceLine> lines, IReadOnlyList<ImpliedPrice> corrections)
    {
        foreach (var tier in Enum.GetValues<PriceTier>())
        {
            var line = lines.FirstOrDefault(line => line.Tier == tier && line.AbovePromptTokens is null);
            var mine = corrections.Where(price => price.Tier == tier).ToList();
            if (line is null && mine.Count == 0)
            {
                continue;
            }

            writer.WriteStartObject(tier.ToString().ToLowerInvariant());
            WriteRates(writer, line, mine);
            if (lines.FirstOrDefault(band => band.Tier == tier && band.AbovePromptTokens is not null) is { } longer)
            {
                writer.WriteStartObject("long"u8);
                writer.WriteNumber("above_prompt_tokens"u8, longer.AbovePromptTokens.GetValueOrDefault());
                WriteRates(writer, longer, []);
                writer.WriteEndObject();
            }

            if (mine.Count > 0)
            {
                writer.WriteStartArray("unverified"u8);
                foreach (var price in mine)
                {
                    writer.WriteStringValue(price.Kind.InFile());
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }
    }

    private static void WriteRates(Utf8JsonWriter writer, PriceLine? line, IReadOnlyList<ImpliedPrice> corrections)
    {
        foreach (var kind in TokenKinds.All)
        {
            var listed = kind switch
            {
                TokenKind.Input => line?.Input,
                TokenKind.CacheRead => line?.CacheRead,
                TokenKind.CacheWriteShort => line?.CacheWriteShort,
                TokenKind.CacheWriteLong => line?.CacheWriteLong,
                _ => line?.Output,
            };
            if ((corrections.FirstOrDefault(price => price.Kind == kind)?.Rounded ?? listed) is { } rate)
            {
                writer.WriteNumber(kind.InFile(), rate);
            }
        }

        if (line?.Storage is { } storage)
        {
            writer.WriteNumber("storage"u8, storage);
        }
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
