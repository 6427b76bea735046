using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Reads a Converse body in the order its prefix has: tools, system, messages. A cache point marks the block before it.</summary>
internal static class ConversePrompt
{
    public static PromptReader Read(JsonElement body)
    {
        var prompt = new PromptReader();
        foreach (var (tool, mark) in Marked(body.Get("toolConfig")?.Each("tools") ?? []))
        {
            var spec = tool.Get("toolSpec") ?? tool;
            prompt.AddTool(spec.Text("name") ?? "", spec.Get("inputSchema")?.Get("json"), spec.GetRawText(), mark);
        }

        foreach (var (block, mark) in Marked(body.Each("system")))
            prompt.AddText("system", block.Text("text") ?? "", mark, endsMessage: true);
        foreach (var message in body.Each("messages"))
        {
            var role = message.Text("role") ?? "user";
            var blocks = Marked(message.Each("content")).ToList();
            for (var i = 0; i < blocks.Count; i++)
                Add(prompt, role, blocks[i].Block, blocks[i].Mark, i == blocks.Count - 1);
        }

        return prompt;
    }

    public static bool UsesTools(JsonElement body) =>
        body.Each("messages").Any(message => message.Each("content").Any(block => block.Get("toolUse") is not null || block.Get("toolResult") is not null));

    private static IEnumerable<(JsonElement Block, CacheMark? Mark)> Marked(IEnumerable<JsonElement> blocks)
    {
        JsonElement? open = null;
        foreach (var block in blocks)
        {
            if (block.Get("cachePoint") is { } point)
            {
                if (open is { } marked)
                    yield return (marked, point.Text("ttl") == "1h" ? CacheMark.Long : CacheMark.Short);
                open = null;
                continue;
            }

            if (open is { } plain)
                yield return (plain, null);
            open = block;
        }

        if (open is { } last)
            yield return (last, null);
    }

    private static void Add(PromptReader prompt, string role, JsonElement block, CacheMark? mark, bool isLast)
    {
        if (block.Text("text") is { } text)
            prompt.AddText(role, text, mark, isLast, role == "assistant");
        else if (block.Get("image") is { } image)
            prompt.AddImage(role, image.GetRawText(), mark, isLast);
        else if (block.Get("toolUse") is { } call)
            prompt.AddOther(role, call.GetRawText(), PromptBlockKind.ToolUse, mark, isLast);
        else if (block.Get("toolResult") is { } result)
            AddResult(prompt, role, result, mark, isLast);
        else
            prompt.AddOther(role, block.GetRawText(), block.Get("reasoningContent") is null ? PromptBlockKind.Content : PromptBlockKind.Unmarkable, mark, isLast);
    }

    private static void AddResult(PromptReader prompt, string role, JsonElement result, CacheMark? mark, bool isLast)
    {
        var text = string.Concat(result.Each("content").Select(part => part.Text("text") ?? part.Get("json")?.GetRawText() ?? ""));
        prompt.AddUserText(text);
        prompt.AddOther(role, $"{result.Text("toolUseId")}|{text}", PromptBlockKind.ToolResult, mark, isLast);
    }
}
