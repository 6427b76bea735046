using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>How Cohere is asked for embeddings; what they are for is <c>input_type</c> among the options' additional properties.</summary>
internal static class CohereEmbeddings
{
    // The documented most of a call (https://docs.cohere.com/reference/embed, read 2026-11-20).
    private const int PageSize = 96;

    public static EmbeddingDialect Of(JsonEndpoint endpoint) =>
        new(PageSize, TimeSpan.FromMinutes(5), Body, (_, body) => endpoint.Post("v2/embed", body), CohereResponseReader.ReadEmbeddings);

    private static ReadOnlyMemory<byte> Body(string model, string[] page, EmbeddingGenerationOptions? options)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output, RenderedBody.Options))
        {
            var inputType = options?.AdditionalProperties?.GetValueOrDefault("input_type")?.ToString() ?? CohereRequestRenderer.DefaultInputType;
            CohereRequestRenderer.WriteEmbedding(writer, model, page, inputType, options?.Dimensions);
        }

        return output.WrittenMemory;
    }
}
