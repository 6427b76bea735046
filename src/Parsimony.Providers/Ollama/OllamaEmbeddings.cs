using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>How Ollama is asked for embeddings.</summary>
internal static class OllamaEmbeddings
{
    // No most is documented; a page is one unit of work of a machine that may be small.
    private const int PageSize = 64;

    public static EmbeddingDialect Of(JsonEndpoint endpoint) =>
        new(PageSize, OllamaChat.Limit, Body, (_, body) => endpoint.Post("embed", body), OllamaResponseReader.ReadEmbeddings);

    private static ReadOnlyMemory<byte> Body(string model, string[] page, EmbeddingGenerationOptions? options)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output, RenderedBody.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, model);
            writer.WriteStartArray("input"u8);
            foreach (var text in page)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
            if (options?.Dimensions is { } dimensions)
            {
                writer.WriteNumber("dimensions"u8, dimensions);
            }

            writer.WriteEndObject();
        }

        return output.WrittenMemory;
    }
}
