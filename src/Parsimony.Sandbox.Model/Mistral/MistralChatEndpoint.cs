using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// Mistral's chat completions: some tool is called by <c>any</c>, members it does not know are refused, a stream always ends with its usage, Magistral models say what they thought
/// (https://docs.mistral.ai/api and https://docs.mistral.ai/capabilities/reasoning, read 2026-11-20).
/// </summary>
internal sealed class MistralChatEndpoint() : ChatEndpoint("mistral")
{
    private static readonly HashSet<string> Members = new(StringComparer.Ordinal)
    {
        "model", "messages", "temperature", "top_p", "max_tokens", "stream", "stop", "random_seed", "metadata", "response_format", "tools", "tool_choice", "presence_penalty",
        "frequency_penalty", "n", "prediction", "parallel_tool_calls", "prompt_mode", "reasoning_effort", "guardrails", "prompt_cache_key", "service_tier", "safe_prompt",
    };

    public override Refusal? Check(JsonElement body, bool batch)
    {
        if (base.Check(body, batch) is { } refusal)
            return refusal;
        foreach (var member in body.EnumerateObject())
        {
            if (!Members.Contains(member.Name))
                return new Refusal(422, "invalid_request_error", $"Extra inputs are not permitted: {member.Name}.", member.Name);
        }

        return null;
    }

    protected override string? ForcedTool(JsonElement body, PromptReader prompt) =>
        body.Text("tool_choice") == "any" && prompt.Tools.Count > 0 ? prompt.Tools[0].Name : base.ForcedTool(body, prompt);

    protected override bool StreamsUsage(JsonElement body) => true;

    protected override bool EndsWithUsage => true;

    protected override void WriteContent(Utf8JsonWriter writer, string model, string text, bool begins)
    {
        if (!model.StartsWith("magistral", StringComparison.Ordinal))
        {
            base.WriteContent(writer, model, text, begins);
            return;
        }

        writer.WriteStartArray("content");
        if (begins)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "thinking");
            writer.WriteStartArray("thinking");
            WriteText(writer, "[simulated] thought");
            writer.WriteEndArray();
            writer.WriteBoolean("closed", true);
            writer.WriteEndObject();
        }

        WriteText(writer, text);
        writer.WriteEndArray();
    }

    protected override void WriteUsage(Utf8JsonWriter writer, Reply reply)
    {
        var usage = reply.Usage;
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", usage.TotalInput);
        writer.WriteNumber("completion_tokens", usage.Output);
        writer.WriteNumber("total_tokens", usage.TotalInput + usage.Output);
        if (usage.CacheRead > 0)
        {
            writer.WriteStartObject("prompt_tokens_details");
            writer.WriteNumber("cached_tokens", usage.CacheRead);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "text");
        writer.WriteString("text", text);
        writer.WriteEndObject();
    }
}
