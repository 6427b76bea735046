using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>POST /v2/chat.</summary>
internal sealed class CohereChatEndpoint : Endpoint
{
    public override string Provider => "cohere";

    public override string Path => "/v2/chat";

    public override string Operation => Model.Operation.ChatCreate;

    public override string IdPrefix => "";

    public override Refusal? Check(JsonElement body, bool batch)
    {
        if (body.Text("model") is not { Length: > 0 })
            return Refusal.Invalid("a model parameter is required for this endpoint.");
        if (body.Get("messages") is not { ValueKind: JsonValueKind.Array } messages || messages.GetArrayLength() == 0)
            return Refusal.Invalid("invalid request: messages must not be empty.");
        foreach (var message in messages.EnumerateArray())
        {
            var role = message.Text("role");
            if (role is not ("system" or "user" or "assistant" or "tool"))
                return Refusal.Invalid($"invalid request: '{role}' is no role.");
            if (role == "tool" && message.Text("tool_call_id") is null)
                return Refusal.Invalid("invalid request: a tool message needs a tool_call_id.");
            if (message.Get("content") is null && message.Get("tool_calls") is null)
                return Refusal.Invalid("invalid request: a message needs content or tool calls.");
        }

        return CheckBounds(body) ?? CheckTools(body);
    }

    private static Refusal? CheckBounds(JsonElement body)
    {
        if (body.Get("p") is { ValueKind: JsonValueKind.Number } p && p.GetDouble() is < 0.01 or > 0.99)
            return Refusal.Invalid("invalid request: p must be between 0.01 and 0.99 inclusive.");
        if (body.Get("k") is { ValueKind: JsonValueKind.Number } k && k.GetDouble() is < 0 or > 500)
            return Refusal.Invalid("invalid request: k must be between 0 and 500 inclusive.");
        if (body.Get("max_tokens") is not null && body.Whole("max_tokens") is not > 0)
            return Refusal.Invalid("invalid request: max_tokens must be greater than 0.");
        return body.Each("stop_sequences").Count() > 5 ? Refusal.Invalid("invalid request: at most 5 stop sequences.") : null;
    }

    private static Refusal? CheckTools(JsonElement body)
    {
        if (body.Text("tool_choice") is { } choice && (choice is not ("REQUIRED" or "NONE") || body.Get("tools") is null))
            return Refusal.Invalid("invalid request: tool_choice must be REQUIRED or NONE, and needs tools.");
        return body.Get("tools") is not null && body.Get("response_format")?.Text("type") == "json_object"
            ? Refusal.Invalid("invalid request: response_format is not supported with tools.")
            : null;
    }

    public override Work Answer(JsonElement body, int ordinal, ulong seed)
    {
        var prompt = new PromptReader();
        foreach (var tool in body.Each("tools"))
            prompt.AddTool(tool.Get("function")?.Text("name") ?? "", tool.Get("function")?.Get("parameters"), tool.GetRawText(), null);
        foreach (var message in body.Each("messages"))
            Add(prompt, message);
        var model = body.Text("model") ?? "";
        var format = body.Get("response_format");
        var answer = prompt.Answer(
            new SimulatedQuestion
            {
                Provider = Provider,
                Model = model,
                JsonSchema = format?.Get("json_schema") ?? format?.Get("schema"),
                JsonMode = format?.Text("type") == "json_object",
                ForcedTool = body.Text("tool_choice") == "REQUIRED" && prompt.Tools.Count > 0 ? prompt.Tools[0].Name : null,
                MaxOutputTokens = body.Whole("max_tokens"),
                Ordinal = ordinal,
            },
            seed);
        var wire = new CohereChatWire(answer);
        return new Work
        {
            Metered = new CacheQuestion { Provider = Provider, Model = model, Blocks = prompt.Blocks, OutputTokens = answer.OutputTokens },
            Streams = body.IsTrue("stream"),
            Write = wire.Write,
            Events = wire.Events,
        };
    }

    private static void Add(PromptReader prompt, JsonElement message)
    {
        var role = message.Text("role") ?? "user";
        var isAnswer = role == "assistant";
        if (message.Text("content") is { } text)
            prompt.AddText(role, text, null, endsMessage: true, isAnswer);
        foreach (var part in message.Each("content"))
        {
            if (part.Text("text") is { } said)
                prompt.AddText(role, said, null, endsMessage: false, isAnswer);
            else if (part.Get("image_url") is { } image)
                prompt.AddImage(role, image.GetRawText(), null, endsMessage: false);
            else
                prompt.AddOther(role, part.GetRawText(), PromptBlockKind.Content, null, endsMessage: false);
        }

        if (message.Get("tool_calls") is { } calls)
            prompt.AddOther(role, calls.GetRawText(), PromptBlockKind.ToolUse, null, endsMessage: true);
    }
}
