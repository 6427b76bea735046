using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony;

/// <summary>Messages and their contents between the two vocabularies.</summary>
internal static class ChatTurnConversions
{
    public static ChatTurn FromMessage(ChatMessage message) => new(
        FromRole(message.Role),
        [.. message.Contents.Where(content => content is not UsageContent).Select(FromContent)],
        message.AuthorName);

    public static ChatMessage ToMessage(ChatTurn turn) => new(
        turn.Role switch
        {
            ChatTurnRole.System => ChatRole.System,
            ChatTurnRole.User => ChatRole.User,
            ChatTurnRole.Assistant => ChatRole.Assistant,
            _ => ChatRole.Tool,
        },
        [.. turn.Parts.Select(ToContent)])
    {
        AuthorName = turn.AuthorName,
    };

    // OpenAI renamed its system role for newer models; both mean instructions.
    private static ChatTurnRole FromRole(ChatRole role) =>
        role == ChatRole.System || role == new ChatRole("developer") ? ChatTurnRole.System
        : role == ChatRole.User ? ChatTurnRole.User
        : role == ChatRole.Assistant ? ChatTurnRole.Assistant
        : role == ChatRole.Tool ? ChatTurnRole.Tool
        : throw new NotStorableException($"The role '{role.Value}' is not known", "Use system, user, assistant or tool.");

    private static ChatPart FromContent(AIContent content) => content switch
    {
        TextReasoningContent reasoning => new ChatPart.Reasoning(reasoning.Text, reasoning.ProtectedData),
        TextContent text => new ChatPart.Text(text.Text),
        DataContent data => new ChatPart.Data(data.MediaType, data.Data, data.Name),
        UriContent link => new ChatPart.Link(link.MediaType, link.Uri.OriginalString),
        FunctionCallContent call => new ChatPart.ToolCall(call.CallId, call.Name, Arguments(call)),
        FunctionResultContent { Result: null } result => new ChatPart.ToolResult(result.CallId, "", IsJson: false),
        FunctionResultContent { Result: string text } result => new ChatPart.ToolResult(result.CallId, text, IsJson: false),
        FunctionResultContent { Result: TextContent text } result => new ChatPart.ToolResult(result.CallId, text.Text, IsJson: false),
        FunctionResultContent { Result: AIContent or IEnumerable<AIContent> } => throw new NotStorableException(
            "A tool's result holds content other than text", "Return text or JSON from the tool, or send this call without a deadline."),
        FunctionResultContent result =>
            new ChatPart.ToolResult(result.CallId, StoredValue.ToJson(result.Result, $"The result of tool call '{result.CallId}'"), IsJson: true),
        _ => throw new NotStorableException(
            $"A message holds {content.GetType().Name}, which cannot be stored",
            "Use text, data, links, tool calls and their results, or send this call without a deadline."),
    };

    private static AIContent ToContent(ChatPart part) => part switch
    {
        ChatPart.Text text => new TextContent(text.Value),
        ChatPart.Data data => new DataContent(data.Content, data.MediaType) { Name = data.Name },
        ChatPart.Link link => new UriContent(link.Uri, link.MediaType),
        ChatPart.ToolCall call => new FunctionCallContent(call.CallId, call.Name, Arguments(call)),
        ChatPart.ToolResult result => new FunctionResultContent(result.CallId, result.IsJson ? StoredValue.Parse(result.Result) : result.Result),
        ChatPart.Reasoning reasoning => new TextReasoningContent(reasoning.Value) { ProtectedData = reasoning.ProtectedData },
        _ => throw new UnreachableException(),
    };

    /// <summary>In the order the model wrote them: a provider's cache may hold the call as it was written.</summary>
    private static string Arguments(FunctionCallContent call)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = CanonicalJson.Writer(bytes))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in call.Arguments ?? new Dictionary<string, object?>(StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(StoredValue.ToJson(value, $"Argument '{name}' of tool call '{call.CallId}'"));
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static Dictionary<string, object?> Arguments(ChatPart.ToolCall call)
    {
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var member in StoredValue.Parse(call.ArgumentsJson).EnumerateObject())
        {
            arguments[member.Name] = member.Value.ValueKind == JsonValueKind.Null ? null : member.Value;
        }

        return arguments;
    }
}
