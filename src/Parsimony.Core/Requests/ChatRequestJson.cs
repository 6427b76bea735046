using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony;

/// <summary>The canonical form of a chat request. What a provider's cache sees first is written first, so prefixes are read in one pass.</summary>
internal static class ChatRequestJson
{
    public static void Write(ChatRequest request, Utf8JsonWriter writer)
    {
        WriteFormat(request.Format, writer);
        WriteList("tools", request.Tools, writer, ChatRequestJson.Write);
        writer.WriteStartArray("turns");
        foreach (var turn in request.Turns)
        {
            ChatTurnJson.Write(turn, writer);
        }

        writer.WriteEndArray();
        writer.Optional("maxOutputTokens", request.MaxOutputTokens);
        writer.Optional("temperature", request.Temperature);
        writer.Optional("topP", request.TopP);
        writer.Optional("topK", request.TopK);
        writer.Optional("frequencyPenalty", request.FrequencyPenalty);
        writer.Optional("presencePenalty", request.PresencePenalty);
        writer.Optional("seed", request.Seed);
        WriteList("stopSequences", request.StopSequences, writer, static (text, into) => into.WriteStringValue(text));
        writer.Optional("reasoningEffort", request.ReasoningEffort);
        writer.Optional("reasoningOutput", request.ReasoningOutput);
        writer.Optional("toolMode", request.ToolMode);
        writer.Optional("requiredTool", request.RequiredTool);
        writer.Optional("allowMultipleToolCalls", request.AllowMultipleToolCalls);
        writer.Optional("conversationId", request.ConversationId);
        if (request.Raw is { Count: > 0 } raw)
        {
            writer.Optional("raw", raw);
        }
    }

    public static ChatRequest Read(JsonElement body) => new()
    {
        Turns = body.List("turns", ChatTurnJson.Read),
        MaxOutputTokens = body.Int32("maxOutputTokens"),
        Temperature = body.Double("temperature"),
        TopP = body.Double("topP"),
        TopK = body.Int32("topK"),
        FrequencyPenalty = body.Double("frequencyPenalty"),
        PresencePenalty = body.Double("presencePenalty"),
        Seed = body.Int64("seed"),
        StopSequences = body.List("stopSequences", text => text.GetString() ?? ""),
        Format = body.TryGetProperty("format", out var format) ? ReadFormat(format) : ChatFormat.Text,
        ReasoningEffort = body.Text("reasoningEffort"),
        ReasoningOutput = body.Text("reasoningOutput"),
        Tools = body.List("tools", ReadTool),
        ToolMode = body.Text("toolMode"),
        RequiredTool = body.Text("requiredTool"),
        AllowMultipleToolCalls = body.Boolean("allowMultipleToolCalls"),
        ConversationId = body.Text("conversationId"),
        Raw = body.Object("raw"),
    };

    private static void WriteFormat(ChatFormat format, Utf8JsonWriter writer)
    {
        if (format == ChatFormat.Text)
        {
            return;
        }

        writer.WriteStartObject("format");
        writer.WriteString("kind", format.Kind);
        writer.Optional("name", format.Name);
        writer.Optional("description", format.Description);
        writer.Optional("schema", format.Schema);
        writer.WriteEndObject();
    }

    private static ChatFormat ReadFormat(JsonElement format) =>
        new(format.RequiredText("kind"), format.Node("schema"), format.Text("name"), format.Text("description"));

    private static void Write(ToolDeclaration tool, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", tool.Name);
        writer.Optional("description", string.IsNullOrEmpty(tool.Description) ? null : tool.Description);
        writer.Optional("strict", tool.Strict);
        writer.Optional("parameters", tool.Parameters);
        writer.WriteEndObject();
    }

    private static ToolDeclaration ReadTool(JsonElement tool) =>
        new(tool.RequiredText("name"), tool.Text("description"), tool.Node("parameters") ?? new JsonObject(), tool.Boolean("strict"));

    private static void WriteList<T>(string name, IReadOnlyList<T> list, Utf8JsonWriter writer, Action<T, Utf8JsonWriter> write)
    {
        if (list.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var item in list)
        {
            write(item, writer);
        }

        writer.WriteEndArray();
    }
}
