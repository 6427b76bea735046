using System.Buffers;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Google;

/// <summary>Vertex AI: Gemini and Claude models of a project and location, live, streamed and in batch prediction jobs. Thread safe.</summary>
public sealed class VertexAIProvider : IProvider
{
    private readonly ProviderHttp _http;
    private readonly VertexEndpoint _endpoint;
    private readonly VertexRenderer _renderer = new();
    private readonly LiveExchange _live;

    /// <summary>A provider for one project and location.</summary>
    /// <param name="connection">
    /// The place: <see cref="CloudPlace.Account"/> is the project, <see cref="CloudPlace.Location"/> the location, <see cref="CloudPlace.Storage"/>
    /// <c>gs://bucket/prefix</c>, without which there are no batches. Who calls: the authorizer, else the key as an access token, else Google's application
    /// default credentials.
    /// </param>
    /// <param name="http">Makes the calls; its own timeout should be infinite and its handler must not retry. Not disposed.</param>
    /// <param name="clock">Measures time limits.</param>
    /// <exception cref="ArgumentException">The place lacks something or cannot be used; the message says what.</exception>
    public VertexAIProvider(ProviderConnection connection, HttpClient http, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(clock);
        var authorizer = connection.Authorizer ?? (connection.ApiKey.Length > 0 ? new BearerAuthorizer(connection.ApiKey) : new GoogleAuthorizer(clock));
        _http = new ProviderHttp(http, Id, clock, authorizer);
        _endpoint = new VertexEndpoint(connection);
        _live = new LiveExchange(_http, VertexErrorReader.Instance);
        Caches = new GeminiCaches(_http, _endpoint.Caches, _renderer.Gemini);
        CredentialName = connection.CredentialName;
        MaxParallelCalls = connection.MaxParallelCalls;
        Region = (connection.Region ?? connection.Cloud?.Location)?.ToLowerInvariant();
        if (connection.Cloud?.Storage is { } storage)
        {
            if (!GcsName.TryParse(storage.OriginalString, out var place))
            {
                throw new ArgumentException("Cloud.Storage must be gs://bucket/prefix for Vertex AI.", nameof(connection));
            }

            Batches = new VertexBatchBackend(_http, _endpoint, _renderer, connection, place);
        }

        Capabilities = new ProviderCapabilities
        {
            SupportsBatching = Batches is not null,
            SupportsCaching = true,
            CacheStrategy = "automatic",
            Kinds = [EndpointKind.Chat, EndpointKind.Messages],
        };
    }

    /// <inheritdoc/>
    public ProviderId Id => ProviderId.VertexAI;

    /// <inheritdoc/>
    public string? Region { get; }

    /// <inheritdoc/>
    public string CredentialName { get; }

    /// <inheritdoc/>
    public int? MaxParallelCalls { get; }

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; }

    /// <summary>Batch prediction jobs; null when the connection names no storage.</summary>
    public IBatchBackend? Batches { get; }

    /// <summary>Explicit caches of Gemini's models.</summary>
    public GeminiCaches Caches { get; }

    IExplicitCaches IProvider.ExplicitCaches => Caches;

    /// <inheritdoc/>
    public void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(cache);
        _renderer.Render(envelope, cache, output);
    }

    /// <inheritdoc/>
    public Task<LiveOutcome> SendAsync(LiveCall call, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        var model = call.Envelope.Model.Name;
        return _live.SendAsync(
            call,
            body => _renderer.Render(call.Envelope, call.Cache, body),
            body =>
            {
                var request = _endpoint.Post(_endpoint.Model(model, VertexModel.IsClaude(model) ? "rawPredict" : "generateContent"), body);
                request.Headers.TryAddWithoutValidation("X-Client-Request-Id", OpenAIEndpoint.HeaderText(call.CallKey));
                return request;
            },
            VertexAnswers.ReadOutcome,
            cancellationToken);
    }

    /// <inheritdoc/>
    public ChatResponse ReadChat(ReadOnlyMemory<byte> body) => VertexAnswers.ReadChat(body);

    /// <summary>Embeddings of Vertex AI are not served here; the Gemini API has them.</summary>
    /// <exception cref="ProviderException">Always.</exception>
    public Embedding<float> ReadEmbedding(ReadOnlyMemory<byte> body) =>
        throw new ProviderException(Id, new ProviderFailure(FailureStage.Item, FailureCause.Unsupported));

    /// <inheritdoc/>
    public IChatClient CreateChatClient(string model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        var metadata = new ChatClientMetadata("gcp.vertex_ai", _endpoint.Address, model);
        return VertexModel.IsClaude(model)
            ? new LiveChatClient(_http, VertexErrorReader.Instance, metadata, VertexClaudeChat.Of(_endpoint, _renderer), this)
            : new LiveChatClient(
                _http, GeminiErrorReader.Instance, metadata,
                GeminiChat.Of((asked, verb, body) => _endpoint.Post(_endpoint.Model(asked, verb), body), _renderer.Gemini, VertexRenderer.Flavour), this);
    }
}
