using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Writes the members of a chat completion's body, but for the model and the raw ones.</summary>
internal sealed class OpenAIChatWriter(Utf8JsonWriter writer, ChatRequest request, ModelFacts? facts, OpenAIChatHabits habits, OpenAICacheMarks marks)
{
    public void Write()
    {
        if (IsOurs("messages"))
        {
            writer.WriteStartArray("messages"u8);
            var messages = new OpenAIMessageWriter(writer, habits, marks.Blocks, request.Tools.Count);
            foreach (var turn in request.Turns)
            {
                messages.Write(turn);
            }

            writer.WriteEndArray();
        }

        WriteLimits();
        // Models that reason refuse these unless they stand at their defaults; sampling is a wish, so it is left out rather than refused.
        if (facts?.RefusesSampling is not true)
        {
            Number("temperature", request.Temperature);
            Number("top_p", request.TopP);
            if (habits.TakesPenalties)
            {
                Number("frequency_penalty", request.FrequencyPenalty);
                Number("presence_penalty", request.PresencePenalty);
            }

            if (habits.TakesTopK)
            {
                Number("top_k", request.TopK);
            }
        }

        WriteFormat();
        WriteTools();
        marks.WriteOptions(writer, IsOurs);
    }

    /// <summary>Letters, digits, dashes and underscores, at most 64: what OpenAI takes as a name.</summary>
    public static string? Name(string? text)
    {
        var kept = string.Concat((text ?? "").Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-').Take(64));
        return kept.Length > 0 ? kept : null;
    }

    /// <summary>The limit's name: max_tokens is the one that OpenAI deprecates and its reasoning models refuse, so there only models known to want it get it.</summary>
    public static string LimitName(ModelFacts? facts, OpenAIChatHabits habits) => facts?.UsesMaxCompletionTokens switch
    {
        true => "max_completion_tokens",
        false => "max_tokens",
        null => habits.LimitName,
    };

    private bool IsOurs(string name) => request.Raw?.ContainsKey(name) is not true;

    private void WriteLimits()
    {
        if (request.MaxOutputTokens is { } most && IsOurs("max_tokens") && IsOurs("max_completion_tokens"))
        {
            writer.WriteNumber(LimitName(facts, habits), most);
        }

        if (request.Seed is { } seed && IsOurs(habits.SeedName))
        {
            writer.WriteNumber(habits.SeedName, seed);
        }

        if (request.StopSequences.Count > 0 && IsOurs("stop"))
        {
            writer.WriteStartArray("stop"u8);
            foreach (var stop in request.StopSequences)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }

        if (request.ReasoningEffort is { } effort && (facts?.SupportsReasoningEffort ?? habits.TakesReasoningEffort) && IsOurs("reasoning_effort"))
        {
            writer.WriteString("reasoning_effort"u8, effort == "extraHigh" ? "xhigh" : effort);
        }
    }

    private void WriteFormat()
    {
        if (request.Format.Kind == ChatFormat.Text.Kind || !IsOurs("response_format"))
        {
            return;
        }

        writer.WriteStartObject("response_format"u8);
        if (request.Format.Schema is { } schema)
        {
            writer.WriteString("type"u8, "json_schema"u8);
            writer.WriteStartObject("json_schema"u8);
            writer.WriteString("name"u8, Name(request.Format.Name) ?? "answer");
            if (request.Format.Description is { } description)
            {
                writer.WriteString("description"u8, description);
            }

            writer.WritePropertyName("schema"u8);
            schema.WriteTo(writer);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteString("type"u8, "json_object"u8);
        }

        writer.WriteEndObject();
    }

    private void WriteTools()
    {
        if (request.Tools.Count == 0)
        {
            return;
        }

        if (IsOurs("tools"))
        {
            FunctionTools.Write(writer, request.Tools, saysStrict: true);
        }

        if (request.ToolMode is { } mode && IsOurs("tool_choice"))
        {
            WriteChoice(mode);
        }

        if (request.AllowMultipleToolCalls is { } several && IsOurs("parallel_tool_calls"))
        {
            writer.WriteBoolean("parallel_tool_calls"u8, several);
        }
    }

    private void WriteChoice(string mode)
    {
        if (mode != "required" || request.RequiredTool is not { } name)
        {
            writer.WriteString("tool_choice"u8, mode == "required" ? habits.RequiredTool : mode);
            return;
        }

        writer.WriteStartObject("tool_choice"u8);
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, name);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void Number(string name, double? value)
    {
        if (value is { } number && IsOurs(name))
        {
            writer.WriteNumber(name, number);
        }
    }
}
