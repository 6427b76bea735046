using System.Buffers;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Cohere's own API, version 2: chat and embeddings live. Thread safe.</summary>
public sealed class CohereProvider : IProvider
{
    private readonly ProviderHttp _http;
    private readonly JsonEndpoint _endpoint;
    private readonly CohereRequestRenderer _renderer = new(ModelCatalogue.Default);
    private readonly LiveExchange _live;

    /// <summary>A provider of one key and address.</summary>
    /// <param name="connection">How to reach it; the address without a version.</param>
    /// <param name="http">Makes the calls; its own timeout should be infinite and its handler must not retry. Not disposed.</param>
    /// <param name="clock">Measures time limits.</param>
    /// <exception cref="ArgumentException">The key, the address or a header cannot be used; the message says which.</exception>
    public CohereProvider(ProviderConnection connection, HttpClient http, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(clock);
        _http = new ProviderHttp(http, ProviderId.Cohere, clock, connection.Authorizer);
        _endpoint = CohereEndpoint.Of(connection);
        _live = new LiveExchange(_http, CohereErrorReader.Instance);
        CredentialName = connection.CredentialName;
        Region = connection.Region?.ToLowerInvariant();
        MaxParallelCalls = connection.MaxParallelCalls;
    }

    internal static ProviderKind Kind { get; } =
        new(ProviderId.Cohere, BatchLimits: null, static (connection, http, clock) => new CohereProvider(connection, http, clock));

    /// <inheritdoc/>
    public ProviderId Id => ProviderId.Cohere;

    /// <inheritdoc/>
    public string CredentialName { get; }

    /// <inheritdoc/>
    public string? Region { get; }

    /// <inheritdoc/>
    public int? MaxParallelCalls { get; }

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new() { Kinds = [EndpointKind.Chat, EndpointKind.Embeddings] };

    /// <inheritdoc/>
    public IBatchBackend? Batches => null;

    /// <inheritdoc/>
    public void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        _renderer.Render(envelope, output);
    }

    /// <inheritdoc/>
    public Task<LiveOutcome> SendAsync(LiveCall call, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        return CohereRequestRenderer.PathOf(call.Envelope) is { } path
            ? _live.SendAsync(call, body => _renderer.Render(call.Envelope, body), body => _endpoint.Post(path, body, call.CallKey), CohereResponseReader.ReadOutcome, cancellationToken)
            : Task.FromResult<LiveOutcome>(new LiveOutcome.Refused(new ProviderFailure(FailureStage.Render, FailureCause.Unsupported, ProviderCode: "endpoint")));
    }

    /// <inheritdoc/>
    public ChatResponse ReadChat(ReadOnlyMemory<byte> body) => CohereResponseReader.ReadChat(body);

    /// <inheritdoc/>
    public Embedding<float> ReadEmbedding(ReadOnlyMemory<byte> body) =>
        CohereResponseReader.ReadEmbeddings(body).Vectors is [var first, ..] ? first : throw CohereResponseReader.Malformed();

    /// <inheritdoc/>
    public IChatClient CreateChatClient(string model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        return new LiveChatClient(_http, CohereErrorReader.Instance, new ChatClientMetadata("cohere", _endpoint.Address, model), CohereChat.Of(_endpoint, _renderer), this);
    }

    /// <summary>A live embedding generator for a model: renders and reads with the same code, keeps nothing.</summary>
    /// <param name="model">The provider's name of the model.</param>
    public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(string model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        return new PagedEmbeddings(_http, CohereErrorReader.Instance, new EmbeddingGeneratorMetadata("cohere", _endpoint.Address, model), CohereEmbeddings.Of(_endpoint));
    }
}
