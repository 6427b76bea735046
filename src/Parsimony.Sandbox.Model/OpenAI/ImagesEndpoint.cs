using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>POST /v1/images/generations: small drawn images, never photographs.</summary>
internal sealed class ImagesEndpoint(string provider) : Endpoint
{
    private const int MaxImages = 10;

    // What a request of 1024 x 1024 gets is drawn at an eighth: a picture to look at, not megabytes.
    private const int Reduction = 8;

    public override string Provider => provider;

    public override string Path => "/v1/images/generations";

    public override string Operation => Model.Operation.ImagesCreate;

    public override string IdPrefix => "img_";

    public override Refusal? Check(JsonElement body, bool batch)
    {
        if (OpenAIPrompt.CheckCommon(body, batch) is { } refusal)
            return refusal;
        if (string.IsNullOrEmpty(body.Text("prompt")))
            return Refusal.Invalid("Missing required parameter: 'prompt'.", "prompt", "missing_required_parameter");
        return body.Get("n") is not null && body.Whole("n") is not (> 0 and <= MaxImages)
            ? Refusal.Invalid($"'n' must be 1 to {MaxImages}.", "n")
            : null;
    }

    public override Work Answer(JsonElement body, int ordinal, ulong seed)
    {
        var prompt = body.Text("prompt") ?? "";
        var count = body.Whole("n") ?? 1;
        var (width, height) = Size(body.Text("size"));
        return new Work
        {
            IsCached = false,
            Metered = new CacheQuestion
            {
                Provider = Provider,
                Model = body.Text("model") ?? "",
                Blocks = [new PromptBlock(prompt, TokenCounter.Count(prompt))],
            },
            Images = count,
            Write = (writer, reply) =>
            {
                writer.WriteNumber("created", reply.At.ToUnixTimeSeconds());
                writer.WriteStartArray("data");
                for (var i = 0; i < count; i++)
                {
                    writer.WriteStartObject();
                    writer.WriteBase64String("b64_json", SimulatedPng.Draw($"{prompt}#{ordinal + i}", width, height));
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteStartObject("usage");
                writer.WriteNumber("input_tokens", reply.Usage.TotalInput);
                writer.WriteStartObject("input_tokens_details");
                writer.WriteNumber("text_tokens", reply.Usage.TotalInput);
                writer.WriteNumber("image_tokens", 0);
                writer.WriteEndObject();
                writer.WriteNumber("output_tokens", reply.Usage.Output);
                writer.WriteNumber("total_tokens", reply.Usage.TotalInput + reply.Usage.Output);
                writer.WriteEndObject();
            },
        };
    }

    private static (int Width, int Height) Size(string? size)
    {
        var parts = size?.Split('x') ?? [];
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            ? (Math.Clamp(width / Reduction, 8, 512), Math.Clamp(height / Reduction, 8, 512))
            : (128, 128);
    }
}
