using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Parsimony.Bench;

/// <summary>The words in which providers answer: a whole answer of a text, and the same as a stream of pieces, each after the provider's documented shape.</summary>
internal sealed class AnswerShape(Func<string, string> whole, Func<IReadOnlyList<string>, byte[]> stream)
{
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(i => Enumerable.Range(0, 8).Aggregate((uint)i, (c, _) => (c & 1) == 1 ? 0xEDB88320 ^ (c >> 1) : c >> 1))];

    public static AnswerShape OpenAI { get; } = new(
        text => $$$$$$"""{"id":"chatcmpl-1","object":"chat.completion","created":1790000000,"model":"a-model","choices":[{"index":0,"message":{"role":"assistant","content":{{{{{{Quoted(text)}}}}}},"refusal":null,"annotations":[]},"finish_reason":"stop"}],"usage":{"prompt_tokens":2000,"completion_tokens":1000,"total_tokens":3000,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}},"service_tier":"default"}""",
        pieces => Events([
            .. pieces.Select(piece => $$$$$$"""{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,"model":"a-model","choices":[{"index":0,"delta":{"content":{{{{{{Quoted(piece)}}}}}}},"finish_reason":null}]}"""),
            """{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,"model":"a-model","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
            """{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,"model":"a-model","choices":[],"usage":{"prompt_tokens":2000,"completion_tokens":1000,"total_tokens":3000}}""",
            "[DONE]",
        ]));

    public static AnswerShape Anthropic { get; } = new(
        text => $$$$$$"""{"id":"msg_1","type":"message","role":"assistant","model":"a-model","content":[{"type":"text","text":{{{{{{Quoted(text)}}}}}}}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":2000,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1000,"service_tier":"standard"}}""",
        pieces => Events([
            """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"a-model","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":2000,"output_tokens":1}}}""",
            """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
            .. pieces.Select(piece => $$$$$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":{{{{{{Quoted(piece)}}}}}}}}"""),
            """{"type":"content_block_stop","index":0}""",
            """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":1000}}""",
            """{"type":"message_stop"}""",
        ], isNamed: true));

    public static AnswerShape Gemini { get; } = new(
        text => $$$$$$"""{"candidates":[{"content":{"parts":[{"text":{{{{{{Quoted(text)}}}}}}}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":2000,"candidatesTokenCount":1000,"totalTokenCount":3000},"modelVersion":"a-model","responseId":"r-1"}""",
        pieces => Events([
            .. pieces.Select(piece => $$$$$$"""{"candidates":[{"content":{"parts":[{"text":{{{{{{Quoted(piece)}}}}}}}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":2000,"totalTokenCount":2000},"modelVersion":"a-model","responseId":"r-1"}"""),
            """{"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":2000,"candidatesTokenCount":1000,"totalTokenCount":3000},"modelVersion":"a-model","responseId":"r-1"}""",
        ]));

    public static AnswerShape Bedrock { get; } = new(
        text => $$$$$$"""{"output":{"message":{"role":"assistant","content":[{"text":{{{{{{Quoted(text)}}}}}}}]}},"stopReason":"end_turn","usage":{"inputTokens":2000,"outputTokens":1000,"totalTokens":3000},"metrics":{"latencyMs":551}}""",
        pieces => [
            .. Frame("messageStart", """{"p":"abcd","role":"assistant"}"""),
            .. pieces.SelectMany(piece => Frame("contentBlockDelta", $$$$$$"""{"contentBlockIndex":0,"delta":{"text":{{{{{{Quoted(piece)}}}}}}},"p":"abcdefgh"}""")),
            .. Frame("contentBlockStop", """{"contentBlockIndex":0,"p":"abc"}"""),
            .. Frame("messageStop", """{"p":"abcdef","stopReason":"end_turn"}"""),
            .. Frame("metadata", """{"metrics":{"latencyMs":551},"p":"ab","usage":{"inputTokens":2000,"outputTokens":1000,"totalTokens":3000}}"""),
        ]);

    public static AnswerShape Cohere { get; } = new(
        text => $$$$$$"""{"id":"c-1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text","text":{{{{{{Quoted(text)}}}}}}}]},"usage":{"billed_units":{"input_tokens":2000,"output_tokens":1000},"tokens":{"input_tokens":2000,"output_tokens":1000}}}""",
        pieces => Events([
            """{"id":"c-1","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}""",
            """{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"text","text":""}}}}""",
            .. pieces.Select(piece => $$$$$$"""{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":{{{{{{Quoted(piece)}}}}}}}}}}"""),
            """{"type":"content-end","index":0}""",
            """{"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":2000,"output_tokens":1000},"tokens":{"input_tokens":2000,"output_tokens":1000}}}}""",
        ], isNamed: true));

    public static AnswerShape Ollama { get; } = new(
        text => $$$$$$"""{"model":"a-model","created_at":"2026-11-20T14:13:43.416799Z","message":{"role":"assistant","content":{{{{{{Quoted(text)}}}}}}},"done_reason":"stop","done":true,"total_duration":5191566416,"load_duration":2154458,"prompt_eval_count":2000,"prompt_eval_duration":383809000,"eval_count":1000,"eval_duration":4799921000}""",
        pieces => Encoding.UTF8.GetBytes(string.Concat([
            .. pieces.Select(piece => $$$$$$"""{"model":"a-model","created_at":"2026-11-20T14:13:43.416799Z","message":{"role":"assistant","content":{{{{{{Quoted(piece)}}}}}}},"done":false}""" + "\n"),
            """{"model":"a-model","created_at":"2026-11-20T14:13:43.416799Z","message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"prompt_eval_count":2000,"eval_count":1000}""" + "\n",
        ])));

    /// <summary>A whole answer of this text.</summary>
    public byte[] Whole(string text) => Encoding.UTF8.GetBytes(whole(text));

    /// <summary>The body of an answer that comes in these pieces.</summary>
    public byte[] Stream(IReadOnlyList<string> pieces) => stream(pieces);

    private static string Quoted(string text) => "\"" + JsonEncodedText.Encode(text) + "\"";

    private static byte[] Events(IEnumerable<string> datas, bool isNamed = false)
    {
        var text = new StringBuilder();
        foreach (var data in datas)
        {
            if (isNamed)
            {
                using var document = JsonDocument.Parse(data);
                text.Append("event: ").Append(document.RootElement.GetProperty("type").GetString()).Append('\n');
            }

            text.Append("data: ").Append(data).Append("\n\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>One message of Amazon's event stream: lengths and checksums in big-endian, headers of text.</summary>
    private static byte[] Frame(string type, string payload)
    {
        byte[] headers = [.. Header(":event-type", type), .. Header(":content-type", "application/json"), .. Header(":message-type", "event")];
        var body = Encoding.UTF8.GetBytes(payload);
        var frame = new byte[16 + headers.Length + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), Crc(frame.AsSpan(0, 8)));
        headers.CopyTo(frame, 12);
        body.CopyTo(frame, 12 + headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(frame.Length - 4), Crc(frame.AsSpan(0, frame.Length - 4)));
        return frame;
    }

    private static byte[] Header(string name, string value) =>
        [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), 7, (byte)(value.Length >> 8), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return ~crc;
    }
}
