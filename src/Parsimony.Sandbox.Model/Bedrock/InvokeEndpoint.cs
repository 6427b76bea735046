using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Sandbox.Model;

/// <summary>POST /model/{id}/invoke: Claude in Anthropic's words, and Titan's embeddings.</summary>
internal sealed class InvokeEndpoint : Endpoint
{
    public const string Name = "/invoke";

    private const string Version = "bedrock-2023-05-31";
    private const int UsualDimensions = 1_024;

    private readonly MessagesEndpoint _messages = new();

    public override string Provider => BedrockModels.Provider;

    public override string Path => Name;

    public override string Operation => Model.Operation.MessagesCreate;

    public override string IdPrefix => "msg_bdrk_";

    public override Refusal? Check(JsonElement body, bool batch)
    {
        if (body.ValueKind != JsonValueKind.Object)
            return Refusal.Invalid("Malformed input request, please reformat your input and try again.");
        var model = BedrockModels.Of(body);
        if (BedrockModels.IsEmbedding(model))
            return body.Text("inputText") is { Length: > 0 } ? null : Refusal.Invalid("Malformed input request: #: required key [inputText] not found");
        if (!BedrockModels.IsClaude(model))
            return Refusal.Invalid("The provided model identifier is invalid.");
        if (body.Text("anthropic_version") != Version)
            return Refusal.Invalid("anthropic_version: Field required");
        if (body.Get("model") is not null || body.Get("stream") is not null)
            return Refusal.Invalid("#: extraneous key [model] is not permitted");
        return batch && body.GetRawText().Contains("\"cache_control\"", StringComparison.Ordinal)
            ? Refusal.Invalid("Prompt caching is not supported for batch inference.")
            : _messages.Check(Message(body, model), batch);
    }

    public override Work Answer(JsonElement body, int ordinal, ulong seed)
    {
        var model = BedrockModels.Of(body);
        if (BedrockModels.IsEmbedding(model))
            return Embed(body, model);
        var work = _messages.Answer(Message(body, model), ordinal, seed);
        return new Work { Metered = work.Metered with { Provider = Provider, Model = model }, Write = work.Write };
    }

    private static JsonElement Message(JsonElement body, string model)
    {
        var root = JsonNode.Parse(body.GetRawText())?.AsObject() ?? [];
        root["model"] = model;
        return JsonElement.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()));
    }

    private Work Embed(JsonElement body, string model)
    {
        var text = body.Text("inputText") ?? "";
        var dimensions = body.Whole("dimensions") ?? UsualDimensions;
        return new Work
        {
            IsCached = false,
            Metered = new CacheQuestion { Provider = Provider, Model = model, Blocks = [new PromptBlock(text, TokenCounter.Count(text))] },
            Write = (writer, reply) =>
            {
                writer.WriteStartArray("embedding");
                foreach (var number in HashEmbedding.Embed(text, dimensions))
                    writer.WriteNumberValue(number);
                writer.WriteEndArray();
                writer.WriteNumber("inputTextTokenCount", reply.Usage.TotalInput);
            },
        };
    }
}
