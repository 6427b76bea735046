using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// xAI's chat completions: models think before they answer, what they thought is counted beside the completion, penalties and stops are refused, and the charge is told in ticks
/// (https://docs.x.ai/developers/model-capabilities/text/best-practices, read 2026-11-20).
/// </summary>
internal sealed class XaiChatEndpoint() : ChatEndpoint("xai")
{
    // 10^10 ticks to the dollar (https://docs.x.ai/developers/cost-tracking, read 2026-11-21).
    private const long PicoPerTick = 100;

    public override Refusal? Check(JsonElement body, bool batch) => base.Check(body, batch)
        ?? (body.Get("presence_penalty") is not null || body.Get("frequency_penalty") is not null ? Refusal.Invalid("Argument not supported on this model: presencePenalty, frequencyPenalty") : null);

    protected override int ReasoningTokens(string model, SimulatedAnswer answer) =>
        model.Contains("non-reasoning", StringComparison.Ordinal) ? 0 : 16 + answer.OutputTokens;

    protected override void WriteUsage(Utf8JsonWriter writer, Reply reply)
    {
        var usage = reply.Usage;
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", usage.TotalInput);
        writer.WriteNumber("completion_tokens", usage.Output - usage.Reasoning);
        writer.WriteNumber("total_tokens", usage.TotalInput + usage.Output);
        writer.WriteStartObject("prompt_tokens_details");
        writer.WriteNumber("text_tokens", usage.TotalInput);
        writer.WriteNumber("audio_tokens", 0);
        writer.WriteNumber("image_tokens", 0);
        writer.WriteNumber("cached_tokens", usage.CacheRead);
        writer.WriteEndObject();
        writer.WriteStartObject("completion_tokens_details");
        writer.WriteNumber("reasoning_tokens", usage.Reasoning);
        writer.WriteNumber("audio_tokens", 0);
        writer.WriteEndObject();
        writer.WriteNumber("num_sources_used", 0);
        if (reply.ChargePico is { } pico)
            writer.WriteNumber("cost_in_usd_ticks", pico / PicoPerTick);
        writer.WriteEndObject();
    }
}
