using System.Diagnostics;
using System.Text.Json;

namespace Parsimony;

/// <summary>The canonical form of a turn and its parts.</summary>
internal static class ChatTurnJson
{
    public static void Write(ChatTurn turn, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("role", turn.Role switch
        {
            ChatTurnRole.System => "system",
            ChatTurnRole.User => "user",
            ChatTurnRole.Assistant => "assistant",
            ChatTurnRole.Tool => "tool",
            _ => throw new ArgumentOutOfRangeException(nameof(turn), turn.Role, "Unknown role."),
        });
        writer.Optional("name", turn.AuthorName);
        writer.WriteStartArray("parts");
        foreach (var part in turn.Parts)
        {
            writer.WriteStartObject();
            Write(part, writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static ChatTurn Read(JsonElement turn) => new(
        turn.RequiredText("role") switch
        {
            "system" => ChatTurnRole.System,
            "user" => ChatTurnRole.User,
            "assistant" => ChatTurnRole.Assistant,
            "tool" => ChatTurnRole.Tool,
            var role => throw new JsonException($"Unknown role '{role}'."),
        },
        turn.List("parts", ReadPart),
        turn.Text("name"));

    private static void Write(ChatPart part, Utf8JsonWriter writer)
    {
        switch (part)
        {
            case ChatPart.Text text:
                writer.WriteString("type", "text");
                writer.WriteString("text", text.Value);
                break;
            case ChatPart.Data data:
                writer.WriteString("type", "data");
                writer.WriteString("mediaType", data.MediaType);
                writer.Optional("name", data.Name);
                writer.WriteBase64String("content", data.Content.Span);
                break;
            case ChatPart.Link link:
                writer.WriteString("type", "link");
                writer.WriteString("mediaType", link.MediaType);
                writer.WriteString("uri", link.Uri);
                break;
            case ChatPart.ToolCall call:
                writer.WriteString("type", "call");
                writer.WriteString("id", call.CallId);
                writer.WriteString("name", call.Name);
                writer.WriteString("arguments", call.ArgumentsJson);
                break;
            case ChatPart.ToolResult result:
                writer.WriteString("type", "result");
                writer.WriteString("id", result.CallId);
                writer.Optional("json", result.IsJson ? true : (bool?)null);
                writer.WriteString("result", result.Result);
                break;
            case ChatPart.Reasoning reasoning:
                writer.WriteString("type", "reasoning");
                writer.WriteString("text", reasoning.Value);
                writer.Optional("protected", reasoning.ProtectedData);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static ChatPart ReadPart(JsonElement part) => part.RequiredText("type") switch
    {
        "text" => new ChatPart.Text(part.RequiredText("text")),
        "data" => new ChatPart.Data(part.RequiredText("mediaType"), part.GetProperty("content").GetBytesFromBase64(), part.Text("name")),
        "link" => new ChatPart.Link(part.RequiredText("mediaType"), part.RequiredText("uri")),
        "call" => new ChatPart.ToolCall(part.RequiredText("id"), part.RequiredText("name"), part.RequiredText("arguments")),
        "result" => new ChatPart.ToolResult(part.RequiredText("id"), part.RequiredText("result"), part.Boolean("json") ?? false),
        "reasoning" => new ChatPart.Reasoning(part.RequiredText("text"), part.Text("protected")),
        var type => throw new JsonException($"Unknown part '{type}'."),
    };
}
