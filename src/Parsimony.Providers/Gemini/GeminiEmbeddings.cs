using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>How Gemini is asked for embeddings.</summary>
internal static class GeminiEmbeddings
{
    // The most a call takes: "at most 100 requests can be in one batch", https://ai.google.dev/api/embeddings and the API's own refusal, read 2026-11-21.
    private const int PageSize = 100;

    public static EmbeddingDialect Of(GeminiEndpoint endpoint) => new(
        PageSize,
        TimeSpan.FromMinutes(5),
        Body,
        (model, body) => endpoint.Post(GeminiEndpoint.Model(model, "batchEmbedContents"), body),
        body => (GeminiEmbeddingReader.Read(body, GeminiFlavour.Developer), GeminiResponseReader.ReadAnswer(body)?.Usage));

    private static ReadOnlyMemory<byte> Body(string model, string[] page, EmbeddingGenerationOptions? options)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output, GeminiRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("requests"u8);
            foreach (var text in page)
            {
                writer.WriteStartObject();
                writer.WriteString("model"u8, GeminiEndpoint.ModelName(model));
                writer.WriteStartObject("content"u8);
                writer.WriteStartArray("parts"u8);
                writer.WriteStartObject();
                writer.WriteString("text"u8, text);
                writer.WriteEndObject();
                writer.WriteEndArray();
                writer.WriteEndObject();
                if (options?.Dimensions is { } dimensions)
                {
                    writer.WriteNumber("outputDimensionality"u8, dimensions);
                }

                if (options?.AdditionalProperties?.TryGetValue("taskType", out var task) is true && task is string word)
                {
                    writer.WriteString("taskType"u8, word);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return output.WrittenMemory;
    }
}
