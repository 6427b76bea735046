using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>embedContent, and batchEmbedContents, which asks the same many times.</summary>
internal sealed class EmbedContentEndpoint(string provider) : Endpoint
{
    public const string Name = "/v1beta/models:embedContent";

    private const int MaxInputs = 100;
    private const int MaxDimensions = 3_072;

    public override string Provider => provider;

    public override string Path => Name;

    public override string Operation => Model.Operation.EmbeddingsCreate;

    public override string IdPrefix => "";

    public override Refusal? Check(JsonElement body, bool batch)
    {
        if (body.ValueKind != JsonValueKind.Object)
            return Refusal.Invalid("Invalid JSON payload received.");
        var questions = Questions(body);
        if (questions.Count is 0 or > MaxInputs)
            return Refusal.Invalid($"* BatchEmbedContentsRequest.requests: at most {MaxInputs} requests can be in one batch");
        if (questions.Exists(question => TextOf(question).Length == 0))
            return Refusal.Invalid("* EmbedContentRequest.content: empty Part");
        return questions.Exists(question => question.Get("outputDimensionality") is not null && question.Whole("outputDimensionality") is not (> 0 and <= MaxDimensions))
            ? Refusal.Invalid($"* EmbedContentRequest.output_dimensionality must be 1 to {MaxDimensions}")
            : null;
    }

    public override Work Answer(JsonElement body, int ordinal, ulong seed)
    {
        var model = body.Text("model") ?? "";
        var isMany = body.Get("requests") is not null;
        var questions = Questions(body).Select(question => (Text: TextOf(question), Dimensions: question.Whole("outputDimensionality") ?? MaxDimensions)).ToList();
        return new Work
        {
            IsCached = false,
            Metered = new CacheQuestion
            {
                Provider = Provider,
                Model = model,
                Blocks = questions.Select(question => new PromptBlock(question.Text, TokenCounter.Count(question.Text))).ToList(),
            },
            Write = (writer, reply) =>
            {
                if (isMany)
                {
                    writer.WriteStartArray("embeddings");
                    foreach (var (text, dimensions) in questions)
                    {
                        writer.WriteStartObject();
                        WriteValues(writer, text, dimensions);
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                }
                else
                {
                    writer.WriteStartObject("embedding");
                    WriteValues(writer, questions[0].Text, questions[0].Dimensions);
                    writer.WriteEndObject();
                }

                ContentWire.WriteUsage(writer, reply.Usage, 0);
            },
        };
    }

    private static List<JsonElement> Questions(JsonElement body) => body.Get("requests") is { ValueKind: JsonValueKind.Array } many ? [.. many.EnumerateArray()] : [body];

    private static string TextOf(JsonElement question) =>
        string.Join(' ', (question.Get("content") ?? default).Each("parts").Select(part => part.Text("text")).Where(text => !string.IsNullOrEmpty(text)));

    private static void WriteValues(Utf8JsonWriter writer, string text, int dimensions)
    {
        writer.WriteStartArray("values");
        foreach (var number in HashEmbedding.Embed(text, dimensions))
            writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }
}
