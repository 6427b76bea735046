using System.Text;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Writes JSON that fits a JSON schema: every property, the best-fitting enum value, numbers inside their bounds.</summary>
internal sealed class SchemaAnswer
{
    private const int MaxDepth = 24;
    private const int TextCharacters = 80;

    private readonly JsonElement _root;
    private readonly string _text;
    private readonly ulong _chance;
    private readonly int _ordinal;
    private readonly Utf8JsonWriter _writer;
    private bool _named;

    private SchemaAnswer(JsonElement root, string text, ulong chance, int ordinal, Utf8JsonWriter writer)
    {
        _root = root;
        _text = text;
        _chance = chance;
        _ordinal = ordinal;
        _writer = writer;
    }

    public static string Write(JsonElement schema, string text, ulong chance, int ordinal)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
            new SchemaAnswer(schema, text, chance, ordinal, writer).WriteValue(schema, "", 0);
        return Encoding.UTF8.GetString(json.ToArray());
    }

    private void WriteValue(JsonElement schema, string name, int depth)
    {
        schema = Resolve(schema);
        if (schema.ValueKind != JsonValueKind.Object)
        {
            // "true" or no schema at all: anything fits.
            _writer.WriteStartObject();
            _writer.WriteEndObject();
            return;
        }

        if (schema.TryGetProperty("const", out var constant))
        {
            constant.WriteTo(_writer);
            return;
        }

        if (schema.TryGetProperty("enum", out var values) && values.ValueKind == JsonValueKind.Array && values.GetArrayLength() > 0)
        {
            WriteEnum(schema, values);
            return;
        }

        foreach (var choice in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(choice, out var options) && options.ValueKind == JsonValueKind.Array && options.GetArrayLength() > 0)
            {
                WriteValue(Option(options, depth), name, depth + 1);
                return;
            }
        }

        switch (TypeOf(schema, depth))
        {
            case "object":
                WriteObject(schema, depth);
                break;
            case "array":
                WriteArray(schema, name, depth);
                break;
            case "integer":
                _writer.WriteNumberValue(SchemaNumber.Integer(schema, Chance(name)));
                break;
            case "number":
                _writer.WriteNumberValue(SchemaNumber.Number(schema, Chance(name)));
                break;
            case "boolean":
                _writer.WriteBooleanValue((Chance(name) & 1) == 0);
                break;
            case "null":
                _writer.WriteNullValue();
                break;
            default:
                _writer.WriteStringValue(SchemaText.Write(schema, Free(name)));
                break;
        }
    }

    private void WriteObject(JsonElement schema, int depth)
    {
        _writer.WriteStartObject();
        var required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Select(n => n.ToString()).ToHashSet(StringComparer.Ordinal)
            : [];
        if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in properties.EnumerateObject())
            {
                // A recursive schema ends where nothing more is required.
                if (depth > MaxDepth / 2 && !required.Contains(property.Name))
                    continue;
                required.Remove(property.Name);
                _writer.WritePropertyName(property.Name);
                WriteValue(property.Value, property.Name, depth + 1);
            }
        }

        foreach (var name in required)
            _writer.WriteString(name, Free(name));
        _writer.WriteEndObject();
    }

    private void WriteArray(JsonElement schema, string name, int depth)
    {
        _writer.WriteStartArray();
        var least = SchemaNumber.Limit(schema, "minItems") ?? (depth > MaxDepth / 2 ? 0 : 1);
        var most = SchemaNumber.Limit(schema, "maxItems") ?? least;
        var prefix = schema.TryGetProperty("prefixItems", out var first) && first.ValueKind == JsonValueKind.Array ? first.EnumerateArray().ToArray() : [];
        var count = (int)Math.Min(Math.Max(least, prefix.Length), most);
        for (var i = 0; i < count; i++)
        {
            if (i < prefix.Length)
                WriteValue(prefix[i], name, depth + 1);
            else if (schema.TryGetProperty("items", out var items))
                WriteValue(items, $"{name}{i}", depth + 1);
            else
                _writer.WriteStringValue(Free($"{name}{i}"));
        }

        _writer.WriteEndArray();
    }

    private void WriteEnum(JsonElement schema, JsonElement values)
    {
        var words = values.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.ToString()).ToList();
        if (words.Count == 0)
        {
            values[(int)(_chance % (ulong)values.GetArrayLength())].WriteTo(_writer);
            return;
        }

        var about = schema.TryGetProperty("description", out var description) ? description.ToString() : "";
        var labels = words.Select(w => new OfferedLabel(w, DescriptionOf(w, about))).ToList();
        _writer.WriteStringValue(LabelChoice.Pick(labels, _text, _chance, _ordinal).Name);
    }

    // "billing: charges and invoices; shipping: parcels" explains each value in the property's own description.
    private static string DescriptionOf(string word, string about)
    {
        var at = about.IndexOf(word + ":", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return "";
        var rest = about[(at + word.Length + 1)..];
        var end = rest.AsSpan().IndexOfAny(";.\n");
        return end < 0 ? rest : rest[..end];
    }

    private static JsonElement Option(JsonElement options, int depth)
    {
        if (depth <= MaxDepth / 2)
            return options[0];

        // Deep inside a recursive schema the option that ends it: null, else the last.
        foreach (var option in options.EnumerateArray())
        {
            if (option.ValueKind == JsonValueKind.Object && option.TryGetProperty("type", out var type) && type.ToString() == "null")
                return option;
        }

        return options[options.GetArrayLength() - 1];
    }

    private static string TypeOf(JsonElement schema, int depth)
    {
        if (!schema.TryGetProperty("type", out var type))
            return schema.TryGetProperty("properties", out _) ? "object" : schema.TryGetProperty("items", out _) ? "array" : "string";
        if (type.ValueKind != JsonValueKind.Array || type.GetArrayLength() == 0)
            return type.ToString();
        var names = type.EnumerateArray().Select(t => t.ToString()).ToList();
        return depth > MaxDepth / 2 && names.Contains("null") ? "null" : names[0];
    }

    private JsonElement Resolve(JsonElement schema)
    {
        for (var hop = 0; hop < MaxDepth && schema.ValueKind == JsonValueKind.Object; hop++)
        {
            if (schema.TryGetProperty("$ref", out var reference))
                schema = Find(reference.ToString());
            else if (schema.TryGetProperty("allOf", out var all) && all.ValueKind == JsonValueKind.Array && all.GetArrayLength() > 0)
                schema = all[0];
            else
                break;
        }

        return schema;
    }

    private JsonElement Find(string reference)
    {
        var at = _root;
        foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return default;
        }

        return at;
    }

    private string Free(string name)
    {
        // The first free string says what this is; the others read like the text they are about.
        if (!_named)
        {
            _named = true;
            return $"[simulated] {Shorten(_text)}".TrimEnd();
        }

        return name.Length == 0 ? Shorten(_text) : $"simulated {name}";
    }

    private static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= TextCharacters ? line : line[..(char.IsHighSurrogate(line[TextCharacters - 1]) ? TextCharacters - 1 : TextCharacters)];
    }

    private ulong Chance(string name) => StableHash.Join(_chance, StableHash.Of(name));
}
