using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>Brings a LiteLLM price file into our format. What cannot be expressed is listed, never guessed.</summary>
internal sealed class LiteLlmPrices
{
    private const string Origin = "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json";

    private readonly SortedDictionary<string, SortedDictionary<string, (string Key, LiteLlmFields Fields, string Source)>> _models = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _foreign = new(StringComparer.Ordinal);
    private readonly HashSet<(string Provider, string Model)> _contradictory = [];
    private readonly List<string> _notes = [];

    private LiteLlmPrices()
    {
    }

    /// <summary>How many models were taken.</summary>
    public int Count => _models.Values.Sum(models => models.Count);

    /// <summary>One sentence for each entry that was left out, or taken without some of its prices.</summary>
    public IReadOnlyList<string> Notes =>
    [
        .. _notes,
        .. _foreign.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key}: {entry.Value} entries of a provider that is none of ours")),
    ];

    /// <summary>The day the file says it was updated; null when it does not.</summary>
    public string? Updated { get; private set; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is not such a file.</exception>
    public static LiteLlmPrices Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("the root is not an object of models");
        }

        var prices = new LiteLlmPrices();
        foreach (var member in root.EnumerateObject())
        {
            if (member is { Name: "last_updated", Value.ValueKind: JsonValueKind.String } && DateTimeOffset.TryParse(
                member.Value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var updated))
            {
                prices.Updated = updated.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            }
            else if (member is { Name: not "sample_spec", Value.ValueKind: JsonValueKind.Object })
            {
                prices.Add(member.Name, member.Value);
            }
        }

        return prices.Count > 0 || prices._foreign.Count > 0 || prices._notes.Count > 0
            ? prices
            : throw new FormatException("it has no entry with a litellm_provider");
    }

    /// <summary>The file in our format.</summary>
    /// <param name="checkedOn">The day it was read.</param>
    public byte[] Write(string checkedOn)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("unit"u8, "USD per million tokens");
            writer.WriteStartArray("prices"u8);
            foreach (var (provider, models) in _models.Where(entry => entry.Value.Count > 0))
            {
                writer.WriteStartObject();
                writer.WriteString("provider"u8, provider);
                writer.WriteStartArray("models"u8);
                foreach (var (model, (_, fields, source)) in models)
                {
                    WriteModel(writer, model, fields, source, checkedOn);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void WriteModel(Utf8JsonWriter writer, string model, LiteLlmFields fields, string source, string checkedOn)
    {
        writer.WriteStartObject();
        writer.WriteString("model"u8, model);
        writer.WriteStartArray("history"u8);
        writer.WriteStartObject();
        writer.WriteString("source"u8, source);
        writer.WriteString("checked_on"u8, checkedOn);
        var live = fields.Prices.Keys.FirstOrDefault(key => key.Tier == "live" && key.Above > 0).Above;
        foreach (var (tier, _) in fields.Prices.Keys.Where(key => key.Above == 0))
        {
            writer.WriteStartObject(tier);
            WritePrices(writer, fields.Prices[(tier, 0)]);
            var above = fields.Prices.Keys.FirstOrDefault(key => key.Tier == tier && key.Above > 0).Above;
            if (above > 0 || live > 0)
            {
                // A tier without a band of its own where live has one: what it costs above is not known, and the empty band says so.
                writer.WriteStartObject("long"u8);
                writer.WriteNumber("above_prompt_tokens"u8, above > 0 ? above : live);
                WritePrices(writer, above > 0 ? fields.Prices[(tier, above)] : []);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WritePrices(Utf8JsonWriter writer, SortedDictionary<string, decimal> prices)
    {
        foreach (var (kind, usd) in prices)
        {
            // Divided by one with all its places, a decimal loses the zeros at its end.
            writer.WriteNumber(kind, usd / 1.0000000000000000000000000000m);
        }
    }

    private void Add(string key, JsonElement entry)
    {
        if (!entry.TryGetProperty("litellm_provider", out var named) || named.ValueKind != JsonValueKind.String || named.GetString() is not { } name)
        {
            return;
        }

        if (LiteLlmNames.Provider(name) is not { } provider)
        {
            _foreign[name] = _foreign.GetValueOrDefault(name) + 1;
            return;
        }

        var fields = LiteLlmFields.Read(entry);
        var model = LiteLlmNames.Model(key, provider, name);
        if (fields.Fault is { } fault || model is null || _contradictory.Contains((provider, model)))
        {
            _notes.Add($"{key}: left out, {fields.Fault ?? (model is null ? "a price of one region, size or commitment" : "another entry says otherwise")}");
            return;
        }

        if (fields.Others.Count > 0)
        {
            _notes.Add($"{key}: taken without {string.Join(", ", fields.Others)}");
        }

        if (!_models.TryGetValue(provider, out var models))
        {
            _models[provider] = models = new(StringComparer.Ordinal);
        }

        if (models.TryGetValue(model, out var other) && !Same(other.Fields, fields))
        {
            _contradictory.Add((provider, model));
            models.Remove(model);
            _notes.Add($"{key}: left out, {other.Key} is the same model and says otherwise; both are");
            return;
        }

        var source = entry.TryGetProperty("source", out var page) && page.ValueKind == JsonValueKind.String ? $"{Origin} ; {page.GetString()}" : Origin;
        models[model] = (key, fields, source);
    }

    private static bool Same(LiteLlmFields left, LiteLlmFields right) =>
        left.Prices.Count == right.Prices.Count
        && left.Prices.All(entry => right.Prices.TryGetValue(entry.Key, out var prices) && entry.Value.SequenceEqual(prices));
}
