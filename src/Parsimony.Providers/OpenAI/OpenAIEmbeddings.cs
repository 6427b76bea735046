using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>How OpenAI, and who speaks its words, is asked for embeddings.</summary>
internal static class OpenAIEmbeddings
{
    // The documented most is 2,048 inputs a call (https://platform.openai.com/docs/api-reference/embeddings/create, read 2026-11-20); its limit of
    // 300,000 tokens a call makes smaller pages safer.
    private const int PageSize = 256;

    public static EmbeddingDialect Of(OpenAIEndpoint endpoint, OpenAIProfile profile) => new(
        PageSize,
        TimeSpan.FromMinutes(5),
        (model, page, options) => Body(profile.Chat, model, page, options),
        (_, body) => endpoint.Post("embeddings", body),
        body => Read(body, profile));

    private static (IReadOnlyList<Embedding<float>> Vectors, TokenUsage? Usage) Read(ReadOnlyMemory<byte> body, OpenAIProfile profile)
    {
        var read = OpenAIEmbeddingReader.Read(body, profile);
        return (read.Vectors, read.Usage);
    }

    private static ReadOnlyMemory<byte> Body(OpenAIChatHabits habits, string model, string[] page, EmbeddingGenerationOptions? options)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output, OpenAIRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, habits.ModelName(model));
            writer.WriteStartArray("input"u8);
            foreach (var text in page)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
            if (options?.Dimensions is { } dimensions)
            {
                writer.WriteNumber(habits.DimensionsName, dimensions);
            }

            WriteMore(writer, options?.AdditionalProperties);
            writer.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    private static void WriteMore(Utf8JsonWriter writer, AdditionalPropertiesDictionary? more)
    {
        foreach (var (name, value) in more ?? [])
        {
            if (name.StartsWith("parsimony.", StringComparison.Ordinal))
            {
                continue;
            }

            writer.WritePropertyName(name);
            switch (value)
            {
                case JsonNode node:
                    node.WriteTo(writer);
                    break;
                case JsonElement element:
                    element.WriteTo(writer);
                    break;
                case bool flag:
                    writer.WriteBooleanValue(flag);
                    break;
                case int or long or double:
                    writer.WriteRawValue(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null");
                    break;
                default:
                    writer.WriteStringValue(value?.ToString());
                    break;
            }
        }
    }
}
