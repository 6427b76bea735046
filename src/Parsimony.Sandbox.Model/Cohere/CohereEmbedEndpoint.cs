using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>POST /v2/embed.</summary>
internal sealed class CohereEmbedEndpoint : Endpoint
{
    private const int MaxTexts = 96;
    private const int ModelsOwnDimensions = 1_536;

    private static readonly int[] Dimensions = [256, 512, 1_024, ModelsOwnDimensions];

    public override string Provider => "cohere";

    public override string Path => "/v2/embed";

    public override string Operation => Model.Operation.EmbeddingsCreate;

    public override string IdPrefix => "";

    public override Refusal? Check(JsonElement body, bool batch)
    {
        if (body.Text("model") is not { Length: > 0 })
            return Refusal.Invalid("a model parameter is required for this endpoint.");
        if (body.Text("input_type") is not ("search_document" or "search_query" or "classification" or "clustering"))
            return Refusal.Invalid("invalid request: valid input_type must be provided with the provided model.");
        if (Texts(body).Count is 0 or > MaxTexts)
            return Refusal.Invalid($"invalid request: total number of texts must be at most {MaxTexts}.");
        return body.Get("output_dimension") is not null && !(body.Whole("output_dimension") is { } asked && Dimensions.Contains(asked))
            ? Refusal.Invalid("invalid request: output_dimension must be 256, 512, 1024 or 1536.")
            : null;
    }

    public override Work Answer(JsonElement body, int ordinal, ulong seed)
    {
        var texts = Texts(body);
        var dimensions = body.Whole("output_dimension") ?? ModelsOwnDimensions;
        return new Work
        {
            IsCached = false,
            Metered = new CacheQuestion { Provider = Provider, Model = body.Text("model") ?? "", Blocks = [.. texts.Select(text => new PromptBlock(text, TokenCounter.Count(text)))] },
            Write = (writer, reply) => Write(writer, reply, texts, dimensions),
        };
    }

    private static List<string> Texts(JsonElement body) => [.. body.Each("texts").Select(text => text.ValueKind == JsonValueKind.String ? text.GetString() ?? "" : "")];

    private static void Write(Utf8JsonWriter writer, Reply reply, List<string> texts, int dimensions)
    {
        writer.WriteString("id", reply.Id);
        writer.WriteStartArray("texts");
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
        writer.WriteStartObject("embeddings");
        writer.WriteStartArray("float");
        foreach (var text in texts)
        {
            writer.WriteStartArray();
            foreach (var number in HashEmbedding.Embed(text, dimensions))
                writer.WriteNumberValue(number);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartObject("meta");
        writer.WriteStartObject("api_version");
        writer.WriteString("version", "2");
        writer.WriteEndObject();
        writer.WriteStartObject("billed_units");
        writer.WriteNumber("input_tokens", reply.Usage.TotalInput);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteString("response_type", "embeddings_by_type");
    }
}
