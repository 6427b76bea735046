using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>One answer in the shape of Cohere's chat, whole or as its events.</summary>
internal sealed class CohereChatWire(SimulatedAnswer answer)
{
    // What Cohere puts before every prompt is counted and not billed.
    private const int Preamble = 61;

    private string FinishReason => answer.ToolCall is not null ? "TOOL_CALL" : answer.Truncated ? "MAX_TOKENS" : "COMPLETE";

    public void Write(Utf8JsonWriter writer, Reply reply)
    {
        writer.WriteString("id", reply.Id);
        writer.WriteString("finish_reason", FinishReason);
        writer.WriteStartObject("message");
        writer.WriteString("role", "assistant");
        if (answer.ToolCall is { } call)
        {
            writer.WriteString("tool_plan", Plan(call.Name));
            writer.WriteStartArray("tool_calls");
            WriteCall(writer, reply, call.Name, call.ArgumentsJson);
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteStartArray("content");
            writer.WriteStartObject();
            writer.WriteString("type", "text");
            writer.WriteString("text", answer.Text);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        WriteUsage(writer, reply.Usage);
    }

    public IEnumerable<StreamEvent> Events(Reply reply)
    {
        yield return new StreamEvent("message-start", JsonBytes.Of(writer =>
        {
            writer.WriteString("id", reply.Id);
            writer.WriteString("type", "message-start");
            writer.WriteStartObject("delta");
            writer.WriteStartObject("message");
            writer.WriteString("role", "assistant");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }));
        foreach (var piece in answer.ToolCall is { } call ? Call(reply, call.Name, call.ArgumentsJson) : Text())
            yield return piece;
        yield return new StreamEvent("message-end", JsonBytes.Of(writer =>
        {
            writer.WriteString("type", "message-end");
            writer.WriteStartObject("delta");
            writer.WriteString("finish_reason", FinishReason);
            WriteUsage(writer, reply.Usage);
            writer.WriteEndObject();
        }));
    }

    private static string Plan(string tool) => $"I will use the {tool} tool.";

    private static void WriteCall(Utf8JsonWriter writer, Reply reply, string name, string arguments)
    {
        writer.WriteStartObject();
        writer.WriteString("id", $"{name}_{reply.Id[..12]}");
        writer.WriteString("type", "function");
        writer.WriteStartObject("function");
        writer.WriteString("name", name);
        writer.WriteString("arguments", arguments);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter writer, SandboxUsage usage)
    {
        writer.WriteStartObject("usage");
        writer.WriteStartObject("billed_units");
        writer.WriteNumber("input_tokens", usage.TotalInput);
        writer.WriteNumber("output_tokens", usage.Output);
        writer.WriteEndObject();
        writer.WriteStartObject("tokens");
        writer.WriteNumber("input_tokens", usage.TotalInput + Preamble);
        writer.WriteNumber("output_tokens", usage.Output);
        writer.WriteEndObject();
        writer.WriteNumber("cached_tokens", 0);
        writer.WriteEndObject();
    }

    private IEnumerable<StreamEvent> Text()
    {
        yield return Event("content-start", 0, writer =>
        {
            writer.WriteStartObject("content");
            writer.WriteString("type", "text");
            writer.WriteString("text", "");
            writer.WriteEndObject();
        });
        foreach (var piece in JsonBytes.Pieces(answer.Text))
        {
            yield return Event("content-delta", 0, writer =>
            {
                writer.WriteStartObject("content");
                writer.WriteString("text", piece);
                writer.WriteEndObject();
            });
        }

        yield return Event("content-end", 0, null);
    }

    private static IEnumerable<StreamEvent> Call(Reply reply, string name, string arguments)
    {
        foreach (var piece in JsonBytes.Pieces(Plan(name)))
            yield return Event("tool-plan-delta", null, writer => writer.WriteString("tool_plan", piece));
        yield return Event("tool-call-start", 0, writer =>
        {
            writer.WritePropertyName("tool_calls");
            WriteCall(writer, reply, name, "");
        });
        foreach (var piece in JsonBytes.Pieces(arguments))
        {
            yield return Event("tool-call-delta", 0, writer =>
            {
                writer.WriteStartObject("tool_calls");
                writer.WriteStartObject("function");
                writer.WriteString("arguments", piece);
                writer.WriteEndObject();
                writer.WriteEndObject();
            });
        }

        yield return Event("tool-call-end", 0, null);
    }

    private static StreamEvent Event(string type, int? index, Action<Utf8JsonWriter>? message) => new(type, JsonBytes.Of(writer =>
    {
        writer.WriteString("type", type);
        if (index is { } number)
            writer.WriteNumber("index", number);
        if (message is null)
            return;
        writer.WriteStartObject("delta");
        writer.WriteStartObject("message");
        message(writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }));
}
