using System.Buffers;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Writes one chat request as a messages body: model, limit, tools, system, messages, then what steers the answer.</summary>
/// <remarks>
/// Seeds and penalties have no word here and are left out, as clients for this provider do; so are sampling members of models that refuse them.
/// </remarks>
internal readonly struct AnthropicBodyWriter(ChatRequest request, ModelId model, ModelFacts? facts, AnthropicMarks marks, string? version = null)
{
    public void Write(IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, AnthropicRequestRenderer.WriterOptions);
        var maxTokens = request.MaxOutputTokens
            ?? (facts?.MaxOutputTokens is { } most ? Math.Min(most, AnthropicRequestRenderer.LargestDefaultMaxTokens) : AnthropicRequestRenderer.DefaultMaxTokens);
        var thinking = AnthropicThinking.Of(request, facts, maxTokens);
        var placed = marks;
        var prompt = new AlternatingPrompt(request, AnthropicPartWriter.Says, (json, role, part, block) => AnthropicPartWriter.Write(json, role, part, placed, block));
        writer.WriteStartObject();
        if (version is null)
        {
            writer.WriteString("model"u8, model.Name);
        }
        else
        {
            writer.WriteString("anthropic_version"u8, version);
        }

        writer.WriteNumber("max_tokens"u8, maxTokens);
        WriteTools(writer);
        prompt.WriteSystem(writer);
        prompt.WriteMessages(writer);
        WriteToolChoice(writer);
        WriteSampling(writer, thinking);
        thinking.Write(writer);
        WriteOutput(writer, thinking);
        writer.WriteEndObject();
    }

    private void WriteTools(Utf8JsonWriter writer)
    {
        if (request.Tools.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("tools"u8);
        for (var index = 0; index < request.Tools.Count; index++)
        {
            var tool = request.Tools[index];
            writer.WriteStartObject();
            writer.WriteString("name"u8, tool.Name);
            if (!string.IsNullOrEmpty(tool.Description))
            {
                writer.WriteString("description"u8, tool.Description);
            }

            writer.WritePropertyName("input_schema"u8);
            AnthropicSchema.Input(tool.Parameters).WriteTo(writer);
            if (tool.Strict is true)
            {
                writer.WriteBoolean("strict"u8, true);
            }

            marks.Write(writer, index);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteToolChoice(Utf8JsonWriter writer)
    {
        if (request.Tools.Count == 0 || (request.ToolMode is null && request.AllowMultipleToolCalls is not false))
        {
            return;
        }

        writer.WriteStartObject("tool_choice"u8);
        switch (request)
        {
            case { ToolMode: "none" }:
                writer.WriteString("type"u8, "none"u8);
                break;
            case { ToolMode: "required", RequiredTool: { } name }:
                writer.WriteString("type"u8, "tool"u8);
                writer.WriteString("name"u8, name);
                break;
            case { ToolMode: "required" }:
                writer.WriteString("type"u8, "any"u8);
                break;
            default:
                writer.WriteString("type"u8, "auto"u8);
                break;
        }

        if (request is { AllowMultipleToolCalls: { } several, ToolMode: not "none" })
        {
            writer.WriteBoolean("disable_parallel_tool_use"u8, !several);
        }

        writer.WriteEndObject();
    }

    private void WriteSampling(Utf8JsonWriter writer, AnthropicThinking thinking)
    {
        if (facts?.RefusesSampling is not true && !thinking.ForbidsSampling)
        {
            if (request.Temperature is { } temperature)
            {
                writer.WriteNumber("temperature"u8, temperature);
            }

            if (request.TopP is { } topP && !(request.Temperature is not null && facts?.RefusesTemperatureWithTopP is true))
            {
                writer.WriteNumber("top_p"u8, topP);
            }

            if (request.TopK is { } topK)
            {
                writer.WriteNumber("top_k"u8, topK);
            }
        }

        if (request.StopSequences.Count > 0)
        {
            writer.WriteStartArray("stop_sequences"u8);
            foreach (var stop in request.StopSequences)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }
    }

    private void WriteOutput(Utf8JsonWriter writer, AnthropicThinking thinking)
    {
        var schema = request.Format.Schema;
        if (schema is null && request.Format.Kind != ChatFormat.Text.Kind)
        {
            // There is no "any JSON" here, and prose where JSON was asked for would be paid for and useless.
            throw new CannotSayException(FailureCause.Unsupported, "json-without-schema");
        }

        if (schema is null && thinking.Effort is null)
        {
            return;
        }

        writer.WriteStartObject("output_config"u8);
        if (thinking.Effort is not null)
        {
            writer.WriteString("effort"u8, thinking.Effort);
        }

        if (schema is not null)
        {
            // Source: platform.claude.com/docs/en/build-with-claude/structured-outputs and the official TypeScript client, read 2026-11-21.
            writer.WriteStartObject("format"u8);
            writer.WriteString("type"u8, "json_schema"u8);
            writer.WritePropertyName("schema"u8);
            AnthropicSchema.Closed(schema).WriteTo(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
