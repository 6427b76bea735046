using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Writes the members of a <c>generateContent</c> body: instructions, tools, conversation, then what steers the answer.</summary>
/// <remarks>Shapes: https://ai.google.dev/api/generate-content and .../api/caching (Content, Tool, ToolConfig), read 2026-11-21.</remarks>
internal sealed class GeminiBodyWriter(Utf8JsonWriter writer, ChatRequest request, string model, ModelFacts? facts, GeminiFlavour flavour)
{
    private readonly GeminiPartWriter _parts = new(writer, request, model, flavour);

    /// <summary>Whether the prompt's head stands in a cache the request names; the API refuses instructions and tools beside it.</summary>
    private bool IsCached => request.Raw?["cachedContent"] is not null;

    /// <summary>Writes the whole body's members.</summary>
    public void Write()
    {
        if (!IsCached)
        {
            WriteHead();
        }

        if (!WriteContents())
        {
            throw flavour.Cannot(FailureCause.InvalidRequest, "contents");
        }

        WriteConfig();
    }

    /// <summary>Writes what a cache can hold: instructions, tools and the conversation; false when there is no conversation.</summary>
    public bool WritePrefix()
    {
        WriteHead();
        return request.Turns.Any(turn => turn.Role != ChatTurnRole.System) && WriteContents();
    }

    private void WriteHead()
    {
        WriteSystem();
        WriteTools();
    }

    private void WriteSystem()
    {
        var isOpen = false;
        foreach (var part in request.Turns.Where(turn => turn.Role == ChatTurnRole.System).SelectMany(turn => turn.Parts))
        {
            if (part is not ChatPart.Text text)
            {
                throw flavour.Cannot(FailureCause.Unsupported, "system-part");
            }

            if (text.Value.Length == 0)
            {
                continue;
            }

            if (!isOpen)
            {
                writer.WriteStartObject("systemInstruction"u8);
                writer.WriteStartArray("parts"u8);
                isOpen = true;
            }

            writer.WriteStartObject();
            writer.WriteString("text"u8, text.Value);
            writer.WriteEndObject();
        }

        if (isOpen)
        {
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    // Neighbours of one side become one content: the results of parallel calls must stand together, right after the calls.
    private bool WriteContents()
    {
        writer.WriteStartArray("contents"u8);
        string? open = null;
        var wroteAny = false;
        foreach (var turn in request.Turns.Where(turn => turn.Role != ChatTurnRole.System))
        {
            var role = turn.Role == ChatTurnRole.Assistant ? "model" : "user";
            if (!GeminiPartWriter.Says(turn))
            {
                continue;
            }

            if (open != role)
            {
                Close(open);
                writer.WriteStartObject();
                writer.WriteString("role"u8, role);
                writer.WriteStartArray("parts"u8);
                open = role;
            }

            _parts.Write(turn);
            wroteAny = true;
        }

        Close(open);
        writer.WriteEndArray();
        return wroteAny;
    }

    private void Close(string? open)
    {
        if (open is not null)
        {
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    private void WriteTools()
    {
        if (request.AllowMultipleToolCalls is false && request.Tools.Count > 0 && request.ToolMode != "none")
        {
            // There is no word for it, and two calls where one was meant may do harm.
            throw flavour.Cannot(FailureCause.Unsupported, "single-tool-call");
        }

        if (request.Tools.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("tools"u8);
        writer.WriteStartObject();
        writer.WriteStartArray("functionDeclarations"u8);
        foreach (var tool in request.Tools)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, tool.Name);
            if (tool.Description is { Length: > 0 } description)
            {
                writer.WriteString("description"u8, description);
            }

            if (tool.Parameters is System.Text.Json.Nodes.JsonObject { Count: > 0 } parameters)
            {
                writer.WritePropertyName("parametersJsonSchema"u8);
                parameters.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        WriteToolMode();
    }

    private void WriteToolMode()
    {
        // VALIDATED holds calls to their schemas and leaves the choice to the model (https://ai.google.dev/gemini-api/docs/function-calling, read 2026-11-21).
        var mode = request.ToolMode switch
        {
            "none" => "NONE",
            "required" => "ANY",
            _ when request.Tools.Any(tool => tool.Strict is true) => "VALIDATED",
            "auto" => "AUTO",
            _ => null,
        };
        if (mode is null)
        {
            return;
        }

        writer.WriteStartObject("toolConfig"u8);
        writer.WriteStartObject("functionCallingConfig"u8);
        writer.WriteString("mode"u8, mode);
        if (mode == "ANY" && request.RequiredTool is { } name)
        {
            writer.WriteStartArray("allowedFunctionNames"u8);
            writer.WriteStringValue(name);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteConfig()
    {
        var thinking = GeminiThinking.Of(request, model);
        var isPlain = request is { MaxOutputTokens: null, Temperature: null, TopP: null, TopK: null, FrequencyPenalty: null, PresencePenalty: null, Seed: null, StopSequences.Count: 0 };
        if (isPlain && request.Format.Kind == ChatFormat.Text.Kind && thinking.IsNone)
        {
            return;
        }

        writer.WriteStartObject("generationConfig"u8);
        WriteSampling();
        if (request.Format.Kind != ChatFormat.Text.Kind)
        {
            writer.WriteString("responseMimeType"u8, "application/json"u8);
            if (request.Format.Schema is { } schema)
            {
                writer.WritePropertyName("responseJsonSchema"u8);
                schema.WriteTo(writer);
            }
        }

        thinking.Write(writer);
        writer.WriteEndObject();
    }

    private void WriteSampling()
    {
        if (request.MaxOutputTokens is { } most)
        {
            writer.WriteNumber("maxOutputTokens"u8, most);
        }

        if (facts?.RefusesSampling is not true)
        {
            Number("temperature", request.Temperature);
            Number("topP", request.TopP);
            Number("topK", request.TopK);
            Number("frequencyPenalty", request.FrequencyPenalty);
            Number("presencePenalty", request.PresencePenalty);
        }

        if (request.Seed is { } seed)
        {
            // The API's seed has 32 bits; another seed than the asked one would be another question.
            writer.WriteNumber("seed"u8, seed is >= int.MinValue and <= int.MaxValue ? seed : throw flavour.Cannot(FailureCause.Unsupported, "seed"));
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
    }

    private void Number(string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }
}
