using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Writes parts of turns as parts of contents.</summary>
/// <remarks>
/// A thought signature belongs to the part it came with: here it is reasoning that stands before that part and has protected data
/// (https://ai.google.dev/gemini-api/docs/thought-signatures, read 2026-11-21). The thoughts' own text is not sent back: nothing demands it, and it
/// would be paid for.
/// </remarks>
internal sealed class GeminiPartWriter(Utf8JsonWriter writer, ChatRequest request, string model, GeminiFlavour flavour)
{
    /// <summary>What the page above names for calls of a history this model did not make: Gemini 3 and later refuse a first call without any signature.</summary>
    private const string ForeignSignature = "skip_thought_signature_validator";

    private readonly Dictionary<string, string> _names = Names(request);
    private readonly bool _demandsSignatures = GeminiThinking.Generation(model) >= 3;

    /// <summary>Whether anything of a turn is sent.</summary>
    public static bool Says(ChatTurn turn) => turn.Parts.Any(part => part is not ChatPart.Reasoning && part is not ChatPart.Text { Value.Length: 0 })
        || (turn.Role == ChatTurnRole.Assistant && turn.Parts.Any(part => Signature(part) is not null));

    /// <summary>Writes the parts of a turn.</summary>
    /// <exception cref="ProviderException">Something in it cannot be said.</exception>
    public void Write(ChatTurn turn)
    {
        string? signature = null;
        var hasCalled = false;
        foreach (var part in turn.Parts)
        {
            if (part is ChatPart.Reasoning)
            {
                signature = turn.Role == ChatTurnRole.Assistant ? Signature(part) ?? signature : null;
                continue;
            }

            if (part is ChatPart.Text { Value.Length: 0 })
            {
                continue;
            }

            if (part is ChatPart.ToolCall && !hasCalled)
            {
                signature ??= _demandsSignatures ? ForeignSignature : null;
                hasCalled = true;
            }

            writer.WriteStartObject();
            WritePart(turn.Role, part);
            WriteSignature(signature);
            writer.WriteEndObject();
            signature = null;
        }

        if (signature is not null)
        {
            writer.WriteStartObject();
            writer.WriteString("text"u8, ""u8);
            WriteSignature(signature);
            writer.WriteEndObject();
        }
    }

    // Another provider's protected data may have any form; what is no base64 is none of Google's.
    private static string? Signature(ChatPart part) =>
        part is ChatPart.Reasoning { ProtectedData: { Length: > 0 } data } && System.Buffers.Text.Base64.IsValid(data) ? data : null;

    private static Dictionary<string, string> Names(ChatRequest request)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var call in request.Turns.SelectMany(turn => turn.Parts).OfType<ChatPart.ToolCall>())
        {
            names[call.CallId] = call.Name;
        }

        return names;
    }

    private void WriteSignature(string? signature)
    {
        if (signature is not null)
        {
            writer.WriteString("thoughtSignature"u8, signature);
        }
    }

    private void WritePart(ChatTurnRole role, ChatPart part)
    {
        switch (part)
        {
            case ChatPart.Text text:
                writer.WriteString("text"u8, text.Value);
                break;
            case ChatPart.Data data:
                writer.WriteStartObject("inlineData"u8);
                writer.WriteString("mimeType"u8, MediaType(data.MediaType, isLink: false));
                writer.WriteBase64String("data"u8, data.Content.Span);
                writer.WriteEndObject();
                break;
            case ChatPart.Link link:
                writer.WriteStartObject("fileData"u8);
                if (MediaType(link.MediaType, isLink: true) is { } type)
                {
                    writer.WriteString("mimeType"u8, type);
                }

                writer.WriteString("fileUri"u8, link.Uri);
                writer.WriteEndObject();
                break;
            case ChatPart.ToolCall call when role == ChatTurnRole.Assistant:
                WriteCall(call);
                break;
            case ChatPart.ToolResult result when role != ChatTurnRole.Assistant:
                WriteResult(result);
                break;
            default:
                throw flavour.Cannot(FailureCause.InvalidRequest, "part-role");
        }
    }

    private void WriteCall(ChatPart.ToolCall call)
    {
        writer.WriteStartObject("functionCall"u8);
        WriteId(call.CallId);
        writer.WriteString("name"u8, call.Name);
        writer.WritePropertyName("args"u8);
        if (string.IsNullOrWhiteSpace(call.ArgumentsJson))
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        }
        else if (call.ArgumentsJson.AsSpan().TrimStart()[0] == '{')
        {
            writer.WriteRawValue(call.ArgumentsJson);
        }
        else
        {
            throw flavour.Cannot(FailureCause.InvalidRequest, "arguments");
        }

        writer.WriteEndObject();
    }

    private void WriteResult(ChatPart.ToolResult result)
    {
        if (!_names.TryGetValue(result.CallId, out var name))
        {
            // A result names its tool here, and only the call says which it was.
            throw flavour.Cannot(FailureCause.InvalidRequest, "tool-result-without-call");
        }

        writer.WriteStartObject("functionResponse"u8);
        WriteId(result.CallId);
        writer.WriteString("name"u8, name);
        writer.WritePropertyName("response"u8);
        if (result.IsJson && result.Result.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal))
        {
            writer.WriteRawValue(result.Result);
        }
        else
        {
            // An object is demanded, and "output" is the member the reference names for what a function gave.
            writer.WriteStartObject();
            writer.WritePropertyName("output"u8);
            if (result.IsJson)
            {
                writer.WriteRawValue(result.Result);
            }
            else
            {
                writer.WriteStringValue(result.Result);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private void WriteId(string id)
    {
        if (flavour.WritesCallIds && id.Length > 0)
        {
            writer.WriteString("id"u8, id);
        }
    }

    // Kinds of media: https://ai.google.dev/gemini-api/docs/files and .../document-processing, read 2026-11-21. Only a link may leave its kind open.
    private string? MediaType(string mediaType, bool isLink)
    {
        var type = mediaType.ToLowerInvariant();
        var isKnown = type is "application/pdf" or "application/json" || type.Split('/')[0] is "image" or "audio" or "video" or "text";
        var isOpen = type.Contains('*', StringComparison.Ordinal);
        if (isOpen && isLink && !flavour.NeedsLinkType)
        {
            return null;
        }

        return isKnown && !isOpen ? mediaType : throw flavour.Cannot(FailureCause.Unsupported, "media-type");
    }
}
