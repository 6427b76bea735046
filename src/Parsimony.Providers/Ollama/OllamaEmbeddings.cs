using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Live embeddings, many texts per call. Calls each page once, keeps nothing.</summary>
internal sealed class OllamaEmbeddingGenerator(ProviderHttp http, OllamaEndpoint endpoint, string model) : IEmbeddingGenerator<string, Embedding<float>>
{
    // No most is documented; a page is one unit of work of a machine that may be small.
    private const int PageSize = 64;

    private readonly EmbeddingGeneratorMetadata _metadata = new("ollama", endpoint.Address, model);

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
                () => endpoint.Post("embed", body), FailureStage.Send, OllamaChatClient.Limit, OllamaErrorReader.Instance, cancellationToken).ConfigureAwait(false);
            using var ok = reply.OrThrow(ProviderId.Ollama);
            var read = OllamaResponseReader.ReadEmbeddings(ok.Body);
            if (read.Vectors.Count != page.Length)
            {
                throw OllamaResponseReader.Malformed();
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
        using (var writer = new Utf8JsonWriter(output, OllamaRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, options?.ModelId ?? model);
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
