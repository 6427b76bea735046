using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>POST /api/embed.</summary>
internal sealed class OllamaEmbedEndpoint : Endpoint
{
    private const int ModelsOwnDimensions = 768;

    public override string Provider => "ollama";

    public override string Path => "/api/embed";

    public override string Operation => Model.Operation.EmbeddingsCreate;

    public override string IdPrefix => "ollama-";

    public override Refusal? Check(JsonElement body, bool batch) =>
        OllamaChatEndpoint.CheckModel(body) ?? (Inputs(body) is null ? Refusal.Invalid("invalid input type") : null);

    public override Work Answer(JsonElement body, int ordinal, ulong seed)
    {
        var model = body.Text("model") ?? "";
        var inputs = Inputs(body) ?? [];
        var dimensions = body.Whole("dimensions") is > 0 and var asked ? asked : ModelsOwnDimensions;
        return new Work
        {
            IsCached = false,
            Metered = new CacheQuestion { Provider = Provider, Model = model, Blocks = [.. inputs.Select(text => new PromptBlock(text, TokenCounter.Count(text)))] },
            Write = (writer, reply) =>
            {
                writer.WriteString("model", model);
                writer.WriteStartArray("embeddings");
                foreach (var text in inputs)
                {
                    writer.WriteStartArray();
                    foreach (var number in HashEmbedding.Embed(text, dimensions))
                        writer.WriteNumberValue(number);
                    writer.WriteEndArray();
                }

                writer.WriteEndArray();
                writer.WriteNumber("total_duration", 14_143_917);
                writer.WriteNumber("load_duration", 1_019_500);
                writer.WriteNumber("prompt_eval_count", reply.Usage.TotalInput);
            },
        };
    }

    private static List<string>? Inputs(JsonElement body) => body.Get("input") switch
    {
        { ValueKind: JsonValueKind.String } text => [text.GetString() ?? ""],
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
            [.. list.EnumerateArray().Select(item => item.GetString() ?? "")],
        _ => null,
    };
}
