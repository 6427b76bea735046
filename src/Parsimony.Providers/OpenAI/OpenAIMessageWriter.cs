using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Writes the turns of a conversation as chat messages. Blocks are counted in prefix order, so marks find their place.</summary>
/// <param name="writer">Where to.</param>
/// <param name="habits">How the provider wants it.</param>
/// <param name="marks">Indexes of the blocks to mark.</param>
/// <param name="firstBlock">The index of the first turn's first part: tools come before it.</param>
internal sealed class OpenAIMessageWriter(Utf8JsonWriter writer, OpenAIChatHabits habits, IReadOnlySet<int> marks, int firstBlock)
{
    private int _next = firstBlock;

    /// <summary>Writes one turn: a tool's results are messages of their own, whoever's turn they came in.</summary>
    public void Write(ChatTurn turn)
    {
        var rest = new List<(ChatPart Part, bool IsMarked)>();
        var hadOthers = false;
        foreach (var part in turn.Parts)
        {
            var isMarked = marks.Contains(_next++);
            switch (part)
            {
                case ChatPart.ToolResult result:
                    WriteResult(result);
                    hadOthers = true;
                    break;
                case ChatPart.Reasoning:
                    // Chat completions neither give reasoning nor take it back.
                    hadOthers = true;
                    break;
                default:
                    rest.Add((part, isMarked));
                    break;
            }
        }

        if (rest.Count > 0 || !hadOthers)
        {
            WriteMessage(turn, rest);
        }
    }

    private void WriteResult(ChatPart.ToolResult result)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, "tool"u8);
        writer.WriteString("tool_call_id"u8, habits.CallId(result.CallId));
        writer.WriteString("content"u8, result.Result);
        writer.WriteEndObject();
    }

    private void WriteMessage(ChatTurn turn, List<(ChatPart Part, bool IsMarked)> parts)
    {
        if (turn.Role == ChatTurnRole.Tool)
        {
            throw new CannotSayException(FailureCause.Unsupported, "tool_content");
        }

        writer.WriteStartObject();
        writer.WriteString("role"u8, turn.Role switch { ChatTurnRole.System => "system", ChatTurnRole.Assistant => "assistant", _ => "user" });
        if (habits.TakesNames && OpenAIChatWriter.Name(turn.AuthorName) is { } name)
        {
            writer.WriteString("name"u8, name);
        }

        var calls = parts.Select(p => p.Part).OfType<ChatPart.ToolCall>().ToList();
        WriteContent(turn.Role, [.. parts.Where(p => p.Part is not ChatPart.ToolCall)], calls.Count > 0);
        if (calls.Count > 0)
        {
            WriteCalls(turn.Role, calls);
        }

        writer.WriteEndObject();
    }

    private void WriteContent(ChatTurnRole role, List<(ChatPart Part, bool IsMarked)> parts, bool hasCalls)
    {
        if (parts.Count == 0 && hasCalls)
        {
            return;
        }

        // One plain text is a string: what every model and compatible server reads.
        if (parts.Count == 0 || parts is [{ Part: ChatPart.Text, IsMarked: false }])
        {
            writer.WriteString("content"u8, parts.Count == 0 ? "" : ((ChatPart.Text)parts[0].Part).Value);
            return;
        }

        writer.WriteStartArray("content"u8);
        foreach (var (part, isMarked) in parts)
        {
            writer.WriteStartObject();
            WritePart(role, part);
            if (isMarked)
            {
                OpenAICacheMarks.WriteBreakpoint(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WritePart(ChatTurnRole role, ChatPart part)
    {
        if (part is ChatPart.Text text)
        {
            writer.WriteString("type"u8, "text"u8);
            writer.WriteString("text"u8, text.Value);
            return;
        }

        // Only users show things.
        if (role != ChatTurnRole.User)
        {
            throw new CannotSayException(FailureCause.Unsupported, "media_role");
        }

        switch (part)
        {
            case ChatPart.Link link when habits.TakesLinks && link.MediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase):
                WriteImage(link.Uri);
                break;
            case ChatPart.Data data when data.MediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase):
                WriteImage(DataUri(data));
                break;
            case ChatPart.Data data when habits.TakesAudio && AudioFormat(data.MediaType) is { } format:
                writer.WriteString("type"u8, "input_audio"u8);
                writer.WriteStartObject("input_audio"u8);
                writer.WriteBase64String("data"u8, data.Content.Span);
                writer.WriteString("format"u8, format);
                writer.WriteEndObject();
                break;
            case ChatPart.Data data when habits.TakesFiles && IsPdf(data.MediaType):
                writer.WriteString("type"u8, "file"u8);
                writer.WriteStartObject("file"u8);
                writer.WriteString("filename"u8, data.Name ?? "document.pdf");
                writer.WriteString("file_data"u8, DataUri(data));
                writer.WriteEndObject();
                break;
            case ChatPart.Link link when habits.TakesDocumentLinks && IsPdf(link.MediaType):
                WriteDocument(link.Uri);
                break;
            case ChatPart.Data data when habits.TakesDocumentLinks && IsPdf(data.MediaType):
                WriteDocument(DataUri(data));
                break;
            default:
                throw new CannotSayException(FailureCause.Unsupported, "media_type");
        }
    }

    private void WriteImage(string address)
    {
        writer.WriteString("type"u8, "image_url"u8);
        writer.WriteStartObject("image_url"u8);
        writer.WriteString("url"u8, address);
        writer.WriteEndObject();
    }

    private void WriteDocument(string address)
    {
        writer.WriteString("type"u8, "document_url"u8);
        writer.WriteString("document_url"u8, address);
    }

    private void WriteCalls(ChatTurnRole role, List<ChatPart.ToolCall> calls)
    {
        if (role != ChatTurnRole.Assistant)
        {
            throw new CannotSayException(FailureCause.InvalidRequest, "tool_call_role");
        }

        writer.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, habits.CallId(call.CallId));
            writer.WriteString("type"u8, "function"u8);
            writer.WriteStartObject("function"u8);
            writer.WriteString("name"u8, call.Name);
            writer.WriteString("arguments"u8, call.ArgumentsJson.Length == 0 ? "{}" : call.ArgumentsJson);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static bool IsPdf(string mediaType) => mediaType.Equals("application/pdf", StringComparison.OrdinalIgnoreCase);

    private static string DataUri(ChatPart.Data data) => $"data:{data.MediaType};base64,{Convert.ToBase64String(data.Content.Span)}";

    private static string? AudioFormat(string mediaType) => mediaType.ToUpperInvariant() switch
    {
        "AUDIO/WAV" or "AUDIO/X-WAV" or "AUDIO/WAVE" => "wav",
        "AUDIO/MPEG" or "AUDIO/MP3" => "mp3",
        _ => null,
    };
}
