using System.Buffers;
using System.Text.Json;

namespace Parsimony;

/// <summary>A verbatim body in canonical order, less what does not make it another request.</summary>
internal static class VerbatimBody
{
    public static ReadOnlyMemory<byte> Canonical(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var buffer = new ArrayBufferWriter<byte>(bytes.Length + 16);
        using (var writer = CanonicalJson.Writer(buffer))
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                CanonicalJson.Write(document.RootElement, writer);
            }
            else
            {
                Write(document.RootElement, writer);
            }
        }

        return buffer.WrittenMemory;
    }

    private static void Write(JsonElement body, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var member in CanonicalJson.Ordered(body))
        {
            if (!IsOutside(member.Name))
            {
                CanonicalJson.WriteMember(member, writer, keepOrder: false, CacheMarkFilter.Marks);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>The envelope names the model, the plan the marks and the transport; members of ours carry deadlines and labels.</summary>
    private static bool IsOutside(string name) =>
        name is "model" or "stream" or "stream_options" or "prompt_cache_key" or "prompt_cache_options" or "prompt_cache_retention"
        || name.StartsWith("parsimony", StringComparison.Ordinal);
}
