using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers;

/// <summary>Writes the members of a chat's body but for model, stream flag and raw ones.</summary>
internal sealed class OllamaChatWriter(Utf8JsonWriter writer, ChatRequest request)
{
    // Names of the calls made so far: a tool's result is sent with its tool's name.
    private readonly Dictionary<string, string> _calls = new(StringComparer.Ordinal);

    public void Write()
    {
        writer.WriteStartArray("messages"u8);
        var written = 0;
        foreach (var turn in request.Turns)
        {
            written += WriteTurn(turn);
        }

        writer.WriteEndArray();
        if (written == 0)
        {
            // Without messages the server only loads the model.
            throw new CannotSayException(FailureCause.InvalidRequest, "no-messages");
        }

        WriteTools();
        WriteFormat();
        WriteThinking();
        WriteOptions();
    }

    /// <summary>Writes a turn; a tool's results are messages of their own.</summary>
    private int WriteTurn(ChatTurn turn)
    {
        var written = 0;
        foreach (var result in turn.Parts.OfType<ChatPart.ToolResult>())
        {
            writer.WriteStartObject();
            writer.WriteString("role"u8, "tool"u8);
            writer.WriteString("content"u8, result.Result);
            if (_calls.GetValueOrDefault(result.CallId) is { } name)
            {
                writer.WriteString("tool_name"u8, name);
            }

            writer.WriteString("tool_call_id"u8, result.CallId);
            writer.WriteEndObject();
            written++;
        }

        List<ChatPart> rest = [.. turn.Parts.Where(part => part is not ChatPart.ToolResult)];
        if (rest.Count > 0 && turn.Role == ChatTurnRole.Tool)
        {
            throw new CannotSayException(FailureCause.Unsupported, "tool_content");
        }

        if (rest.Count > 0 || turn.Parts.Count == 0)
        {
            WriteMessage(turn.Role, rest);
            written++;
        }

        return written;
    }

    private void WriteMessage(ChatTurnRole role, List<ChatPart> parts)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, role switch { ChatTurnRole.System => "system", ChatTurnRole.Assistant => "assistant", _ => "user" });
        writer.WriteString("content"u8, string.Join('\n', parts.OfType<ChatPart.Text>().Select(text => text.Value)));
        var thoughts = string.Concat(parts.OfType<ChatPart.Reasoning>().Where(thought => thought.ProtectedData is null).Select(thought => thought.Value));
        if (thoughts.Length > 0 && role == ChatTurnRole.Assistant)
        {
            writer.WriteString("thinking"u8, thoughts);
        }

        WriteImages(role, parts);
        WriteCalls(role, [.. parts.OfType<ChatPart.ToolCall>()]);
        writer.WriteEndObject();
    }

    private void WriteImages(ChatTurnRole role, List<ChatPart> parts)
    {
        List<ChatPart> media = [.. parts.Where(part => part is ChatPart.Data or ChatPart.Link)];
        if (media.Count == 0)
        {
            return;
        }

        if (role != ChatTurnRole.User)
        {
            throw new CannotSayException(FailureCause.Unsupported, "media_role");
        }

        writer.WriteStartArray("images"u8);
        foreach (var part in media)
        {
            // Addresses are not fetched, and nothing but pictures is taken.
            if (part is not ChatPart.Data { MediaType: var type } data || !type.StartsWith("image/", StringComparison.OrdinalIgnoreCase))
            {
                throw new CannotSayException(FailureCause.Unsupported, part is ChatPart.Link ? "media_link" : "media_type");
            }

            writer.WriteBase64StringValue(data.Content.Span);
        }

        writer.WriteEndArray();
    }

    private void WriteCalls(ChatTurnRole role, List<ChatPart.ToolCall> calls)
    {
        if (calls.Count == 0)
        {
            return;
        }

        if (role != ChatTurnRole.Assistant)
        {
            throw new CannotSayException(FailureCause.InvalidRequest, "tool_call_role");
        }

        writer.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            _calls[call.CallId] = call.Name;
            writer.WriteStartObject();
            writer.WriteString("id"u8, call.CallId);
            writer.WriteStartObject("function"u8);
            writer.WriteString("name"u8, call.Name);
            writer.WritePropertyName("arguments"u8);
            // An object here, not its text.
            var arguments = call.ArgumentsJson.Length == 0 ? [] : JsonNode.Parse(call.ArgumentsJson) as JsonObject ?? throw new CannotSayException(FailureCause.InvalidRequest, "tool_arguments");
            arguments.WriteTo(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteTools()
    {
        // There is no tool_choice here (docs/api.md and docs/openai.md, read 2026-11-20). None: no tool is shown. One: only that one is. Required: asked for, not enforced.
        List<ToolDeclaration> shown = request.ToolMode switch
        {
            "none" => [],
            "required" when request.RequiredTool is { } name => [.. request.Tools.Where(tool => tool.Name == name)],
            _ => [.. request.Tools],
        };
        if (shown.Count == 0)
        {
            return;
        }

        FunctionTools.Write(writer, shown, saysStrict: false);
    }

    private void WriteFormat()
    {
        if (request.Format.Schema is { } schema)
        {
            writer.WritePropertyName("format"u8);
            schema.WriteTo(writer);
        }
        else if (request.Format.Kind != ChatFormat.Text.Kind)
        {
            writer.WriteString("format"u8, "json"u8);
        }
    }

    private void WriteThinking()
    {
        switch (request.ReasoningEffort)
        {
            case null:
                break;
            case "none":
                writer.WriteBoolean("think"u8, false);
                break;
            case var effort:
                // A level; models that know none take any for yes (UNVERIFIED for models of third parties).
                writer.WriteString("think"u8, effort == "extraHigh" ? "max" : effort);
                break;
        }
    }

    private void WriteOptions()
    {
        if (request is { MaxOutputTokens: null, Temperature: null, TopP: null, TopK: null, Seed: null, FrequencyPenalty: null, PresencePenalty: null, StopSequences.Count: 0 })
        {
            return;
        }

        writer.WriteStartObject("options"u8);
        Number("num_predict", request.MaxOutputTokens);
        Number("temperature", request.Temperature);
        Number("top_p", request.TopP);
        Number("top_k", request.TopK);
        if (request.Seed is { } seed)
        {
            writer.WriteNumber("seed"u8, seed);
        }

        Number("frequency_penalty", request.FrequencyPenalty);
        Number("presence_penalty", request.PresencePenalty);
        if (request.StopSequences.Count > 0)
        {
            writer.WriteStartArray("stop"u8);
            foreach (var stop in request.StopSequences)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }

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
