using System.Text.Json;

namespace Parsimony.Providers.Aws;

/// <summary>What Converse has no word for and passes on to one maker's models: <c>additionalModelRequestFields</c>.</summary>
/// <remarks>
/// Claude takes the members of its own API (thinking, effort, top_k, parallel tool calls), Nova <c>inferenceConfig.topK</c> and, from the second generation on,
/// <c>reasoningConfig</c>, gpt-oss <c>reasoning_effort</c>. Source: https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-call.html and the model
/// pages beside it, read 2026-11-21. UNVERIFIED for models newer than those pages: of makers not named here nothing is sent.
/// </remarks>
internal readonly record struct BedrockModelFields(AnthropicThinking Thinking, int? TopK, bool IsNova, string? NovaEffort, string? OpenAIEffort, bool OneToolAtATime)
{
    private const int UsualLimit = 4096;

    /// <summary>Whether sampling members must stay away.</summary>
    public bool ForbidsSampling => Thinking.ForbidsSampling;

    public static BedrockModelFields Of(ChatRequest request, string model, ModelFacts? facts)
    {
        var isClaude = BedrockModels.IsClaude(model);
        var isNova = BedrockModels.IsNova(model);
        var thinking = isClaude ? AnthropicThinking.Of(request, facts, request.MaxOutputTokens ?? facts?.MaxOutputTokens ?? UsualLimit) : default;
        var effort = request.ReasoningEffort switch { null or "none" => null, "minimal" or "low" => "low", "medium" => "medium", _ => "high" };
        return new BedrockModelFields(
            thinking,
            (isClaude && facts?.RefusesSampling is not true && !thinking.ForbidsSampling) || isNova ? request.TopK : null,
            isNova,
            BedrockModels.IsReasoningNova(model) ? effort : null,
            BedrockModels.IsOpenAI(model) ? effort : null,
            isClaude && request.AllowMultipleToolCalls is false && request.Tools.Count > 0 && request.ToolMode is not "required");
    }

    public void Write(Utf8JsonWriter writer)
    {
        if (Thinking.Type is null && Thinking.Effort is null && TopK is null && NovaEffort is null && OpenAIEffort is null && !OneToolAtATime)
        {
            return;
        }

        writer.WriteStartObject("additionalModelRequestFields"u8);
        Thinking.Write(writer);
        if (Thinking.Effort is { } effort)
        {
            writer.WriteStartObject("output_config"u8);
            writer.WriteString("effort"u8, effort);
            writer.WriteEndObject();
        }

        WriteTopK(writer);
        if (NovaEffort is not null)
        {
            writer.WriteStartObject("reasoningConfig"u8);
            writer.WriteString("type"u8, "enabled"u8);
            writer.WriteString("maxReasoningEffort"u8, NovaEffort);
            writer.WriteEndObject();
        }

        if (OpenAIEffort is not null)
        {
            writer.WriteString("reasoning_effort"u8, OpenAIEffort);
        }

        if (OneToolAtATime)
        {
            writer.WriteStartObject("tool_choice"u8);
            writer.WriteString("type"u8, "auto"u8);
            writer.WriteBoolean("disable_parallel_tool_use"u8, true);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private void WriteTopK(Utf8JsonWriter writer)
    {
        if (TopK is not { } most)
        {
            return;
        }

        if (!IsNova)
        {
            writer.WriteNumber("top_k"u8, most);
            return;
        }

        writer.WriteStartObject("inferenceConfig"u8);
        writer.WriteNumber("topK"u8, most);
        writer.WriteEndObject();
    }
}
