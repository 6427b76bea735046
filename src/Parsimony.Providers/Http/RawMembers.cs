using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers;

/// <summary>A caller's own members over a rendered body: they win, objects are merged member by member, null takes a member away.</summary>
internal static class RawMembers
{
    // The stream flag is the sender's; a model in the raw members would go to another model than the one that is planned, priced and booked.
    private static readonly string[] Never = ["stream", "model"];

    /// <summary>Writes the body with the members in it.</summary>
    public static void Write(ReadOnlySpan<byte> rendered, JsonObject raw, JsonWriterOptions options, IBufferWriter<byte> output)
    {
        var body = JsonNode.Parse(rendered, documentOptions: new JsonDocumentOptions { MaxDepth = 512 }) as JsonObject ?? [];
        Merge(body, raw, Never);
        using var writer = new Utf8JsonWriter(output, options);
        body.WriteTo(writer);
    }

    private static void Merge(JsonObject body, JsonObject raw, IReadOnlyList<string> never)
    {
        foreach (var (name, value) in raw.Where(member => !never.Contains(member.Key, StringComparer.Ordinal)))
        {
            if (value is null)
            {
                body.Remove(name);
            }
            else if (value is JsonObject inner && body[name] is JsonObject existing)
            {
                Merge(existing, inner, []);
            }
            else
            {
                body[name] = value.DeepClone();
            }
        }
    }
}
