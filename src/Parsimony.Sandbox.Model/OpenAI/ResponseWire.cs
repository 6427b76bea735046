using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>One answer in the shape of the responses API, whole or as its events.</summary>
internal sealed class ResponseWire(JsonElement body, string model, SimulatedAnswer answer)
{
    private string Status => answer.Truncated ? "incomplete" : "completed";

    public void Write(Utf8JsonWriter writer, Reply reply) => WriteResponse(writer, reply, Status, isDone: true);

    public IEnumerable<StreamEvent> Events(Reply reply)
    {
        var number = 0;
        StreamEvent Event(string type, Action<Utf8JsonWriter> write) => new(type, JsonBytes.Of(writer =>
        {
            writer.WriteString("type", type);
            writer.WriteNumber("sequence_number", number++);
            write(writer);
        }));

        StreamEvent Whole(string type, string status, bool isDone) => Event(type, writer =>
        {
            writer.WriteStartObject("response");
            WriteResponse(writer, reply, status, isDone);
            writer.WriteEndObject();
        });

        yield return Whole("response.created", "in_progress", isDone: false);
        yield return Whole("response.in_progress", "in_progress", isDone: false);
        yield return Event("response.output_item.added", writer => WriteItem(writer, reply, isDone: false));
        if (answer.ToolCall is { } call)
        {
            foreach (var piece in JsonBytes.Pieces(call.ArgumentsJson))
                yield return Event("response.function_call_arguments.delta", writer => WritePlace(writer, reply, "delta", piece, content: false));
            yield return Event("response.function_call_arguments.done", writer =>
            {
                WritePlace(writer, reply, "arguments", call.ArgumentsJson, content: false);
                writer.WriteString("name", call.Name);
            });
        }
        else
        {
            yield return Event("response.content_part.added", writer => WritePart(writer, reply, ""));
            foreach (var piece in JsonBytes.Pieces(answer.Text))
                yield return Event("response.output_text.delta", writer => WritePlace(writer, reply, "delta", piece, content: true));
            yield return Event("response.output_text.done", writer => WritePlace(writer, reply, "text", answer.Text, content: true));
            yield return Event("response.content_part.done", writer => WritePart(writer, reply, answer.Text));
        }

        yield return Event("response.output_item.done", writer => WriteItem(writer, reply, isDone: true));
        yield return Whole("response." + Status, Status, isDone: true);
    }

    private string ItemId(Reply reply) => (answer.ToolCall is null ? "msg_" : "fc_") + reply.Id[^16..];

    private void WriteResponse(Utf8JsonWriter writer, Reply reply, string status, bool isDone)
    {
        writer.WriteString("id", reply.Id);
        writer.WriteString("object", "response");
        writer.WriteNumber("created_at", reply.At.ToUnixTimeSeconds());
        writer.WriteString("status", status);
        if (reply.Tier == "flex")
            writer.WriteString("service_tier", reply.Tier);
        writer.WriteNull("error");
        writer.WritePropertyName("incomplete_details");
        if (status == "incomplete")
        {
            writer.WriteStartObject();
            writer.WriteString("reason", "max_output_tokens");
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteString("instructions", body.Text("instructions"));
        writer.WriteString("model", model);
        writer.WriteStartArray("output");
        if (isDone)
        {
            writer.WriteStartObject();
            WriteItemMembers(writer, reply, isDone: true);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("parallel_tool_calls", true);
        writer.WriteNull("previous_response_id");
        writer.WriteBoolean("store", false);
        writer.WriteNumber("temperature", 1);
        writer.WriteString("tool_choice", "auto");
        writer.WriteStartArray("tools");
        writer.WriteEndArray();
        writer.WriteNumber("top_p", 1);
        writer.WriteString("truncation", "disabled");
        WriteEcho(writer, "metadata");
        if (isDone)
            WriteUsage(writer, reply.Usage);
        else
            writer.WriteNull("usage");
    }

    private void WriteEcho(Utf8JsonWriter writer, string name)
    {
        writer.WritePropertyName(name);
        if (body.Get(name) is { ValueKind: JsonValueKind.Object } value)
        {
            value.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        writer.WriteEndObject();
    }

    private void WriteItem(Utf8JsonWriter writer, Reply reply, bool isDone)
    {
        writer.WriteNumber("output_index", 0);
        writer.WriteStartObject("item");
        WriteItemMembers(writer, reply, isDone);
        writer.WriteEndObject();
    }

    private void WriteItemMembers(Utf8JsonWriter writer, Reply reply, bool isDone)
    {
        writer.WriteString("id", ItemId(reply));
        writer.WriteString("status", isDone ? Status : "in_progress");
        if (answer.ToolCall is { } call)
        {
            writer.WriteString("type", "function_call");
            writer.WriteString("call_id", "call_" + reply.Id[^12..]);
            writer.WriteString("name", call.Name);
            writer.WriteString("arguments", isDone ? call.ArgumentsJson : "");
            return;
        }

        writer.WriteString("type", "message");
        writer.WriteString("role", "assistant");
        writer.WriteStartArray("content");
        if (isDone)
        {
            writer.WriteStartObject();
            WriteText(writer, answer.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WritePart(Utf8JsonWriter writer, Reply reply, string text)
    {
        writer.WriteString("item_id", ItemId(reply));
        writer.WriteNumber("output_index", 0);
        writer.WriteNumber("content_index", 0);
        writer.WriteStartObject("part");
        WriteText(writer, text);
        writer.WriteEndObject();
    }

    private void WritePlace(Utf8JsonWriter writer, Reply reply, string name, string value, bool content)
    {
        writer.WriteString("item_id", ItemId(reply));
        writer.WriteNumber("output_index", 0);
        if (content)
        {
            writer.WriteNumber("content_index", 0);
            writer.WriteStartArray("logprobs");
            writer.WriteEndArray();
        }

        writer.WriteString(name, value);
    }

    private static void WriteText(Utf8JsonWriter writer, string text)
    {
        writer.WriteString("type", "output_text");
        writer.WriteString("text", text);
        writer.WriteStartArray("annotations");
        writer.WriteEndArray();
        writer.WriteStartArray("logprobs");
        writer.WriteEndArray();
    }

    private static void WriteUsage(Utf8JsonWriter writer, SandboxUsage usage)
    {
        writer.WriteStartObject("usage");
        writer.WriteNumber("input_tokens", usage.TotalInput);
        writer.WriteStartObject("input_tokens_details");
        writer.WriteNumber("cached_tokens", usage.CacheRead);
        writer.WriteNumber("cache_write_tokens", usage.CacheWriteShort + usage.CacheWriteLong);
        writer.WriteEndObject();
        writer.WriteNumber("output_tokens", usage.Output);
        writer.WriteStartObject("output_tokens_details");
        writer.WriteNumber("reasoning_tokens", usage.Reasoning);
        writer.WriteEndObject();
        writer.WriteNumber("total_tokens", usage.TotalInput + usage.Output);
        writer.WriteEndObject();
    }
}
