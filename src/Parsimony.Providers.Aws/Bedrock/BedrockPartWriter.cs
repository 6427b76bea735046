using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Parsimony.Providers.Aws;

/// <summary>Writes parts of turns as Converse content blocks: an object with one member that says the kind.</summary>
/// <remarks>Shapes: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html, read 2026-11-21.</remarks>
internal static class BedrockPartWriter
{
    /// <summary>Before the protected data of reasoning whose text was withheld; a signature is base64 and never holds a colon.</summary>
    public const string RedactedMark = "redactedContent:";

    /// <summary>Whether a part becomes a block at all: empty text is refused by the provider, unsigned reasoning is not taken back.</summary>
    public static bool Says(ChatTurnRole role, ChatPart part) => part switch
    {
        ChatPart.Text text => text.Value.Length > 0,
        // Data with another provider's mark cannot be taken back here.
        ChatPart.Reasoning { ProtectedData: { Length: > 0 } data } =>
            role == ChatTurnRole.Assistant && (data.StartsWith(RedactedMark, StringComparison.Ordinal) || !data.Contains(':', StringComparison.Ordinal)),
        ChatPart.Reasoning => false,
        _ => true,
    };

    /// <summary>Writes one block.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="role">Who speaks.</param>
    /// <param name="part">What.</param>
    /// <param name="block">Its place in the prompt, which names documents that have no name.</param>
    /// <exception cref="CannotSayException">The provider takes no such content.</exception>
    public static void Write(Utf8JsonWriter writer, ChatTurnRole role, ChatPart part, int block)
    {
        writer.WriteStartObject();
        switch (part)
        {
            case ChatPart.Text text:
                writer.WriteString("text"u8, text.Value);
                break;
            case ChatPart.Data data when role != ChatTurnRole.Assistant:
                WriteMedia(writer, data.MediaType, data.Name, block, w => w.WriteBase64String("bytes"u8, data.Content.Span));
                break;
            case ChatPart.Link link when role != ChatTurnRole.Assistant && link.Uri.StartsWith("s3://", StringComparison.Ordinal):
                WriteMedia(writer, link.MediaType, null, block, w =>
                {
                    w.WriteStartObject("s3Location"u8);
                    w.WriteString("uri"u8, link.Uri);
                    w.WriteEndObject();
                });
                break;
            case ChatPart.Link:
                // Converse fetches nothing from the web.
                throw new CannotSayException(FailureCause.Unsupported, "link");
            case ChatPart.ToolCall call:
                WriteToolCall(writer, call);
                break;
            case ChatPart.ToolResult result:
                WriteToolResult(writer, result);
                break;
            case ChatPart.Reasoning reasoning:
                WriteReasoning(writer, reasoning.Value, reasoning.ProtectedData ?? "");
                break;
            default:
                throw new CannotSayException(FailureCause.Unsupported, "assistant-part");
        }

        writer.WriteEndObject();
    }

    private static void WriteMedia(Utf8JsonWriter writer, string mediaType, string? name, int block, Action<Utf8JsonWriter> source)
    {
        var (kind, format) = FormatOf(mediaType.Split(';')[0].Trim().ToLowerInvariant());
        writer.WriteStartObject(kind);
        writer.WriteString("format"u8, format);
        if (kind == "document")
        {
            writer.WriteString("name"u8, DocumentName(name, block));
        }

        writer.WriteStartObject("source"u8);
        source(writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static (string Kind, string Format) FormatOf(string mediaType) => mediaType switch
    {
        "image/png" => ("image", "png"),
        "image/jpeg" or "image/jpg" => ("image", "jpeg"),
        "image/gif" => ("image", "gif"),
        "image/webp" => ("image", "webp"),
        "application/pdf" => ("document", "pdf"),
        "text/csv" => ("document", "csv"),
        "text/html" => ("document", "html"),
        "text/markdown" => ("document", "md"),
        "text/plain" => ("document", "txt"),
        "application/msword" => ("document", "doc"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => ("document", "docx"),
        "application/vnd.ms-excel" => ("document", "xls"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => ("document", "xlsx"),
        "video/mp4" => ("video", "mp4"),
        "video/quicktime" => ("video", "mov"),
        "video/webm" => ("video", "webm"),
        _ => throw new CannotSayException(FailureCause.Unsupported, "media-type"),
    };

    // Letters, digits, single spaces, hyphens, brackets; each name once in a request, so the block's place is part of it.
    private static string DocumentName(string? name, int block)
    {
        var plain = new StringBuilder("document ").Append(block.ToString(CultureInfo.InvariantCulture)).Append(' ');
        foreach (var c in (name ?? "").Take(100))
        {
            var letter = char.IsAsciiLetterOrDigit(c) || c is '-' or '(' or ')' or '[' or ']' ? c : ' ';
            if (letter != ' ' || plain[^1] != ' ')
            {
                plain.Append(letter);
            }
        }

        return plain.ToString().TrimEnd();
    }

    private static void WriteToolCall(Utf8JsonWriter writer, ChatPart.ToolCall call)
    {
        writer.WriteStartObject("toolUse"u8);
        writer.WriteString("toolUseId"u8, call.CallId);
        writer.WriteString("name"u8, call.Name);
        writer.WritePropertyName("input"u8);
        writer.WriteRawValue(string.IsNullOrWhiteSpace(call.ArgumentsJson) ? "{}" : call.ArgumentsJson);
        writer.WriteEndObject();
    }

    private static void WriteToolResult(Utf8JsonWriter writer, ChatPart.ToolResult result)
    {
        writer.WriteStartObject("toolResult"u8);
        writer.WriteString("toolUseId"u8, result.CallId);
        writer.WriteStartArray("content"u8);
        if (result.Result.Length > 0)
        {
            writer.WriteStartObject();
            // Not every model takes JSON that is no object.
            if (result.IsJson && result.Result.AsSpan().TrimStart() is ['{', ..])
            {
                writer.WritePropertyName("json"u8);
                writer.WriteRawValue(result.Result);
            }
            else
            {
                writer.WriteString("text"u8, result.Result);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteReasoning(Utf8JsonWriter writer, string text, string data)
    {
        writer.WriteStartObject("reasoningContent"u8);
        if (data.StartsWith(RedactedMark, StringComparison.Ordinal))
        {
            writer.WriteString("redactedContent"u8, data.AsSpan(RedactedMark.Length));
        }
        else
        {
            writer.WriteStartObject("reasoningText"u8);
            writer.WriteString("text"u8, text);
            writer.WriteString("signature"u8, data);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
