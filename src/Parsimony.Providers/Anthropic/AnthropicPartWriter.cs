using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Writes parts of turns as content blocks.</summary>
/// <remarks>Shapes: platform.claude.com/docs/en/api/messages, read 2026-11-20.</remarks>
internal static class AnthropicPartWriter
{
    /// <summary>
    /// Before the protected data of a <c>redacted_thinking</c> block; a <c>thinking</c> block whose text was withheld has empty text and a
    /// signature too, and the two must go back as what they were. A signature is base64 and never holds a colon.
    /// </summary>
    public const string RedactedMark = "redacted_thinking:";

    /// <summary>Whether a part becomes a block at all: empty text is refused by the provider, unsigned reasoning is another provider's.</summary>
    public static bool Says(ChatTurnRole role, ChatPart part) => part switch
    {
        ChatPart.Text text => text.Value.Length > 0,
        ChatPart.Reasoning reasoning => role == ChatTurnRole.Assistant && !string.IsNullOrEmpty(reasoning.ProtectedData),
        _ => true,
    };

    /// <summary>Writes one block with its mark.</summary>
    /// <exception cref="ProviderException">The provider takes no such content.</exception>
    public static void Write(Utf8JsonWriter writer, ChatTurnRole role, ChatPart part, AnthropicMarks marks, int block)
    {
        writer.WriteStartObject();
        switch (part)
        {
            case ChatPart.Text text:
                writer.WriteString("type"u8, "text"u8);
                writer.WriteString("text"u8, text.Value);
                break;
            case ChatPart.Data data when role != ChatTurnRole.Assistant:
                WriteData(writer, data);
                break;
            case ChatPart.Link link when role != ChatTurnRole.Assistant:
                writer.WriteString("type"u8, BlockType(link.MediaType, allowsText: false));
                writer.WriteStartObject("source"u8);
                writer.WriteString("type"u8, "url"u8);
                writer.WriteString("url"u8, link.Uri);
                writer.WriteEndObject();
                break;
            case ChatPart.ToolCall call:
                WriteToolCall(writer, call);
                break;
            case ChatPart.ToolResult result:
                writer.WriteString("type"u8, "tool_result"u8);
                writer.WriteString("tool_use_id"u8, result.CallId);
                if (result.Result.Length > 0)
                {
                    writer.WriteString("content"u8, result.Result);
                }

                break;
            case ChatPart.Reasoning reasoning:
                WriteReasoning(writer, reasoning.Value, reasoning.ProtectedData ?? "");
                break;
            default:
                throw new CannotSayException(FailureCause.Unsupported, "assistant-part");
        }

        marks.Write(writer, block);
        writer.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter writer, ChatPart.Data data)
    {
        var type = BlockType(data.MediaType, allowsText: true);
        writer.WriteString("type"u8, type);
        writer.WriteStartObject("source"u8);
        if (Is(data.MediaType, "text/"))
        {
            writer.WriteString("type"u8, "text"u8);
            writer.WriteString("media_type"u8, "text/plain"u8);
            writer.WriteString("data"u8, data.Content.Span);
        }
        else
        {
            writer.WriteString("type"u8, "base64"u8);
            writer.WriteString("media_type"u8, data.MediaType);
            writer.WriteBase64String("data"u8, data.Content.Span);
        }

        writer.WriteEndObject();
        if (type == "document" && !string.IsNullOrEmpty(data.Name))
        {
            writer.WriteString("title"u8, data.Name);
        }
    }

    private static void WriteToolCall(Utf8JsonWriter writer, ChatPart.ToolCall call)
    {
        writer.WriteString("type"u8, "tool_use"u8);
        writer.WriteString("id"u8, call.CallId);
        writer.WriteString("name"u8, call.Name);
        writer.WritePropertyName("input"u8);
        if (string.IsNullOrWhiteSpace(call.ArgumentsJson))
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteRawValue(call.ArgumentsJson);
        }
    }

    private static void WriteReasoning(Utf8JsonWriter writer, string text, string data)
    {
        if (data.StartsWith(RedactedMark, StringComparison.Ordinal))
        {
            writer.WriteString("type"u8, "redacted_thinking"u8);
            writer.WriteString("data"u8, data.AsSpan(RedactedMark.Length));
            return;
        }

        writer.WriteString("type"u8, "thinking"u8);
        writer.WriteString("thinking"u8, text);
        writer.WriteString("signature"u8, data);
    }

    // Of images the provider reads these four kinds; a link may leave the kind open.
    private static string BlockType(string mediaType, bool allowsText) => mediaType.ToLowerInvariant() switch
    {
        "image/jpeg" or "image/png" or "image/gif" or "image/webp" => "image",
        "image/*" when !allowsText => "image",
        "application/pdf" => "document",
        var type when allowsText && Is(type, "text/") => "document",
        _ => throw new CannotSayException(FailureCause.Unsupported, "media-type"),
    };

    private static bool Is(string mediaType, string start) => mediaType.StartsWith(start, StringComparison.OrdinalIgnoreCase);
}
