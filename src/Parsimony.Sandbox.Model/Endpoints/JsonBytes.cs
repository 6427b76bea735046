using System.Buffers;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Writes and reads the small JSON documents of the wire.</summary>
internal static class JsonBytes
{
    public static byte[] Of(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static JsonElement? Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static int? Whole(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    public static bool IsTrue(this JsonElement element, string name) => element.Get(name) is { ValueKind: JsonValueKind.True };

    public static IEnumerable<JsonElement> Each(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>Cuts a text into the pieces a stream sends.</summary>
    public static IEnumerable<string> Pieces(string text)
    {
        const int PieceCharacters = 24;
        for (var at = 0; at < text.Length;)
        {
            var end = Math.Min(text.Length, at + PieceCharacters);
            if (end < text.Length && char.IsHighSurrogate(text[end - 1]))
                end++;
            yield return text[at..end];
            at = end;
        }
    }
}
