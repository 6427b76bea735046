using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony;

/// <summary>What the canonical forms of all kinds of request share: making an envelope, opening one, and members that may be absent.</summary>
internal static class CanonicalBytes
{
    public static Envelope Envelope(EndpointKind kind, ModelId model, Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        try
        {
            using var writer = CanonicalJson.Writer(bytes);
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or JsonException)
        {
            throw new NotStorableException(
                $"A value of the request is not JSON, or nests more than {CanonicalJson.MaxDepth} levels",
                "Use finite numbers and flatter objects.",
                exception);
        }

        return new Envelope { Kind = kind, Dialect = Dialect.Canonical, Model = model, Bytes = bytes.WrittenMemory };
    }

    public static T Read<T>(Envelope envelope, EndpointKind kind, Func<JsonElement, T> read)
    {
        if (envelope.Dialect != Dialect.Canonical || envelope.Kind != kind)
        {
            throw new ArgumentException($"The envelope is {envelope.Dialect} {envelope.Kind}, not {Dialect.Canonical} {kind}.", nameof(envelope));
        }

        try
        {
            using var document = JsonDocument.Parse(envelope.Bytes);
            return read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"The bytes of a canonical {kind} envelope cannot be read.", exception);
        }
    }

    public static void Optional(this Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    public static void Optional(this Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    public static void Optional(this Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    public static void Optional(this Utf8JsonWriter writer, string name, bool? value)
    {
        if (value is { } truth)
        {
            writer.WriteBoolean(name, truth);
        }
    }

    public static void Optional(this Utf8JsonWriter writer, string name, JsonNode? value)
    {
        if (value is not null)
        {
            writer.WritePropertyName(name);
            CanonicalJson.Write(value, writer);
        }
    }

    public static string? Text(this JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member.GetString() : null;

    public static string RequiredText(this JsonElement value, string name) => value.Text(name) ?? throw new JsonException($"'{name}' is missing.");

    public static int? Int32(this JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member.GetInt32() : null;

    public static long? Int64(this JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member.GetInt64() : null;

    public static double? Double(this JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member.GetDouble() : null;

    public static bool? Boolean(this JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member.GetBoolean() : null;

    public static JsonNode? Node(this JsonElement value, string name) => value.TryGetProperty(name, out var member) ? ToNode(member) : null;

    public static JsonObject? Object(this JsonElement value, string name) => value.Node(name) as JsonObject;

    public static IReadOnlyList<T> List<T>(this JsonElement value, string name, Func<JsonElement, T> read) =>
        value.TryGetProperty(name, out var member) ? [.. member.EnumerateArray().Select(read)] : [];

    /// <summary>A node of its own: one made over an element would die with its document.</summary>
    public static JsonNode? ToNode(JsonElement element) => JsonNode.Parse(element.GetRawText());
}
