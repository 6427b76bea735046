using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>One answer in the shape of Converse, whole or as its events.</summary>
internal sealed class ConverseWire(SimulatedAnswer answer)
{
    private const int LatencyMs = 420;

    private string StopReason => answer.ToolCall is not null ? "tool_use" : answer.Truncated ? "max_tokens" : "end_turn";

    public void Write(Utf8JsonWriter writer, Reply reply)
    {
        writer.WriteStartObject("output");
        writer.WriteStartObject("message");
        writer.WriteString("role", "assistant");
        writer.WriteStartArray("content");
        writer.WriteStartObject();
        if (answer.ToolCall is { } call)
        {
            writer.WriteStartObject("toolUse");
            writer.WriteString("toolUseId", IdOf(reply));
            writer.WriteString("name", call.Name);
            writer.WritePropertyName("input");
            writer.WriteRawValue(call.ArgumentsJson);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteString("text", answer.Text);
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteString("stopReason", StopReason);
        WriteUsage(writer, reply);
    }

    public IEnumerable<StreamEvent> Events(Reply reply)
    {
        yield return Event("messageStart", static writer => writer.WriteString("role", "assistant"));
        if (answer.ToolCall is { } call)
        {
            // Text blocks begin without a start; tool calls with one.
            yield return Event("contentBlockStart", writer =>
            {
                writer.WriteNumber("contentBlockIndex", 0);
                writer.WriteStartObject("start");
                writer.WriteStartObject("toolUse");
                writer.WriteString("toolUseId", IdOf(reply));
                writer.WriteString("name", call.Name);
                writer.WriteEndObject();
                writer.WriteEndObject();
            });
        }

        foreach (var piece in JsonBytes.Pieces(answer.ToolCall?.ArgumentsJson ?? answer.Text))
        {
            yield return Event("contentBlockDelta", writer =>
            {
                writer.WriteNumber("contentBlockIndex", 0);
                writer.WriteStartObject("delta");
                if (answer.ToolCall is null)
                {
                    writer.WriteString("text", piece);
                }
                else
                {
                    writer.WriteStartObject("toolUse");
                    writer.WriteString("input", piece);
                    writer.WriteEndObject();
                }

                writer.WriteEndObject();
            });
        }

        yield return Event("contentBlockStop", static writer => writer.WriteNumber("contentBlockIndex", 0));
        yield return Event("messageStop", writer => writer.WriteString("stopReason", StopReason));
        yield return Event("metadata", writer => WriteUsage(writer, reply));
    }

    private static string IdOf(Reply reply) => "tooluse_" + reply.Id[^16..];

    private static StreamEvent Event(string type, Action<Utf8JsonWriter> write) => new(type, JsonBytes.Of(write));

    private static void WriteUsage(Utf8JsonWriter writer, Reply reply)
    {
        var usage = reply.Usage;
        writer.WriteStartObject("usage");
        writer.WriteNumber("inputTokens", usage.UncachedInput);
        writer.WriteNumber("outputTokens", usage.Output);
        writer.WriteNumber("totalTokens", usage.TotalInput + usage.Output);
        writer.WriteNumber("cacheReadInputTokens", usage.CacheRead);
        writer.WriteNumber("cacheWriteInputTokens", usage.CacheWriteShort + usage.CacheWriteLong);
        if (usage.CacheWriteShort + usage.CacheWriteLong > 0)
        {
            writer.WriteStartArray("cacheDetails");
            foreach (var (ttl, tokens) in ((string, long)[])[("1h", usage.CacheWriteLong), ("5m", usage.CacheWriteShort)])
            {
                if (tokens > 0)
                {
                    writer.WriteStartObject();
                    writer.WriteString("ttl", ttl);
                    writer.WriteNumber("inputTokens", tokens);
                    writer.WriteEndObject();
                }
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteStartObject("metrics");
        writer.WriteNumber("latencyMs", LatencyMs);
        writer.WriteEndObject();
    }
}
