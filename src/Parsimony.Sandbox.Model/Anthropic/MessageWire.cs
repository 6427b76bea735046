using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>One answer in the shape of the messages API, whole or as its events.</summary>
internal sealed class MessageWire(string model, SimulatedAnswer answer)
{
    private string StopReason => answer.ToolCall is not null ? "tool_use" : answer.Truncated ? "max_tokens" : "end_turn";

    private bool HasContent => answer.ToolCall is not null || answer.Text.Length > 0;

    public void Write(Utf8JsonWriter writer, Reply reply)
    {
        WriteHead(writer, reply);
        writer.WriteStartArray("content");
        if (HasContent)
        {
            writer.WriteStartObject();
            WriteBlock(writer, reply, isDone: true);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("stop_reason", StopReason);
        writer.WriteNull("stop_sequence");
        WriteUsage(writer, reply, reply.Usage.Output);
    }

    public IEnumerable<StreamEvent> Events(Reply reply)
    {
        yield return Event("message_start", writer =>
        {
            writer.WriteStartObject("message");
            WriteHead(writer, reply);
            writer.WriteStartArray("content");
            writer.WriteEndArray();
            writer.WriteNull("stop_reason");
            writer.WriteNull("stop_sequence");
            WriteUsage(writer, reply, 1);
            writer.WriteEndObject();
        });
        if (HasContent)
        {
            yield return Event("content_block_start", writer =>
            {
                writer.WriteNumber("index", 0);
                writer.WriteStartObject("content_block");
                WriteBlock(writer, reply, isDone: false);
                writer.WriteEndObject();
            });
            yield return Event("ping", static _ => { });
            var isTool = answer.ToolCall is not null;
            foreach (var piece in JsonBytes.Pieces(answer.ToolCall?.ArgumentsJson ?? answer.Text))
            {
                yield return Event("content_block_delta", writer =>
                {
                    writer.WriteNumber("index", 0);
                    writer.WriteStartObject("delta");
                    writer.WriteString("type", isTool ? "input_json_delta" : "text_delta");
                    writer.WriteString(isTool ? "partial_json" : "text", piece);
                    writer.WriteEndObject();
                });
            }

            yield return Event("content_block_stop", static writer => writer.WriteNumber("index", 0));
        }

        yield return Event("message_delta", writer =>
        {
            writer.WriteStartObject("delta");
            writer.WriteString("stop_reason", StopReason);
            writer.WriteNull("stop_sequence");
            writer.WriteEndObject();
            WriteUsage(writer, reply, reply.Usage.Output);
        });
        yield return Event("message_stop", static _ => { });
    }

    private static StreamEvent Event(string type, Action<Utf8JsonWriter> write) => new(type, JsonBytes.Of(writer =>
    {
        writer.WriteString("type", type);
        write(writer);
    }));

    private void WriteHead(Utf8JsonWriter writer, Reply reply)
    {
        writer.WriteString("id", reply.Id);
        writer.WriteString("type", "message");
        writer.WriteString("role", "assistant");
        writer.WriteString("model", model);
    }

    private void WriteBlock(Utf8JsonWriter writer, Reply reply, bool isDone)
    {
        if (answer.ToolCall is not { } call)
        {
            writer.WriteString("type", "text");
            writer.WriteString("text", isDone ? answer.Text : "");
            return;
        }

        writer.WriteString("type", "tool_use");
        writer.WriteString("id", "toolu_" + reply.Id[^16..]);
        writer.WriteString("name", call.Name);
        writer.WritePropertyName("input");
        writer.WriteRawValue(isDone ? call.ArgumentsJson : "{}");
    }

    private static void WriteUsage(Utf8JsonWriter writer, Reply reply, long output)
    {
        var usage = reply.Usage;
        writer.WriteStartObject("usage");
        writer.WriteNumber("input_tokens", usage.UncachedInput);
        writer.WriteNumber("cache_creation_input_tokens", usage.CacheWriteShort + usage.CacheWriteLong);
        writer.WriteNumber("cache_read_input_tokens", usage.CacheRead);
        writer.WriteStartObject("cache_creation");
        writer.WriteNumber("ephemeral_5m_input_tokens", usage.CacheWriteShort);
        writer.WriteNumber("ephemeral_1h_input_tokens", usage.CacheWriteLong);
        writer.WriteEndObject();
        writer.WriteNumber("output_tokens", output);
        writer.WriteString("service_tier", reply.Batch ? "batch" : "standard");
        writer.WriteEndObject();
    }
}
