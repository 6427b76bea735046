using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Live embeddings, many texts per call. Calls each page once, keeps nothing.</summary>
/// <param name="http">Makes the calls.</param>
/// <param name="errors">Reads refusals.</param>
/// <param name="metadata">Who answers, and by which model where the options name none.</param>
/// <param name="dialect">How a page is asked for and read.</param>
internal sealed class PagedEmbeddings(ProviderHttp http, IErrorReader errors, EmbeddingGeneratorMetadata metadata, EmbeddingDialect dialect) : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <inheritdoc/>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var model = options?.ModelId ?? metadata.DefaultModelId ?? "";
        var all = new GeneratedEmbeddings<Embedding<float>>();
        TokenUsage? usage = default(TokenUsage);
        foreach (var page in values.Chunk(dialect.PageSize))
        {
            var body = dialect.Write(model, page, options);
            var reply = await http.SendForBodyAsync(() => dialect.Post(model, body), FailureStage.Send, dialect.Limit, errors, cancellationToken).ConfigureAwait(false);
            using var ok = reply.OrThrow(http.Id);
            var read = dialect.Read(ok.Body);
            if (read.Vectors.Count != page.Length)
            {
                throw new ProviderException(http.Id, new ProviderFailure(FailureStage.Item, FailureCause.Malformed));
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
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? metadata
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        // The HTTP client belongs to whoever made the provider.
    }
}

/// <summary>How a provider is asked for embeddings.</summary>
/// <param name="PageSize">Texts of one call.</param>
/// <param name="Limit">When to give a call up.</param>
/// <param name="Write">Writes the body for a model and a page of texts.</param>
/// <param name="Post">Addresses a body.</param>
/// <param name="Read">Reads a page's vectors in the order of its texts, and what was used; null where it does not say.</param>
internal sealed record EmbeddingDialect(
    int PageSize,
    TimeSpan Limit,
    Func<string, string[], EmbeddingGenerationOptions?, ReadOnlyMemory<byte>> Write,
    Func<string, ReadOnlyMemory<byte>, HttpRequestMessage> Post,
    Func<ReadOnlyMemory<byte>, (IReadOnlyList<Embedding<float>> Vectors, TokenUsage? Usage)> Read);
