using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony;

/// <summary>Writes JSON so that equal values give equal bytes: members in ordinal order, no white space, one way to escape.</summary>
/// <remarks>
/// The members of an object named <c>properties</c> keep their order: in a JSON schema it is meaning, because models write an answer's members in it.
/// Numbers stay as written, so large integers and long decimals survive. See docs/decisions/0003-canonical-order.md.
/// </remarks>
public static class CanonicalJson
{
    // Whatever is stored is read again by parsers whose limit is this; what nests deeper fails when it is written, not after it was accepted.
    internal const int MaxDepth = 64;

    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = false, MaxDepth = MaxDepth };

    /// <summary>Writes a value.</summary>
    /// <exception cref="JsonException">A member's name is not valid Unicode.</exception>
    /// <exception cref="InvalidOperationException">More than 64 levels deep.</exception>
    public static void Write(JsonElement value, IBufferWriter<byte> into)
    {
        using var writer = Writer(into);
        Write(value, writer);
    }

    internal static Utf8JsonWriter Writer(IBufferWriter<byte> into) => new(into, Options);

    internal static void Write(JsonElement value, Utf8JsonWriter into) => Write(value, into, keepOrder: false, CacheMarkFilter.None);

    internal static void Write(JsonNode node, Utf8JsonWriter into)
    {
        var plain = new ArrayBufferWriter<byte>();
        using (var writer = Writer(plain))
        {
            node.WriteTo(writer);
        }

        using var document = JsonDocument.Parse(plain.WrittenMemory);
        Write(document.RootElement, into);
    }

    internal static void Write(JsonElement value, Utf8JsonWriter into, bool keepOrder, CacheMarkFilter filter)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                into.WriteStartObject();
                foreach (var member in Ordered(value, keepOrder))
                {
                    WriteMember(member, into, keepOrder, filter);
                }

                into.WriteEndObject();
                break;
            case JsonValueKind.Array:
                into.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(item, into, keepOrder: false, filter);
                }

                into.WriteEndArray();
                break;
            case JsonValueKind.Number:
                into.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
                break;
            case JsonValueKind.String:
                WriteString(value, into);
                break;
            default:
                value.WriteTo(into);
                break;
        }
    }

    internal static void WriteMember(JsonProperty member, Utf8JsonWriter into, bool keepOrder, CacheMarkFilter filter)
    {
        // Members of `properties` are names the caller chose: none of them is a mark, nor a keyword.
        if (!keepOrder && filter.Drops(member))
        {
            return;
        }

        into.WritePropertyName(member.Name);
        Write(member.Value, into, !keepOrder && member.NameEquals("properties"u8), keepOrder ? filter : filter.Inside(member));
    }

    internal static IEnumerable<JsonProperty> Ordered(JsonElement value, bool keepOrder = false)
    {
        try
        {
            return keepOrder ? value.EnumerateObject() : value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).ToArray();
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("A member's name is not valid Unicode.", exception);
        }
    }

    private static void WriteString(JsonElement value, Utf8JsonWriter into)
    {
        try
        {
            into.WriteStringValue(value.GetString());
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which only an escape can spell: there is no text to re-escape, so the escape stays.
            into.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
        }
    }
}
