using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>POST /model/{id}/converse and /converse-stream.</summary>
internal sealed class ConverseEndpoint : Endpoint
{
    public const string Name = "/converse";

    private const int MaxMarks = 4;

    public override string Provider => BedrockModels.Provider;

    public override string Path => Name;

    public override string Operation => Model.Operation.ChatCreate;

    public override string IdPrefix => "bdrk_";

    public override Refusal? Check(JsonElement body, bool batch)
    {
        if (body.ValueKind != JsonValueKind.Object || body.Get("messages") is not { ValueKind: JsonValueKind.Array } messages || messages.GetArrayLength() == 0)
            return Refusal.Invalid("1 validation error detected: Value at 'messages' failed to satisfy constraint: Member must not be null");
        var side = "assistant";
        foreach (var message in messages.EnumerateArray())
        {
            if (message.Text("role") is not ("user" or "assistant") || message.Text("role") == side)
                return Refusal.Invalid("A conversation must alternate between user and assistant roles, and start with a user message.");
            side = message.Text("role") ?? "";
            if (message.Get("content") is not { ValueKind: JsonValueKind.Array } content || content.GetArrayLength() == 0)
                return Refusal.Invalid("The content field in the Message object is empty. Add a ContentBlock object to the content field and try again.");
            if (content.EnumerateArray().Any(block => block.Text("text") is { } text && text.Trim().Length == 0))
                return Refusal.Invalid("The text field in the ContentBlock object is blank. Add text to the text field, and try again.");
        }

        // With the Converse type a record that names tools fails (https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html, read 2026-11-20).
        if (batch && body.Get("toolConfig") is not null)
            return Refusal.Invalid("Tool use is not supported for Converse batch inference.");
        if (ConversePrompt.UsesTools(body) && body.Get("toolConfig") is null)
            return Refusal.Invalid("The toolConfig field must be defined when using toolUse and toolResult content blocks.");
        if (body.Get("inferenceConfig")?.Get("maxTokens") is { } limit && (limit.ValueKind != JsonValueKind.Number || !limit.TryGetInt32(out var tokens) || tokens < 1))
            return Refusal.Invalid("Value at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1");
        var marks = ConversePrompt.Read(body).Blocks.Count(block => block.Mark is not null);
        return marks > MaxMarks ? Refusal.Invalid($"You invoked an unsupported model or your request did not allow prompt caching: {marks} cache points.")
            : batch && marks > 0 ? Refusal.Invalid("Prompt caching is not supported for batch inference.")
            : null;
    }

    public override Work Answer(JsonElement body, int ordinal, ulong seed)
    {
        var prompt = ConversePrompt.Read(body);
        var model = BedrockModels.Of(body);
        var choice = body.Get("toolConfig")?.Get("toolChoice");
        var answer = prompt.Answer(
            new SimulatedQuestion
            {
                Provider = Provider,
                Model = model,
                JsonSchema = Schema(body),
                ForcedTool = choice?.Get("tool")?.Text("name") ?? (choice?.Get("any") is not null && prompt.Tools.Count > 0 ? prompt.Tools[0].Name : null),
                MaxOutputTokens = body.Get("inferenceConfig")?.Whole("maxTokens"),
                Ordinal = ordinal,
            },
            seed);
        var wire = new ConverseWire(answer);
        return new Work
        {
            Metered = new CacheQuestion { Provider = Provider, Model = model, Blocks = prompt.Blocks, OutputTokens = answer.OutputTokens },
            Streams = BedrockModels.Streams(body),
            Write = wire.Write,
            Events = wire.Events,
        };
    }

    public override SandboxResponse Stream(IEnumerable<StreamEvent> events) => EventFrames.Reply(events);

    // The schema is a text that holds JSON.
    private static JsonElement? Schema(JsonElement body)
    {
        if (body.Get("outputConfig")?.Get("textFormat")?.Get("structure")?.Get("jsonSchema")?.Text("schema") is not { } text)
            return null;
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
