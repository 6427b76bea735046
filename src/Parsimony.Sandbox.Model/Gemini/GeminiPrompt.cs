using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Reads tools, instructions and contents in the order the prefix has them, and finds what the service would refuse.</summary>
/// <remarks>Shapes: https://ai.google.dev/api/generate-content and .../api/caching, read 2026-11-21. Names are taken in camel case, as REST writes them.</remarks>
internal static class GeminiPrompt
{
    private static readonly string[] Members =
        ["model", "stream", "contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "safetySettings", "cachedContent", "labels", "store", "serviceTier"];

    private static readonly string[] PartMembers =
        ["text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult"];

    private static readonly string[] ConfigMembers =
    [
        "candidateCount", "stopSequences", "responseMimeType", "responseSchema", "responseJsonSchema", "responseModalities", "thinkingConfig", "maxOutputTokens",
        "temperature", "topP", "topK", "seed", "presencePenalty", "frequencyPenalty", "responseLogprobs", "logprobs", "mediaResolution", "imageConfig", "speechConfig",
    ];

    public static PromptReader Read(JsonElement body)
    {
        var prompt = new PromptReader();
        foreach (var function in body.Each("tools").SelectMany(tool => tool.Each("functionDeclarations")))
            prompt.AddTool(function.Text("name") ?? "", function.Get("parametersJsonSchema") ?? function.Get("parameters"), function.GetRawText(), null);
        if (body.Get("systemInstruction") is { } system)
            AddParts(prompt, "system", system);
        foreach (var content in body.Each("contents"))
            AddParts(prompt, content.Text("role") == "model" ? "assistant" : "user", content);
        return prompt;
    }

    public static Refusal? Check(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            return Refusal.Invalid("Invalid JSON payload received.");
        if (Unknown(body, Members) is { } name)
            return Refusal.Invalid($"Invalid JSON payload received. Unknown name \"{name}\": Cannot find field.");
        if (body.Get("generationConfig") is { } config)
        {
            if (Unknown(config, ConfigMembers) is { } setting)
                return Refusal.Invalid($"Invalid JSON payload received. Unknown name \"{setting}\" at 'generation_config': Cannot find field.");
            if (config.Get("thinkingConfig") is { } thinking && thinking.Get("thinkingLevel") is not null && thinking.Get("thinkingBudget") is not null)
                return Refusal.Invalid("You can only set only one of thinking budget and thinking level.");
            if ((config.Get("responseJsonSchema") ?? config.Get("responseSchema")) is not null && config.Text("responseMimeType") != "application/json")
                return Refusal.Invalid("Response schema is only supported with response mime type 'application/json'.");
            if (config.Get("maxOutputTokens") is not null && config.Whole("maxOutputTokens") is not > 0)
                return Refusal.Invalid("max_output_tokens must be positive.");
        }

        if (body.Get("cachedContent") is not null && (body.Get("systemInstruction") ?? body.Get("tools") ?? body.Get("toolConfig")) is not null)
            return Refusal.Invalid("CachedContent can not be used with GenerateContent request setting system_instruction, tools or tool_config.\n\nProposed fix: move those values to CachedContent from GenerateContent request.");
        return body.Get("contents") is not { ValueKind: JsonValueKind.Array } contents || contents.GetArrayLength() == 0
            ? Refusal.Invalid("* GenerateContentRequest.contents: contents is not specified")
            : CheckContents(contents, Generation(body.Text("model") ?? ""), isWhole: body.Get("cachedContent") is null);
    }

    /// <summary>Null when the turns a body has are in order; it may have none.</summary>
    public static Refusal? CheckTurns(JsonElement body) =>
        body.Get("contents") is { ValueKind: JsonValueKind.Array } contents ? CheckContents(contents, Generation(body.Text("model") ?? ""), isWhole: true) : null;

    // What the first turn answers stands in the cache where there is one: it is checked with the whole.
    private static Refusal? CheckContents(JsonElement contents, double generation, bool isWhole)
    {
        int? open = isWhole ? 0 : null;
        foreach (var content in contents.EnumerateArray())
        {
            if (content.Text("role") is not (null or "user" or "model" or "function"))
                return Refusal.Invalid("Please use a valid role: user, model.");
            List<JsonElement> parts = [.. content.Each("parts")];
            if (parts.Count == 0)
                return Refusal.Invalid("* GenerateContentRequest.contents.parts: contents.parts must not be empty.");
            if (parts.Exists(part => PartMembers.Count(name => part.Get(name) is not null) != 1))
                return Refusal.Invalid("A part must have exactly one initialized field.");

            var answers = parts.Count(part => part.Get("functionResponse") is not null);
            if (open is not null && answers != open && (answers > 0 || content.Text("role") != "model"))
                return Refusal.Invalid("Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.");
            open = parts.Count(part => part.Get("functionCall") is not null);
            if (open > 0 && generation >= 3 && parts.First(part => part.Get("functionCall") is not null).Text("thoughtSignature") is null)
                return Refusal.Invalid("Function call is missing a thought_signature in functionCall parts.");
            if (parts.Exists(part => part.Get("functionResponse") is { } answer && (string.IsNullOrEmpty(answer.Text("name")) || answer.Get("response") is not { ValueKind: JsonValueKind.Object })))
                return Refusal.Invalid("* GenerateContentRequest.contents.parts.function_response: name and response are needed.");
        }

        return null;
    }

    /// <summary>2.5 for "gemini-2.5-flash"; 0 where the name carries no generation.</summary>
    public static double Generation(string model)
    {
        const string Family = "gemini-";
        var at = model.IndexOf(Family, StringComparison.Ordinal);
        if (at < 0)
            return 0;
        var end = at += Family.Length;
        while (end < model.Length && (char.IsAsciiDigit(model[end]) || model[end] == '.'))
            end++;
        return double.TryParse(model.AsSpan(at, end - at), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var generation) ? generation : 0;
    }

    private static string? Unknown(JsonElement owner, string[] known)
    {
        foreach (var member in owner.EnumerateObject())
        {
            if (!known.Contains(member.Name, StringComparer.Ordinal))
                return member.Name;
        }

        return null;
    }

    private static void AddParts(PromptReader prompt, string role, JsonElement content)
    {
        List<JsonElement> parts = [.. content.Each("parts")];
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            var isLast = i == parts.Count - 1;
            if (part.Text("text") is { } text)
            {
                prompt.AddText(role, text, null, isLast, role == "assistant");
            }
            else if ((part.Get("inlineData") ?? part.Get("fileData")) is { } media)
            {
                if (media.Text("mimeType")?.StartsWith("image/", StringComparison.Ordinal) is true)
                    prompt.AddImage(role, media.GetRawText(), null, isLast);
                else
                    prompt.AddOther(role, media.GetRawText(), PromptBlockKind.Content, null, isLast);
            }
            else if (part.Get("functionResponse") is { } answer)
            {
                var result = answer.Get("response")?.GetRawText() ?? "";
                prompt.AddUserText(result);
                prompt.AddOther(role, $"{answer.Text("name")}|{result}", PromptBlockKind.ToolResult, null, isLast);
            }
            else
            {
                prompt.AddOther(role, part.GetRawText(), PromptBlockKind.ToolUse, null, isLast);
            }
        }
    }
}
