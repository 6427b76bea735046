using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Live embeddings, many texts per call. Calls each page once, keeps nothing.</summary>
internal sealed class GeminiEmbeddingGenerator(ProviderHttp http, GeminiEndpoint endpoint, string model) : IEmbeddingGenerator<string, Embedding<float>>
{
    // The most a call takes: "at most 100 requests can be in one batch", https://ai.google.dev/api/embeddings and the API's own refusal, read 2026-11-21.
    private const int PageSize = 100;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly EmbeddingGeneratorMetadata _metadata = new("gcp.gemini", endpoint.Address, model);

    /// <inheritdoc/>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var all = new GeneratedEmbeddings<Embedding<float>>();
        TokenUsage? usage = null;
        foreach (var page in values.Chunk(PageSize))
        {
            var asked = options?.ModelId ?? model;
            var body = Body(page, asked, options);
            var reply = await http.SendForBodyAsync(
                () => endpoint.Post(GeminiEndpoint.Model(asked, "batchEmbedContents"), body), FailureStage.Send, Limit, GeminiErrorReader.Instance, cancellationToken).ConfigureAwait(false);
            using var ok = reply.OrThrow(http.Id);
            var vectors = GeminiEmbeddingReader.Read(ok.Body, GeminiFlavour.Developer);
            if (vectors.Count != page.Length)
            {
                throw GeminiFlavour.Developer.Malformed();
            }

            all.AddRange(vectors);
            usage = GeminiResponseReader.ReadAnswer(ok.Body)?.Usage is { } more ? (usage ?? default) + more : usage;
        }

        all.Usage = GeminiUsageReader.Details(usage);
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

    private static ReadOnlyMemory<byte> Body(string[] page, string model, EmbeddingGenerationOptions? options)
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
