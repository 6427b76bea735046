using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>POST /v1/chat/completions; who does it a little differently inherits it.</summary>
internal class ChatEndpoint(string provider, bool refusesNames = false) : Endpoint
{
    public override string Provider => provider;

    public override string Path => "/v1/chat/completions";

    public override string Operation => Model.Operation.ChatCreate;

    public override string IdPrefix => "chatcmpl-";

    public override Refusal? Check(JsonElement body, bool batch)
    {
        if (OpenAIPrompt.CheckCommon(body, batch) is { } refusal)
            return refusal;
        if (body.Get("messages") is not { ValueKind: JsonValueKind.Array } messages || messages.GetArrayLength() == 0)
            return Refusal.Invalid("'messages' must be a list with at least one message.", "messages");
        foreach (var message in messages.EnumerateArray())
        {
            if (message.Text("role") is null)
                return Refusal.Invalid("Every message needs a 'role'.", "messages");
            if (refusesNames && message.Get("name") is not null)
                return Refusal.Invalid("'messages' : property 'name' is unsupported.", "messages");
        }

        return OpenAIPrompt.CheckLimit(body, "max_completion_tokens") ?? OpenAIPrompt.CheckLimit(body, "max_tokens");
    }

    public override Work Answer(JsonElement body, int ordinal, ulong seed)
    {
        var prompt = new PromptReader();
        OpenAIPrompt.AddTools(prompt, body);
        foreach (var message in body.Each("messages"))
            OpenAIPrompt.AddMessage(prompt, message);
        var format = body.Get("response_format");
        var model = body.Text("model") ?? "";
        var answer = prompt.Answer(
            new SimulatedQuestion
            {
                Provider = Provider,
                Model = model,
                JsonSchema = format?.Get("json_schema")?.Get("schema"),
                JsonMode = format?.Text("type") == "json_object",
                ForcedTool = ForcedTool(body, prompt),
                MaxOutputTokens = body.Whole("max_completion_tokens") ?? body.Whole("max_tokens"),
                Ordinal = ordinal,
            },
            seed);
        var reasoning = ReasoningTokens(model, answer);
        return new Work
        {
            Metered = OpenAIPrompt.Metered(Provider, body, model, prompt, answer.OutputTokens + reasoning) with { ReasoningTokens = reasoning },
            Streams = body.IsTrue("stream"),
            Write = (writer, reply) => Write(writer, reply, model, answer),
            Events = reply => Events(reply, model, answer, StreamsUsage(body)),
        };
    }

    /// <summary>The tool that must be called.</summary>
    protected virtual string? ForcedTool(JsonElement body, PromptReader prompt) => OpenAIPrompt.ForcedTool(body, prompt);

    /// <summary>Whether a stream ends with its usage.</summary>
    protected virtual bool StreamsUsage(JsonElement body) => body.Get("stream_options")?.IsTrue("include_usage") ?? false;

    /// <summary>Whether that usage stands in the chunk that ends the answer; else in one of its own, without choices.</summary>
    protected virtual bool EndsWithUsage => false;

    /// <summary>Output tokens the model spends before it answers.</summary>
    protected virtual int ReasoningTokens(string model, SimulatedAnswer answer) => 0;

    /// <summary>Writes the member <c>content</c>; <paramref name="begins"/> in the first piece of a stream, and in a whole answer.</summary>
    protected virtual void WriteContent(Utf8JsonWriter writer, string model, string text, bool begins) => writer.WriteString("content", text);

    private static string Finish(SimulatedAnswer answer) => answer.ToolCall is not null ? "tool_calls" : answer.Truncated ? "length" : "stop";

    private static void WriteHead(Utf8JsonWriter writer, Reply reply, string model, string kind)
    {
        writer.WriteString("id", reply.Id);
        writer.WriteString("object", kind);
        writer.WriteNumber("created", reply.At.ToUnixTimeSeconds());
        writer.WriteString("model", model);
        writer.WriteString("service_tier", reply.Tier);
        writer.WriteString("system_fingerprint", "fp_simulated");
    }

    private void Write(Utf8JsonWriter writer, Reply reply, string model, SimulatedAnswer answer)
    {
        WriteHead(writer, reply, model, "chat.completion");
        writer.WriteStartArray("choices");
        writer.WriteStartObject();
        writer.WriteNumber("index", 0);
        writer.WriteStartObject("message");
        writer.WriteString("role", "assistant");
        WriteAnswer(writer, reply, model, answer, indexed: false);
        writer.WriteNull("refusal");
        writer.WriteStartArray("annotations");
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteNull("logprobs");
        writer.WriteString("finish_reason", Finish(answer));
        writer.WriteEndObject();
        writer.WriteEndArray();
        WriteUsage(writer, reply);
    }

    private void WriteAnswer(Utf8JsonWriter writer, Reply reply, string model, SimulatedAnswer answer, bool indexed)
    {
        if (answer.ToolCall is not { } call)
        {
            WriteContent(writer, model, answer.Text, begins: true);
            return;
        }

        writer.WriteNull("content");
        writer.WriteStartArray("tool_calls");
        writer.WriteStartObject();
        if (indexed)
            writer.WriteNumber("index", 0);
        writer.WriteString("id", "call_" + reply.Id[^12..]);
        writer.WriteString("type", "function");
        writer.WriteStartObject("function");
        writer.WriteString("name", call.Name);
        writer.WriteString("arguments", call.ArgumentsJson);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    /// <summary>Writes the member <c>usage</c>.</summary>
    protected virtual void WriteUsage(Utf8JsonWriter writer, Reply reply)
    {
        var usage = reply.Usage;
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", usage.TotalInput);
        writer.WriteNumber("completion_tokens", usage.Output);
        writer.WriteNumber("total_tokens", usage.TotalInput + usage.Output);
        writer.WriteStartObject("prompt_tokens_details");
        writer.WriteNumber("cached_tokens", usage.CacheRead);
        writer.WriteNumber("cache_write_tokens", usage.CacheWriteShort + usage.CacheWriteLong);
        writer.WriteNumber("audio_tokens", 0);
        writer.WriteEndObject();
        writer.WriteStartObject("completion_tokens_details");
        writer.WriteNumber("reasoning_tokens", usage.Reasoning);
        writer.WriteNumber("audio_tokens", 0);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private IEnumerable<StreamEvent> Events(Reply reply, string model, SimulatedAnswer answer, bool usage)
    {
        yield return Chunk(reply, model, writer =>
        {
            writer.WriteString("role", "assistant");
            if (answer.ToolCall is null)
                writer.WriteString("content", "");
        });
        if (answer.ToolCall is not null)
            yield return Chunk(reply, model, writer => WriteAnswer(writer, reply, model, answer, indexed: true));
        var begins = true;
        foreach (var piece in JsonBytes.Pieces(answer.Text))
        {
            var first = begins;
            begins = false;
            yield return Chunk(reply, model, writer => WriteContent(writer, model, piece, first));
        }

        yield return Chunk(reply, model, static _ => { }, Finish(answer), usage && EndsWithUsage ? writer => WriteUsage(writer, reply) : null);
        if (usage && !EndsWithUsage)
        {
            yield return new StreamEvent(null, JsonBytes.Of(writer =>
            {
                WriteHead(writer, reply, model, "chat.completion.chunk");
                writer.WriteStartArray("choices");
                writer.WriteEndArray();
                WriteUsage(writer, reply);
            }));
        }

        yield return new StreamEvent(null, "[DONE]"u8.ToArray());
    }

    private static StreamEvent Chunk(Reply reply, string model, Action<Utf8JsonWriter> delta, string? finish = null, Action<Utf8JsonWriter>? more = null) => new(null, JsonBytes.Of(writer =>
    {
        WriteHead(writer, reply, model, "chat.completion.chunk");
        writer.WriteStartArray("choices");
        writer.WriteStartObject();
        writer.WriteNumber("index", 0);
        writer.WriteStartObject("delta");
        delta(writer);
        writer.WriteEndObject();
        writer.WriteNull("logprobs");
        writer.WriteString("finish_reason", finish);
        writer.WriteEndObject();
        writer.WriteEndArray();
        more?.Invoke(writer);
    }));
}
