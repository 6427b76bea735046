using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>One answer in the shape of generateContent, whole or as its events.</summary>
internal sealed class ContentWire(string model, SimulatedAnswer answer)
{
    public void Write(Utf8JsonWriter writer, Reply reply)
    {
        WriteCandidate(writer, reply, answer.Text, isLast: true);
        WriteUsage(writer, reply.Usage, reply.Usage.Output);
        WriteEnd(writer, reply);
    }

    public IEnumerable<StreamEvent> Events(Reply reply)
    {
        List<string> pieces = [.. JsonBytes.Pieces(answer.Text)];
        for (var i = 0; i < Math.Max(1, pieces.Count); i++)
        {
            var isLast = i >= pieces.Count - 1;
            yield return new StreamEvent(null, JsonBytes.Of(writer =>
            {
                WriteCandidate(writer, reply, i < pieces.Count ? pieces[i] : "", isLast);
                WriteUsage(writer, reply.Usage, isLast ? reply.Usage.Output : 0);
                WriteEnd(writer, reply);
            }));
        }
    }

    /// <summary>Usage as both services tell it: the prompt's count includes what was cached, thoughts are not part of the candidates.</summary>
    public static void WriteUsage(Utf8JsonWriter writer, SandboxUsage usage, long output)
    {
        writer.WriteStartObject("usageMetadata");
        writer.WriteNumber("promptTokenCount", usage.TotalInput);
        if (usage.CacheRead > 0)
            writer.WriteNumber("cachedContentTokenCount", usage.CacheRead);
        if (output > 0)
            writer.WriteNumber("candidatesTokenCount", output - usage.Reasoning);
        if (usage.Reasoning > 0)
            writer.WriteNumber("thoughtsTokenCount", usage.Reasoning);
        writer.WriteNumber("totalTokenCount", usage.TotalInput + output);
        writer.WriteEndObject();
    }

    private void WriteCandidate(Utf8JsonWriter writer, Reply reply, string text, bool isLast)
    {
        writer.WriteStartArray("candidates");
        writer.WriteStartObject();
        writer.WriteStartObject("content");
        writer.WriteStartArray("parts");
        writer.WriteStartObject();
        if (answer.ToolCall is { } call)
        {
            writer.WriteStartObject("functionCall");
            writer.WriteString("id", reply.Id[^8..]);
            writer.WriteString("name", call.Name);
            writer.WritePropertyName("args");
            writer.WriteRawValue(call.ArgumentsJson);
            writer.WriteEndObject();
            if (GeminiPrompt.Generation(model) >= 3)
                writer.WriteBase64String("thoughtSignature", System.Text.Encoding.UTF8.GetBytes("simulated " + reply.Id));
        }
        else
        {
            writer.WriteString("text", text);
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteString("role", "model");
        writer.WriteEndObject();
        if (isLast)
            writer.WriteString("finishReason", answer.Truncated ? "MAX_TOKENS" : "STOP");
        writer.WriteNumber("index", 0);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private void WriteEnd(Utf8JsonWriter writer, Reply reply)
    {
        writer.WriteString("modelVersion", model);
        writer.WriteString("responseId", reply.Id);
    }
}
