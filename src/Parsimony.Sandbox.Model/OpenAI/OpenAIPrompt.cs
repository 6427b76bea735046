using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>What chat completions and responses have in common: messages, tools, cache settings.</summary>
internal static class OpenAIPrompt
{
    public static Refusal? CheckCommon(JsonElement body, bool batch)
    {
        if (body.ValueKind != JsonValueKind.Object)
            return Refusal.Invalid("We could not parse the JSON body of your request.");
        if (string.IsNullOrEmpty(body.Text("model")))
            return Refusal.Invalid("you must provide a model parameter", "model");
        if (body.Text("service_tier") == "flex" && !SandboxPrices.HasFlexibleTier(body.Text("model") ?? ""))
            return Refusal.Invalid("Invalid service_tier argument: this model is not offered in the flex tier.", "service_tier");
        return batch && body.IsTrue("stream") ? Refusal.Invalid("Streaming is not supported in a batch.", "stream") : null;
    }

    public static Refusal? CheckLimit(JsonElement body, string name) => body.Get(name) is { } limit
        && (limit.ValueKind != JsonValueKind.Number || !limit.TryGetInt32(out var tokens) || tokens < 1)
        ? Refusal.Invalid($"'{name}' must be a positive integer.", name)
        : null;

    public static void AddTools(PromptReader prompt, JsonElement body)
    {
        foreach (var tool in body.Each("tools"))
        {
            var function = tool.Get("function") ?? tool;
            prompt.AddTool(function.Text("name") ?? tool.Text("type") ?? "", function.Get("parameters"), tool.GetRawText(), null);
        }
    }

    /// <summary>A message of either API; a part's kind is told by its type (text, input_text, output_text, image_url, input_image).</summary>
    public static void AddMessage(PromptReader prompt, JsonElement message)
    {
        var role = message.Text("role") ?? "user";
        var content = message.Get("content");
        var isAnswer = role == "assistant";
        if (content is { ValueKind: JsonValueKind.String } text)
            prompt.AddText(role, text.GetString() ?? "", null, endsMessage: true, isAnswer);
        else if (content is { ValueKind: JsonValueKind.Array } parts)
            AddParts(prompt, role, parts, isAnswer);
        if (message.Get("tool_calls") is { } calls)
            prompt.AddOther(role, calls.GetRawText(), PromptBlockKind.ToolUse, null, endsMessage: true);
    }

    public static string? ForcedTool(JsonElement body, PromptReader prompt)
    {
        var choice = body.Get("tool_choice");
        if (choice is { ValueKind: JsonValueKind.String } word)
            return word.ValueEquals("required") && prompt.Tools.Count > 0 ? prompt.Tools[0].Name : null;
        return choice is { ValueKind: JsonValueKind.Object } named ? (named.Get("function") ?? named).Text("name") : null;
    }

    public static CacheQuestion Metered(string provider, JsonElement body, string model, PromptReader prompt, int outputTokens) => new()
    {
        Provider = provider,
        Model = model,
        Blocks = prompt.Blocks,
        OutputTokens = outputTokens,
        Mode = body.Get("prompt_cache_options")?.Text("mode") ?? "implicit",
        IsFlexible = provider == "openai" && body.Text("service_tier") == "flex",
        Retention = body.Text("prompt_cache_retention"),
    };

    private static void AddParts(PromptReader prompt, string role, JsonElement parts, bool isAnswer)
    {
        var left = parts.GetArrayLength();
        foreach (var part in parts.EnumerateArray())
        {
            left--;
            var mark = part.Get("prompt_cache_breakpoint") is null ? (CacheMark?)null : CacheMark.Short;
            var type = part.Text("type");
            if (part.Text("text") is { } text)
                prompt.AddText(role, text, mark, left == 0, isAnswer);
            else if (type is "image_url" or "input_image")
                prompt.AddImage(role, (part.Get("image_url") ?? part).GetRawText(), mark, left == 0);
            else
                prompt.AddOther(role, (part.Get("file") ?? part.Get("input_audio") ?? part).GetRawText(), PromptBlockKind.Content, mark, left == 0);
        }
    }
}
