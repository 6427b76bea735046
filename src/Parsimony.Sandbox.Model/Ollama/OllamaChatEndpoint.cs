using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>POST /api/chat: streams unless told not to, one JSON object a line.</summary>
internal sealed class OllamaChatEndpoint : Endpoint
{
    public override string Provider => "ollama";

    public override string Path => "/api/chat";

    public override string Operation => Model.Operation.ChatCreate;

    public override string IdPrefix => "ollama-";

    public override Refusal? Check(JsonElement body, bool batch)
    {
        if (CheckModel(body) is { } refusal)
            return refusal;
        if (body.Get("messages") is not { ValueKind: JsonValueKind.Array } messages || messages.GetArrayLength() == 0)
            return Refusal.Invalid("messages are required");
        foreach (var message in messages.EnumerateArray())
        {
            if (message.Text("role") is not ("system" or "user" or "assistant" or "tool"))
                return Refusal.Invalid("invalid role");
            if (message.Get("content") is { ValueKind: not JsonValueKind.String })
                return Refusal.Invalid("json: cannot unmarshal array into Go struct field Message.messages.content of type string");
            foreach (var call in message.Each("tool_calls"))
            {
                if (call.Get("function")?.Get("arguments") is not { ValueKind: JsonValueKind.Object })
                    return Refusal.Invalid("json: cannot unmarshal string into Go struct field ToolCallFunction.arguments");
            }

            foreach (var image in message.Each("images"))
            {
                if (image.ValueKind != JsonValueKind.String || !image.TryGetBytesFromBase64(out _))
                    return Refusal.Invalid("illegal base64 data");
            }
        }

        return body.Get("format") is { ValueKind: not (JsonValueKind.Object or JsonValueKind.String) } ? Refusal.Invalid("invalid format") : null;
    }

    /// <summary>A model must be named, and pulled: here every one is, but those whose names begin with <c>not-pulled</c>.</summary>
    public static Refusal? CheckModel(JsonElement body) => body.Text("model") is not { Length: > 0 } model
        ? Refusal.Invalid("model is required")
        : model.StartsWith("not-pulled", StringComparison.Ordinal) ? new Refusal(404, "", $"model '{model}' not found") : null;

    public override Work Answer(JsonElement body, int ordinal, ulong seed)
    {
        var prompt = new PromptReader();
        foreach (var tool in body.Each("tools"))
            prompt.AddTool(tool.Get("function")?.Text("name") ?? "", tool.Get("function")?.Get("parameters"), tool.GetRawText(), null);
        foreach (var message in body.Each("messages"))
            Add(prompt, message);
        var model = body.Text("model") ?? "";
        var format = body.Get("format");
        var answer = prompt.Answer(
            new SimulatedQuestion
            {
                Provider = Provider,
                Model = model,
                JsonSchema = format is { ValueKind: JsonValueKind.Object } ? format : null,
                JsonMode = format is { ValueKind: JsonValueKind.String },
                // The model decides; this one takes up a tool that is the only one, and says in words what the tool gave.
                ForcedTool = prompt.Tools.Count == 1 && body.Each("messages").Last().Text("role") == "user" ? prompt.Tools[0].Name : null,
                MaxOutputTokens = body.Get("options")?.Whole("num_predict") is > 0 and var limit ? limit : null,
                Ordinal = ordinal,
            },
            seed);
        return new Work
        {
            Metered = new CacheQuestion { Provider = Provider, Model = model, Blocks = prompt.Blocks, OutputTokens = answer.OutputTokens },
            Streams = body.Get("stream") is not { ValueKind: JsonValueKind.False },
            Write = (writer, reply) => WriteWhole(writer, reply, model, answer),
            Events = reply => Events(reply, model, answer),
        };
    }

    public override SandboxResponse Stream(IEnumerable<StreamEvent> events) => Exit.Produced("application/x-ndjson", async (target, cancellationToken) =>
    {
        foreach (var (_, data) in events)
        {
            await target.WriteAsync(data, cancellationToken).ConfigureAwait(false);
            await target.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            await target.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    });

    private static void Add(PromptReader prompt, JsonElement message)
    {
        var role = message.Text("role") ?? "user";
        prompt.AddText(role, message.Text("content") ?? "", null, endsMessage: message.Get("images") is null, isAnswer: role == "assistant");
        foreach (var image in message.Each("images"))
            prompt.AddImage(role, image.GetRawText(), null, endsMessage: false);
        if (message.Get("tool_calls") is { } calls)
            prompt.AddOther(role, calls.GetRawText(), PromptBlockKind.ToolUse, null, endsMessage: true);
    }

    private static void WriteHead(Utf8JsonWriter writer, Reply reply, string model)
    {
        writer.WriteString("model", model);
        writer.WriteString("created_at", reply.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
    }

    private static void WriteWhole(Utf8JsonWriter writer, Reply reply, string model, SimulatedAnswer answer)
    {
        WriteHead(writer, reply, model);
        WriteMessage(writer, answer.Text, answer.ToolCall);
        WriteEnd(writer, reply, answer);
    }

    private static void WriteMessage(Utf8JsonWriter writer, string text, (string Name, string ArgumentsJson)? call)
    {
        writer.WriteStartObject("message");
        writer.WriteString("role", "assistant");
        writer.WriteString("content", text);
        if (call is { } asked)
        {
            writer.WriteStartArray("tool_calls");
            writer.WriteStartObject();
            writer.WriteStartObject("function");
            writer.WriteString("name", asked.Name);
            writer.WritePropertyName("arguments");
            writer.WriteRawValue(asked.ArgumentsJson);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteEnd(Utf8JsonWriter writer, Reply reply, SimulatedAnswer answer)
    {
        writer.WriteString("done_reason", answer.Truncated ? "length" : "stop");
        writer.WriteBoolean("done", true);
        writer.WriteNumber("total_duration", 210_000_000);
        writer.WriteNumber("load_duration", 1_300_000);
        writer.WriteNumber("prompt_eval_count", reply.Usage.TotalInput);
        writer.WriteNumber("prompt_eval_duration", 40_000_000);
        writer.WriteNumber("eval_count", reply.Usage.Output);
        writer.WriteNumber("eval_duration", 160_000_000);
    }

    private static IEnumerable<StreamEvent> Events(Reply reply, string model, SimulatedAnswer answer)
    {
        foreach (var piece in JsonBytes.Pieces(answer.Text))
            yield return Piece(reply, model, piece, null);
        if (answer.ToolCall is not null)
            yield return Piece(reply, model, "", answer.ToolCall);
        yield return new StreamEvent(null, JsonBytes.Of(writer =>
        {
            WriteHead(writer, reply, model);
            WriteMessage(writer, "", null);
            WriteEnd(writer, reply, answer);
        }));
    }

    private static StreamEvent Piece(Reply reply, string model, string text, (string Name, string ArgumentsJson)? call) => new(null, JsonBytes.Of(writer =>
    {
        WriteHead(writer, reply, model);
        WriteMessage(writer, text, call);
        writer.WriteBoolean("done", false);
    }));
}
