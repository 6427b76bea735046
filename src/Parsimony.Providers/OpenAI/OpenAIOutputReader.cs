using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>The output items of a response (<c>/v1/responses</c>) as messages.</summary>
internal static class OpenAIOutputReader
{
    /// <summary>One assistant message with everything in the order it was written. Items of kinds not known here are left to the stored body.</summary>
    public static List<ChatMessage> Read(JsonElement response)
    {
        var contents = new List<AIContent>();
        foreach (var item in response.Items("output").Where(item => item.ValueKind == JsonValueKind.Object))
        {
            switch (item.Text("type"))
            {
                case "message":
                    ReadMessage(item, contents);
                    break;
                case "function_call":
                    contents.Add(OpenAIResponseReader.Call(item.Text("call_id"), item.Text("name"), item.Text("arguments")));
                    break;
                case "reasoning":
                    var summary = string.Join("\n\n", item.Items("summary").Concat(item.Items("content")).Select(part => part.Text("text")).OfType<string>());
                    contents.Add(new TextReasoningContent(summary) { ProtectedData = item.Text("encrypted_content") });
                    break;
                default:
                    break;
            }
        }

        return [new ChatMessage(ChatRole.Assistant, contents)];
    }

    private static void ReadMessage(JsonElement item, List<AIContent> contents)
    {
        foreach (var part in item.Items("content").Where(part => part.ValueKind == JsonValueKind.Object))
        {
            if (part.Text("type") == "refusal")
            {
                contents.Add(new ErrorContent(part.Text("refusal")) { ErrorCode = "Refusal" });
            }
            else
            {
                OpenAIResponseReader.AddText(contents, part.Text("text"), part.Items("annotations"));
            }
        }
    }
}
