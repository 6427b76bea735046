using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers;

/// <summary>Sends a caller's own body on: byte for byte, but for the model's name, a stream flag, and planned cache marks.</summary>
internal static class AnthropicVerbatim
{
    // Refused inside a batch; read at platform.claude.com/docs/en/build-with-claude/batch-processing, 2026-11-20.
    private static readonly string[] LiveOnly = ["speed", "store", "previous_thread_event_id", "cache_hint", "context_hint", "research_preview_2026_02"];

    private readonly record struct Member(string Name, Range Whole, Range Value);

    /// <summary>Writes the body.</summary>
    /// <exception cref="ProviderException">The bytes are no JSON object.</exception>
    public static void Write(Envelope envelope, IReadOnlyList<CacheMark> marks, IBufferWriter<byte> output)
    {
        var body = envelope.Bytes.Span;
        var members = Members(body);
        var model = members.FindLast(m => m.Name == "model");
        var isNamed = model.Name is not null && NamesModel(body[model.Value], envelope.Model.Name);
        if (marks.Count > 0 && !members.Exists(m => m.Name == "cache_control"))
        {
            WriteMarked(body, envelope.Model.Name, marks, output);
        }
        else if (isNamed && !members.Exists(m => m.Name == "stream"))
        {
            output.Write(body);
        }
        else
        {
            WriteEdited(body, members, envelope.Model.Name, isNamed, output);
        }
    }

    /// <summary>Whether the body may be an item of a batch: well formed, and nothing in it that only live calls take.</summary>
    public static bool FitsBatch(ReadOnlySpan<byte> body)
    {
        try
        {
            foreach (var member in Members(body))
            {
                if (LiveOnly.Contains(member.Name, StringComparer.Ordinal) || (member.Name == "max_tokens" && body[member.Value].SequenceEqual("0"u8)))
                {
                    return false;
                }
            }

            return true;
        }
        catch (CannotSayException)
        {
            return false;
        }
    }

    private static List<Member> Members(ReadOnlySpan<byte> body)
    {
        var members = new List<Member>(8);
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = AnthropicRequestRenderer.MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new CannotSayException(FailureCause.InvalidRequest, "body");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var start = (int)reader.TokenStartIndex;
                var name = reader.GetString() ?? "";
                reader.Read();
                var value = (int)reader.TokenStartIndex;
                reader.Skip();
                var end = (int)reader.BytesConsumed;
                members.Add(new Member(name, start..end, value..end));
            }

            // A second read tells trailing rubbish, which would break a whole batch.
            reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CannotSayException(FailureCause.InvalidRequest, "body", e);
        }

        return members;
    }

    private static bool NamesModel(ReadOnlySpan<byte> value, string name)
    {
        var reader = new Utf8JsonReader(value);
        return reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(name);
    }

    private static void WriteEdited(ReadOnlySpan<byte> body, List<Member> members, string model, bool isNamed, IBufferWriter<byte> output)
    {
        var isFirst = true;
        output.Write("{"u8);
        if (!members.Exists(m => m.Name == "model"))
        {
            WriteModel(model, output);
            isFirst = false;
        }

        foreach (var member in members.Where(m => m.Name != "stream"))
        {
            output.Write(isFirst ? ""u8 : ","u8);
            isFirst = false;
            if (member.Name == "model" && !isNamed)
            {
                WriteModel(model, output);
            }
            else
            {
                output.Write(body[member.Whole]);
            }
        }

        output.Write("}"u8);
    }

    private static void WriteModel(string model, IBufferWriter<byte> output)
    {
        output.Write("\"model\":"u8);
        using var writer = new Utf8JsonWriter(output, AnthropicRequestRenderer.WriterOptions);
        writer.WriteStringValue(model);
    }

    private static void WriteMarked(ReadOnlySpan<byte> body, string model, IReadOnlyList<CacheMark> marks, IBufferWriter<byte> output)
    {
        var root = JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { MaxDepth = AnthropicRequestRenderer.MaxDepth }) as JsonObject ?? [];
        root.Remove("stream");
        root["model"] = model;
        var blocks = Blocks(root);
        // A caller who marks by hand keeps exactly those marks.
        if (!blocks.Exists(b => b.ContainsKey("cache_control")))
        {
            var placed = AnthropicMarks.Of(marks, [.. blocks.Select(Takes)]);
            for (var index = 0; index < blocks.Count; index++)
            {
                if (placed.Lifetime(index) is { } lifetime)
                {
                    var mark = new JsonObject { ["type"] = "ephemeral" };
                    if (AnthropicMarks.Word(lifetime) is { } ttl)
                    {
                        mark["ttl"] = ttl;
                    }

                    blocks[index]["cache_control"] = mark;
                }
            }
        }

        using var writer = new Utf8JsonWriter(output, AnthropicRequestRenderer.WriterOptions);
        root.WriteTo(writer);
    }

    /// <summary>The blocks in prefix order; text given as a plain string is made a block, which is the same prompt.</summary>
    private static List<JsonObject> Blocks(JsonObject root)
    {
        var blocks = new List<JsonObject>();
        blocks.AddRange((root["tools"] as JsonArray ?? []).OfType<JsonObject>());
        blocks.AddRange(Content(root, "system"));
        foreach (var message in (root["messages"] as JsonArray ?? []).OfType<JsonObject>())
        {
            blocks.AddRange(Content(message, "content"));
        }

        return blocks;
    }

    private static IEnumerable<JsonObject> Content(JsonObject owner, string name)
    {
        if (owner[name] is JsonValue value && value.TryGetValue(out string? text))
        {
            owner[name] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text });
        }

        return (owner[name] as JsonArray ?? []).OfType<JsonObject>();
    }

    private static bool Takes(JsonObject block) => Word(block, "type") switch
    {
        "thinking" or "redacted_thinking" => false,
        "text" => Word(block, "text") is { Length: > 0 },
        _ => true,
    };

    private static string? Word(JsonObject block, string name) =>
        block[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
