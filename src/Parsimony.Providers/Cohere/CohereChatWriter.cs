using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Writes the members of a chat's body but for the model and the raw ones.</summary>
/// <remarks>https://docs.cohere.com/reference/chat and cohere-ai/cohere-python:src/cohere/v2/client.py, read 2026-11-20 and 2026-11-21.</remarks>
internal sealed class CohereChatWriter(Utf8JsonWriter writer, ChatRequest request, ModelFacts? facts)
{
    // The bounds of p; what callers mean by 1, all tokens, is out of them.
    private const double LeastP = 0.01;
    private const double MostP = 0.99;

    public void Write()
    {
        writer.WriteStartArray("messages"u8);
        var messages = new CohereMessageWriter(writer);
        var written = request.Turns.Sum(messages.Write);
        writer.WriteEndArray();
        if (written == 0)
        {
            throw new CannotSayException(FailureCause.InvalidRequest, "no-messages");
        }

        WriteTools();
        WriteFormat();
        WriteSampling();
        WriteThinking();
    }

    private void WriteTools()
    {
        // There is no word for one tool of several: it is shown alone, and some tool is required.
        List<ToolDeclaration> shown = request is { ToolMode: "required", RequiredTool: { } name } ? [.. request.Tools.Where(tool => tool.Name == name)] : [.. request.Tools];
        if (shown.Count == 0)
        {
            return;
        }

        FunctionTools.Write(writer, shown, saysStrict: false);
        // A setting of the whole request here: asked for only where every tool wants it.
        if (shown.TrueForAll(tool => tool.Strict is true))
        {
            writer.WriteBoolean("strict_tools"u8, true);
        }

        if (request.ToolMode is "required" or "none")
        {
            writer.WriteString("tool_choice"u8, request.ToolMode == "none" ? "NONE" : "REQUIRED");
        }
    }

    private void WriteFormat()
    {
        if (request.Format.Kind == ChatFormat.Text.Kind)
        {
            return;
        }

        writer.WriteStartObject("response_format"u8);
        writer.WriteString("type"u8, "json_object"u8);
        if (request.Format.Schema is { } schema)
        {
            writer.WritePropertyName("json_schema"u8);
            schema.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private void WriteSampling()
    {
        Number("max_tokens", request.MaxOutputTokens);
        if (request.StopSequences.Count > 0)
        {
            writer.WriteStartArray("stop_sequences"u8);
            foreach (var stop in request.StopSequences)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }

        Number("temperature", request.Temperature);
        if (request.Seed is { } seed)
        {
            writer.WriteNumber("seed"u8, seed);
        }

        Number("frequency_penalty", request.FrequencyPenalty);
        Number("presence_penalty", request.PresencePenalty);
        Number("k", request.TopK);
        Number("p", request.TopP is { } share ? Math.Clamp(share, LeastP, MostP) : null);
    }

    private void WriteThinking()
    {
        if (request.ReasoningEffort is not { } effort || facts?.SupportsReasoningEffort is false)
        {
            return;
        }

        // On or off; how much is a number of tokens (token_budget) that callers give raw.
        writer.WriteStartObject("thinking"u8);
        writer.WriteString("type"u8, effort == "none" ? "disabled" : "enabled");
        writer.WriteEndObject();
    }

    private void Number(string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }
}
