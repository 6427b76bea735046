using System.Buffers;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Google's Gemini API with a key: content live, streamed and in batches, and embeddings. Thread safe.</summary>
public sealed class GeminiProvider : IProvider
{
    private readonly ProviderHttp _http;
    private readonly GeminiEndpoint _endpoint;
    private readonly GeminiRequestRenderer _renderer;
    private readonly LiveExchange _live;
    private readonly GeminiResponseReader _reader = new(GeminiFlavour.Developer);

    /// <summary>A provider for one key and address.</summary>
    /// <param name="connection">Key, address and account limits; the address without <c>/v1beta</c>.</param>
    /// <param name="http">Makes the calls; its own timeout should be infinite and its handler must not retry. Not disposed.</param>
    /// <param name="clock">Measures time limits.</param>
    /// <exception cref="ArgumentException">The key or the address cannot be used; the message says which.</exception>
    public GeminiProvider(ProviderConnection connection, HttpClient http, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(clock);
        _http = new ProviderHttp(http, Id, clock, connection.Authorizer);
        _live = new LiveExchange(_http, GeminiErrorReader.Instance);
        _endpoint = new GeminiEndpoint(connection);
        _renderer = new GeminiRequestRenderer(ModelCatalogue.Default, GeminiFlavour.Developer);
        CredentialName = connection.CredentialName;
        MaxParallelCalls = connection.MaxParallelCalls;
        Region = connection.Region?.ToLowerInvariant();
        Batches = new GeminiBatchBackend(_http, _endpoint, _renderer, connection);
        Caches = new GeminiCaches(_http, _endpoint.Caches, _renderer);
    }

    /// <inheritdoc/>
    public ProviderId Id => GeminiFlavour.Developer.Id;

    /// <inheritdoc/>
    public string? Region { get; }

    /// <inheritdoc/>
    public string CredentialName { get; }

    /// <inheritdoc/>
    public int? MaxParallelCalls { get; }

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new()
    {
        SupportsBatching = true,
        SupportsCaching = true,
        CacheStrategy = "automatic",
        Kinds = [EndpointKind.Chat, EndpointKind.Embeddings],
    };

    /// <inheritdoc/>
    public IBatchBackend Batches { get; }

    /// <summary>Explicit caches of prompt heads, made and paid for by name.</summary>
    public GeminiCaches Caches { get; }

    IExplicitCaches IProvider.ExplicitCaches => Caches;

    /// <inheritdoc/>
    public void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        _renderer.Render(envelope, output, cache: cache?.ExplicitCache);
    }

    /// <inheritdoc/>
    public Task<LiveOutcome> SendAsync(LiveCall call, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        return _live.SendAsync(
            call,
            body => _renderer.Render(call.Envelope, body, cache: call.Cache.ExplicitCache),
            body => Post(GeminiEndpoint.Model(call.Envelope.Model.Name, call.Envelope.Kind == EndpointKind.Embeddings ? "embedContent" : "generateContent"), body, call.CallKey),
            GeminiResponseReader.ReadOutcome,
            cancellationToken);
    }

    /// <inheritdoc/>
    public ChatResponse ReadChat(ReadOnlyMemory<byte> body) => _reader.ReadChat(body);

    /// <inheritdoc/>
    public Embedding<float> ReadEmbedding(ReadOnlyMemory<byte> body) => GeminiEmbeddingReader.Read(body, GeminiFlavour.Developer)[0];

    /// <inheritdoc/>
    public IChatClient CreateChatClient(string model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        return new LiveChatClient(
            _http, GeminiErrorReader.Instance, new ChatClientMetadata("gcp.gemini", _endpoint.Address, model),
            GeminiChat.Of((asked, verb, body) => _endpoint.Post(GeminiEndpoint.Model(asked, verb), body), _renderer, GeminiFlavour.Developer), this);
    }

    /// <summary>A live embedding generator for a model: keeps nothing.</summary>
    /// <param name="model">Google's name of the model.</param>
    public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(string model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        return new PagedEmbeddings(_http, GeminiErrorReader.Instance, new EmbeddingGeneratorMetadata("gcp.gemini", _endpoint.Address, model), GeminiEmbeddings.Of(_endpoint));
    }

    private HttpRequestMessage Post(string path, ReadOnlyMemory<byte> body, string callKey)
    {
        var request = _endpoint.Post(path, body);
        request.Headers.TryAddWithoutValidation("X-Client-Request-Id", OpenAIEndpoint.HeaderText(callKey));
        return request;
    }
}
