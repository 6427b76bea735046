using System.Buffers;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Ollama's own API, on a server of one's own or in its cloud: live calls only, so bulk work goes through the durable queue a few calls at a time. Thread safe.</summary>
public sealed class OllamaProvider : IProvider
{
    /// <summary>Calls at the same time when the connection says nothing: one that is computed and one that waits behind it (a server computes one at a time by default).</summary>
    public const int DefaultParallelCalls = 2;

    private readonly ProviderHttp _http;
    private readonly JsonEndpoint _endpoint;
    private readonly LiveExchange _live;

    /// <summary>A provider of one server.</summary>
    /// <param name="connection">Its address, <c>http://localhost:11434</c> when none is given; a key only for the cloud.</param>
    /// <param name="http">Makes the calls; its own timeout should be infinite and its handler must not retry. Not disposed.</param>
    /// <param name="clock">Measures time limits.</param>
    /// <exception cref="ArgumentException">The key, the address or a header cannot be used; the message says which.</exception>
    public OllamaProvider(ProviderConnection connection, HttpClient http, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(clock);
        _http = new ProviderHttp(http, ProviderId.Ollama, clock, connection.Authorizer);
        _endpoint = OllamaEndpoint.Of(connection);
        _live = new LiveExchange(_http, OllamaErrorReader.Instance);
        CredentialName = connection.CredentialName;
        Region = connection.Region?.ToLowerInvariant();
        MaxParallelCalls = connection.MaxParallelCalls ?? DefaultParallelCalls;
    }

    internal static ProviderKind Kind { get; } =
        new(ProviderId.Ollama, BatchLimits: null, static (connection, http, clock) => new OllamaProvider(connection, http, clock)) { NeedsKey = false };

    /// <inheritdoc/>
    public ProviderId Id => ProviderId.Ollama;

    /// <inheritdoc/>
    public string CredentialName { get; }

    /// <inheritdoc/>
    public string? Region { get; }

    /// <inheritdoc/>
    public int? MaxParallelCalls { get; }

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new()
    {
        SupportsCaching = true,
        CacheStrategy = "automatic",
        Kinds = [EndpointKind.Chat, EndpointKind.Embeddings],
    };

    /// <summary>None: there is no batch API.</summary>
    public IBatchBackend? Batches => null;

    /// <inheritdoc/>
    public void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        OllamaRequestRenderer.Render(envelope, streams: false, output);
    }

    /// <inheritdoc/>
    public Task<LiveOutcome> SendAsync(LiveCall call, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        return OllamaRequestRenderer.PathOf(call.Envelope) is { } path
            ? _live.SendAsync(call, body => Render(call.Envelope, call.Cache, body), body => _endpoint.Post(path, body, call.CallKey), OllamaResponseReader.ReadOutcome, cancellationToken)
            : Task.FromResult<LiveOutcome>(new LiveOutcome.Refused(new ProviderFailure(FailureStage.Render, FailureCause.Unsupported, ProviderCode: "endpoint")));
    }

    /// <inheritdoc/>
    public ChatResponse ReadChat(ReadOnlyMemory<byte> body) => OllamaResponseReader.ReadChat(body);

    /// <inheritdoc/>
    public Embedding<float> ReadEmbedding(ReadOnlyMemory<byte> body) =>
        OllamaResponseReader.ReadEmbeddings(body).Vectors is [var first, ..] ? first : throw OllamaResponseReader.Malformed();

    /// <inheritdoc/>
    public IChatClient CreateChatClient(string model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        return new LiveChatClient(_http, OllamaErrorReader.Instance, new ChatClientMetadata("ollama", _endpoint.Address, model), OllamaChat.Of(_endpoint), this);
    }

    /// <summary>A live embedding generator for a model: reads with the same code, keeps nothing.</summary>
    /// <param name="model">The server's name of the model.</param>
    public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(string model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        return new PagedEmbeddings(_http, OllamaErrorReader.Instance, new EmbeddingGeneratorMetadata("ollama", _endpoint.Address, model), OllamaEmbeddings.Of(_endpoint));
    }
}
