using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Live embeddings, many texts per call. Calls each page once, keeps nothing.</summary>
internal sealed class OpenAIEmbeddingGenerator(ProviderHttp http, OpenAIEndpoint endpoint, OpenAIProfile profile, string model) : IEmbeddingGenerator<string, Embedding<float>>
{
    // The documented most is 2,048 inputs a call (https://platform.openai.com/docs/api-reference/embeddings/create, read 2026-11-20); its limit of
    // 300,000 tokens a call makes smaller pages safer.
    private const int PageSize = 256;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly EmbeddingGeneratorMetadata _metadata = new(profile.TelemetryName, endpoint.Address, model);

    /// <inheritdoc/>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var all = new GeneratedEmbeddings<Embedding<float>>();
        TokenUsage? usage = null;
        foreach (var page in values.Chunk(PageSize))
        {
            var body = Body(page, options);
            var reply = await http.SendForBodyAsync(
                () => endpoint.Post("embeddings", body), FailureStage.Send, Limit, profile.Errors, cancellationToken).ConfigureAwait(false);
            using var ok = reply.OrThrow(profile.Id);
            var read = OpenAIEmbeddingReader.Read(ok.Body, profile);
            if (read.Vectors.Count != page.Length)
            {
                throw OpenAIResponseReader.Malformed(profile.Id);
            }

            all.AddRange(read.Vectors);
            usage = read.Usage is { } more ? (usage ?? default) + more : usage;
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
        using (var writer = new Utf8JsonWriter(output, OpenAIRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, profile.Chat.ModelName(options?.ModelId ?? model));
            writer.WriteStartArray("input"u8);
            foreach (var text in page)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
            if (options?.Dimensions is { } dimensions)
            {
                writer.WriteNumber(profile.Chat.DimensionsName, dimensions);
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
