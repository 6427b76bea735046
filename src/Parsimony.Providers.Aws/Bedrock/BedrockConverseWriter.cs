using System.Buffers;
using System.Text.Json;

namespace Parsimony.Providers.Aws;

/// <summary>Writes one chat request as a Converse body: tools, system, messages, then what steers the answer.</summary>
/// <remarks>
/// Members: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, read 2026-11-21. Seeds and penalties have no word here and are left out.
/// The model is in the address and in no body, so a batch record and a live call have the same bytes.
/// </remarks>
internal readonly struct BedrockConverseWriter(ChatRequest request, string model, ModelFacts? facts, AnthropicMarks marks)
{
    public void Write(IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, BedrockRequestRenderer.WriterOptions);
        var extras = BedrockModelFields.Of(request, model, facts);
        var placed = marks;
        var prompt = new AlternatingPrompt(request, BedrockPartWriter.Says, (json, role, part, block) =>
        {
            BedrockPartWriter.Write(json, role, part, block);
            BedrockMarks.Write(json, placed, block);
        });
        writer.WriteStartObject();
        WriteTools(writer);
        prompt.WriteSystem(writer);
        prompt.WriteMessages(writer);
        WriteInference(writer, extras);
        WriteFormat(writer);
        extras.Write(writer);
        writer.WriteEndObject();
    }

    private void WriteTools(Utf8JsonWriter writer)
    {
        if (request.Tools.Count == 0)
        {
            return;
        }

        if (request.ToolMode == "none")
        {
            // "none" has no word, and tools left out would change what was asked.
            throw new CannotSayException(FailureCause.Unsupported, "tool-mode");
        }

        writer.WriteStartObject("toolConfig"u8);
        writer.WriteStartArray("tools"u8);
        for (var index = 0; index < request.Tools.Count; index++)
        {
            WriteTool(writer, request.Tools[index]);
            BedrockMarks.Write(writer, marks, index);
        }

        writer.WriteEndArray();
        if (request.ToolMode is { } mode)
        {
            writer.WriteStartObject("toolChoice"u8);
            writer.WriteStartObject(mode != "required" ? "auto" : request.RequiredTool is null ? "any" : "tool");
            if (mode == "required" && request.RequiredTool is { } name)
            {
                writer.WriteString("name"u8, name);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteTool(Utf8JsonWriter writer, ToolDeclaration tool)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("toolSpec"u8);
        writer.WriteString("name"u8, tool.Name);
        if (!string.IsNullOrEmpty(tool.Description))
        {
            writer.WriteString("description"u8, tool.Description);
        }

        writer.WriteStartObject("inputSchema"u8);
        writer.WritePropertyName("json"u8);
        AnthropicSchema.Input(tool.Parameters).WriteTo(writer);
        writer.WriteEndObject();
        if (tool.Strict is true)
        {
            writer.WriteBoolean("strict"u8, true);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteInference(Utf8JsonWriter writer, BedrockModelFields extras)
    {
        var sampling = facts?.RefusesSampling is not true && !extras.ForbidsSampling;
        var temperature = sampling ? request.Temperature : null;
        var topP = sampling && !(temperature is not null && facts?.RefusesTemperatureWithTopP is true) ? request.TopP : null;
        if (request.MaxOutputTokens is null && temperature is null && topP is null && request.StopSequences.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("inferenceConfig"u8);
        if (request.MaxOutputTokens is { } limit)
        {
            writer.WriteNumber("maxTokens"u8, limit);
        }

        if (temperature is { } heat)
        {
            writer.WriteNumber("temperature"u8, heat);
        }

        if (topP is { } share)
        {
            writer.WriteNumber("topP"u8, share);
        }

        if (request.StopSequences.Count > 0)
        {
            writer.WriteStartArray("stopSequences"u8);
            foreach (var stop in request.StopSequences)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_JsonSchemaDefinition.html, read 2026-11-21: the schema is a text that holds JSON.
    private void WriteFormat(Utf8JsonWriter writer)
    {
        if (request.Format.Schema is not { } schema)
        {
            if (request.Format.Kind != ChatFormat.Text.Kind)
            {
                // There is no "any JSON" here, and prose where JSON was asked for would be paid for and useless.
                throw new CannotSayException(FailureCause.Unsupported, "json-without-schema");
            }

            return;
        }

        writer.WriteStartObject("outputConfig"u8);
        writer.WriteStartObject("textFormat"u8);
        writer.WriteString("type"u8, "json_schema"u8);
        writer.WriteStartObject("structure"u8);
        writer.WriteStartObject("jsonSchema"u8);
        writer.WriteString("schema"u8, AnthropicSchema.Closed(schema).ToJsonString());
        if (!string.IsNullOrEmpty(request.Format.Name))
        {
            writer.WriteString("name"u8, request.Format.Name);
        }

        if (!string.IsNullOrEmpty(request.Format.Description))
        {
            writer.WriteString("description"u8, request.Format.Description);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
