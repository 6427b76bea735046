using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>POST /v1/messages.</summary>
internal sealed class MessagesEndpoint : Endpoint
{
    // Not allowed in a batch (https://platform.claude.com/docs/en/build-with-claude/batch-processing, read 2026-06-28).
    private static readonly string[] LiveOnly = ["speed", "store", "previous_thread_event_id", "cache_hint", "context_hint"];

    private const int MaxMarks = 4;

    public override string Provider => "anthropic";

    public override string Path => "/v1/messages";

    public override string Operation => Model.Operation.MessagesCreate;

    public override string IdPrefix => "msg_";

    public override Refusal? Check(JsonElement body, bool batch)
    {
        if (CheckPrompt(body) is { } refusal)
            return refusal;
        if (body.Whole("max_tokens") is not { } limit || limit < 0)
            return Refusal.Invalid("max_tokens: Field required");
        if (limit == 0 && (batch || body.IsTrue("stream") || body.Get("thinking")?.Text("type") == "enabled"))
            return Refusal.Invalid("max_tokens: 0 is not allowed here");
        if (!batch)
            return null;
        if (body.IsTrue("stream"))
            return Refusal.Invalid("stream: streaming is not supported in batches");
        return Array.Find(LiveOnly, name => body.Get(name) is not null) is { } forbidden
            ? Refusal.Invalid($"{forbidden}: Extra inputs are not permitted")
            : null;
    }

    /// <summary>What counting tokens needs too.</summary>
    public static Refusal? CheckPrompt(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            return Refusal.Invalid("The request body is not valid JSON.");
        if (string.IsNullOrEmpty(body.Text("model")))
            return Refusal.Invalid("model: Field required");
        if (body.Get("messages") is not { ValueKind: JsonValueKind.Array } messages || messages.GetArrayLength() == 0)
            return Refusal.Invalid("messages: at least one message is required");
        foreach (var message in messages.EnumerateArray())
        {
            if (message.Text("role") is not ("user" or "assistant" or "system"))
                return Refusal.Invalid("messages: Unexpected role. Allowed roles are \"user\" or \"assistant\"");
            if (message.Get("content") is not { ValueKind: JsonValueKind.String or JsonValueKind.Array })
                return Refusal.Invalid("messages: content: Field required");
        }

        var marks = AnthropicPrompt.Read(body).Blocks.Count(b => b.Mark is not null) + (body.Get("cache_control") is null ? 0 : 1);
        return marks > MaxMarks ? Refusal.Invalid($"A maximum of 4 blocks with cache_control may be provided. Found {marks}.") : null;
    }

    public override Work Answer(JsonElement body, int ordinal, ulong seed)
    {
        var prompt = AnthropicPrompt.Read(body);
        var model = body.Text("model") ?? "";
        var format = body.Get("output_config")?.Get("format") ?? body.Get("output_format");
        var choice = body.Get("tool_choice");
        var answer = prompt.Answer(
            new SimulatedQuestion
            {
                Provider = Provider,
                Model = model,
                JsonSchema = format?.Get("schema"),
                ForcedTool = choice?.Text("type") switch
                {
                    "tool" => choice.Value.Text("name"),
                    "any" when prompt.Tools.Count > 0 => prompt.Tools[0].Name,
                    _ => null,
                },
                MaxOutputTokens = body.Whole("max_tokens"),
                Ordinal = ordinal,
            },
            seed);
        var wire = new MessageWire(model, answer);
        return new Work
        {
            Metered = new CacheQuestion
            {
                Provider = Provider,
                Model = model,
                Blocks = prompt.Blocks,
                OutputTokens = answer.OutputTokens,
                Automatic = AnthropicPrompt.Mark(body),
            },
            Streams = body.IsTrue("stream"),
            Write = wire.Write,
            Events = wire.Events,
        };
    }
}
