using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Live embeddings, many texts per call; what they are for is <c>input_type</c> among the options' additional properties. Calls each page once, keeps nothing.</summary>
internal sealed class CohereEmbeddingGenerator(ProviderHttp http, CohereEndpoint endpoint, string model) : IEmbeddingGenerator<string, Embedding<float>>
{
    // The documented most of a call (https://docs.cohere.com/reference/embed, read 2026-11-20).
    private const int PageSize = 96;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly EmbeddingGeneratorMetadata _metadata = new("cohere", endpoint.Address, model);

    /// <inheritdoc/>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var all = new GeneratedEmbeddings<Embedding<float>>();
        TokenUsage? usage = default(TokenUsage);
        foreach (var page in values.Chunk(PageSize))
        {
            var body = Body(page, options);
            var reply = await http.SendForBodyAsync(
                () => endpoint.Post("v2/embed", body), FailureStage.Send, Limit, CohereErrorReader.Instance, cancellationToken).ConfigureAwait(false);
            using var ok = reply.OrThrow(ProviderId.Cohere);
            var read = CohereResponseReader.ReadEmbeddings(ok.Body);
            if (read.Vectors.Count != page.Length)
            {
                throw CohereResponseReader.Malformed();
            }

            all.AddRange(read.Vectors);
            // A page that does not say makes the sum unknown.
            usage = usage is { } sum && read.Usage is { } more ? sum + more : null;
        }

        all.Usage = OpenAIResponseReader.Usage(usage);
        return all;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        // The HTTP client belongs to whoever made the provider.
    }

    private ReadOnlyMemory<byte> Body(string[] page, EmbeddingGenerationOptions? options)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output, CohereRequestRenderer.WriterOptions))
        {
            var inputType = options?.AdditionalProperties?.GetValueOrDefault("input_type")?.ToString() ?? CohereRequestRenderer.DefaultInputType;
            CohereRequestRenderer.WriteEmbedding(writer, options?.ModelId ?? model, page, inputType, options?.Dimensions);
        }

        return output.WrittenMemory;
    }
}
