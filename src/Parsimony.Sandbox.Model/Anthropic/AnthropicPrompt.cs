using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Reads tools, system and messages in the order the prefix has them.</summary>
internal static class AnthropicPrompt
{
    public static PromptReader Read(JsonElement body)
    {
        var prompt = new PromptReader();
        foreach (var tool in body.Each("tools"))
        {
            var wire = $"{tool.Text("type")}|{tool.Text("name")}|{tool.Text("description")}|{tool.Get("input_schema")?.GetRawText()}";
            prompt.AddTool(tool.Text("name") ?? "", tool.Get("input_schema"), wire, Mark(tool));
        }

        if (body.Get("system") is { } system)
            AddContent(prompt, "system", system);
        foreach (var message in body.Each("messages"))
        {
            if (message.Get("content") is { } content)
                AddContent(prompt, message.Text("role") ?? "user", content);
        }

        return prompt;
    }

    public static CacheMark? Mark(JsonElement owner) => owner.Get("cache_control") is not { } control ? null
        : control.Text("ttl") == "1h" ? CacheMark.Long : CacheMark.Short;

    private static void AddContent(PromptReader prompt, string role, JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            prompt.AddText(role, content.GetString() ?? "", null, endsMessage: true, role == "assistant");
            return;
        }

        if (content.ValueKind != JsonValueKind.Array)
            return;
        var left = content.GetArrayLength();
        foreach (var block in content.EnumerateArray())
            AddBlock(prompt, role, block, --left == 0);
    }

    private static void AddBlock(PromptReader prompt, string role, JsonElement block, bool isLast)
    {
        var mark = Mark(block);
        switch (block.Text("type"))
        {
            case "text":
                prompt.AddText(role, block.Text("text") ?? "", mark, isLast, role == "assistant");
                break;
            case "image":
                prompt.AddImage(role, block.Get("source")?.GetRawText() ?? "", mark, isLast);
                break;
            case "tool_use":
                prompt.AddOther(role, $"{block.Text("id")}|{block.Text("name")}|{block.Get("input")?.GetRawText()}", PromptBlockKind.ToolUse, mark, isLast);
                break;
            case "tool_result":
                var result = block.Get("content");
                var text = result is { ValueKind: JsonValueKind.String } ? result.Value.GetString() ?? "" : result?.GetRawText() ?? "";
                prompt.AddUserText(text);
                prompt.AddOther(role, $"{block.Text("tool_use_id")}|{text}", PromptBlockKind.ToolResult, mark, isLast);
                break;
            case "thinking" or "redacted_thinking":
                prompt.AddOther(role, block.GetRawText(), PromptBlockKind.Unmarkable, null, isLast);
                break;
            default:
                prompt.AddOther(role, (block.Get("source") ?? block).GetRawText(), PromptBlockKind.Content, mark, isLast);
                break;
        }
    }
}
