using System.Runtime.InteropServices;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>POST /v1/embeddings.</summary>
/// <param name="provider">Whose.</param>
/// <param name="isMistral">Whether it is said as Mistral says it: an id, an output count of 0, <c>output_dimension</c>.</param>
internal sealed class EmbeddingsEndpoint(string provider, bool isMistral = false) : Endpoint
{
    private const int MaxInputs = 2_048;
    private const int MaxDimensions = 3_072;

    public override string Provider => provider;

    public override string Path => "/v1/embeddings";

    public override string Operation => Model.Operation.EmbeddingsCreate;

    public override string IdPrefix => "embd_";

    public override Refusal? Check(JsonElement body, bool batch)
    {
        if (OpenAIPrompt.CheckCommon(body, batch) is { } refusal)
            return refusal;
        var inputs = Inputs(body);
        if (inputs.Count is 0 or > MaxInputs || inputs.Contains("", StringComparer.Ordinal))
            return Refusal.Invalid("'$.input' is invalid: give a text, or up to 2048 texts, none of them empty.", "input");
        return body.Get("dimensions") is not null && body.Whole("dimensions") is not (> 0 and <= MaxDimensions)
            ? Refusal.Invalid($"'dimensions' must be 1 to {MaxDimensions}.", "dimensions")
            : null;
    }

    public override Work Answer(JsonElement body, int ordinal, ulong seed)
    {
        var model = body.Text("model") ?? "";
        var inputs = Inputs(body);
        var dimensions = body.Whole("dimensions") ?? (isMistral ? body.Whole("output_dimension") ?? 1_024 : model == "text-embedding-3-large" ? MaxDimensions : 1_536);
        var base64 = body.Text("encoding_format") == "base64";
        return new Work
        {
            IsCached = false,
            Metered = new CacheQuestion
            {
                Provider = Provider,
                Model = model,
                Blocks = inputs.Select(text => new PromptBlock(text, TokenCounter.Count(text))).ToList(),
            },
            Write = (writer, reply) => Write(writer, reply, model, inputs, Math.Clamp(dimensions, 1, MaxDimensions), base64),
        };
    }

    // Token arrays are accepted too; their numbers stand for the text.
    private static List<string> Inputs(JsonElement body) => body.Get("input") switch
    {
        { ValueKind: JsonValueKind.String } text => [text.GetString() ?? ""],
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.Number => [list.GetRawText()],
        { ValueKind: JsonValueKind.Array } list =>
            list.EnumerateArray().Select(i => i.ValueKind == JsonValueKind.String ? i.GetString() ?? "" : i.GetRawText()).ToList(),
        _ => [],
    };

    private void Write(Utf8JsonWriter writer, Reply reply, string model, List<string> inputs, int dimensions, bool base64)
    {
        if (isMistral)
            writer.WriteString("id", reply.Id);
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        for (var i = 0; i < inputs.Count; i++)
        {
            writer.WriteStartObject();
            writer.WriteString("object", "embedding");
            writer.WriteNumber("index", i);
            var vector = HashEmbedding.Embed(inputs[i], dimensions);
            if (base64)
            {
                writer.WriteBase64String("embedding", MemoryMarshal.AsBytes(vector.AsSpan()));
            }
            else
            {
                writer.WriteStartArray("embedding");
                foreach (var number in vector)
                    writer.WriteNumberValue(number);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("model", model);
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", reply.Usage.TotalInput);
        if (isMistral)
            writer.WriteNumber("completion_tokens", 0);
        writer.WriteNumber("total_tokens", reply.Usage.TotalInput);
        writer.WriteEndObject();
    }
}
