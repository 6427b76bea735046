using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Writes the turns of a conversation as messages (https://docs.cohere.com/reference/chat, read 2026-11-20).</summary>
internal sealed class CohereMessageWriter(Utf8JsonWriter writer)
{
    /// <summary>What marks a plan for tools among other thoughts: it has a member of its own.</summary>
    public const string PlanMark = "cohere.tool_plan";

    /// <summary>Writes a turn; a tool's results are messages of their own.</summary>
    /// <returns>How many messages it became.</returns>
    public int Write(ChatTurn turn)
    {
        var written = 0;
        foreach (var result in turn.Parts.OfType<ChatPart.ToolResult>())
        {
            writer.WriteStartObject();
            writer.WriteString("role"u8, "tool"u8);
            writer.WriteString("tool_call_id"u8, result.CallId);
            writer.WriteString("content"u8, result.Result);
            writer.WriteEndObject();
            written++;
        }

        // Thoughts in another provider's sealed form mean nothing here.
        List<ChatPart> rest = [.. turn.Parts.Where(part => part is not (ChatPart.ToolResult or ChatPart.Reasoning { ProtectedData: not (null or PlanMark) }))];
        if (rest.Count == 0 && turn.Parts.Count > 0)
        {
            return written;
        }

        if (turn.Role == ChatTurnRole.Tool)
        {
            throw new CannotSayException(FailureCause.Unsupported, "tool_content");
        }

        WriteMessage(turn.Role, rest);
        return written + 1;
    }

    private void WriteMessage(ChatTurnRole role, List<ChatPart> parts)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, role switch { ChatTurnRole.System => "system", ChatTurnRole.Assistant => "assistant", _ => "user" });
        List<ChatPart.ToolCall> calls = [.. parts.OfType<ChatPart.ToolCall>()];
        WriteContent(role, [.. parts.Where(part => part is not (ChatPart.ToolCall or ChatPart.Reasoning { ProtectedData: PlanMark }))], calls.Count > 0);
        if (calls.Count > 0)
        {
            WriteCalls(role, calls, string.Concat(parts.OfType<ChatPart.Reasoning>().Where(thought => thought.ProtectedData == PlanMark).Select(thought => thought.Value)));
        }

        writer.WriteEndObject();
    }

    private void WriteContent(ChatTurnRole role, List<ChatPart> parts, bool hasCalls)
    {
        if (parts.Count == 0 && hasCalls)
        {
            return;
        }

        if (parts.Count == 0 || parts is [ChatPart.Text])
        {
            writer.WriteString("content"u8, parts is [ChatPart.Text one] ? one.Value : "");
            return;
        }

        writer.WriteStartArray("content"u8);
        foreach (var part in parts)
        {
            writer.WriteStartObject();
            WritePart(role, part);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WritePart(ChatTurnRole role, ChatPart part)
    {
        switch (part)
        {
            case ChatPart.Text text:
                writer.WriteString("type"u8, "text"u8);
                writer.WriteString("text"u8, text.Value);
                break;
            case ChatPart.Reasoning thought when role == ChatTurnRole.Assistant:
                writer.WriteString("type"u8, "thinking"u8);
                writer.WriteString("thinking"u8, thought.Value);
                break;
            case ChatPart.Data or ChatPart.Link when role != ChatTurnRole.User:
                throw new CannotSayException(FailureCause.Unsupported, "media_role");
            case ChatPart.Link { MediaType: var type, Uri: var uri } when IsPicture(type):
                WritePicture(uri);
                break;
            case ChatPart.Data { MediaType: var type } data when IsPicture(type):
                WritePicture($"data:{data.MediaType};base64,{Convert.ToBase64String(data.Content.Span)}");
                break;
            default:
                throw new CannotSayException(FailureCause.Unsupported, "media_type");
        }
    }

    private void WritePicture(string address)
    {
        writer.WriteString("type"u8, "image_url"u8);
        writer.WriteStartObject("image_url"u8);
        writer.WriteString("url"u8, address);
        writer.WriteEndObject();
    }

    private void WriteCalls(ChatTurnRole role, List<ChatPart.ToolCall> calls, string plan)
    {
        if (role != ChatTurnRole.Assistant)
        {
            throw new CannotSayException(FailureCause.InvalidRequest, "tool_call_role");
        }

        if (plan.Length > 0)
        {
            writer.WriteString("tool_plan"u8, plan);
        }

        writer.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, call.CallId);
            writer.WriteString("type"u8, "function"u8);
            writer.WriteStartObject("function"u8);
            writer.WriteString("name"u8, call.Name);
            writer.WriteString("arguments"u8, call.ArgumentsJson.Length == 0 ? "{}" : call.ArgumentsJson);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static bool IsPicture(string mediaType) => mediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase);
}
