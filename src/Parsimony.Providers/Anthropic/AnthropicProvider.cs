using System.Buffers;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Anthropic's Claude API: messages live and in batches. Thread safe.</summary>
public sealed class AnthropicProvider : IProvider
{
    private readonly ProviderHttp _http;
    private readonly AnthropicEndpoint _endpoint;
    private readonly AnthropicRequestRenderer _renderer = new(ModelCatalogue.Default, ProviderId.Anthropic);
    private readonly AnthropicLiveCall _live;

    /// <summary>A provider of one credential and address.</summary>
    /// <param name="connection">Key, address and account limits; the address without <c>/v1</c>.</param>
    /// <param name="http">Makes the calls; its own timeout should be infinite and its handler must not retry. Not disposed.</param>
    /// <param name="clock">Measures time limits.</param>
    public AnthropicProvider(ProviderConnection connection, HttpClient http, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(clock);
        CredentialName = connection.CredentialName;
        MaxParallelCalls = connection.MaxParallelCalls;
        Region = connection.Region?.ToLowerInvariant();
        _http = new ProviderHttp(http, ProviderId.Anthropic, clock, connection.Authorizer);
        _endpoint = new AnthropicEndpoint(connection);
        _live = new AnthropicLiveCall(_http, _endpoint, _renderer);
        Batches = new AnthropicBatchBackend(_http, _endpoint, _renderer, connection);
    }

    /// <inheritdoc/>
    public ProviderId Id => ProviderId.Anthropic;

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
        CacheStrategy = "explicit",
        Kinds = [EndpointKind.Chat, EndpointKind.Messages],
    };

    /// <inheritdoc/>
    public IBatchBackend Batches { get; }

    /// <inheritdoc/>
    public void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(cache);
        _renderer.Render(envelope, cache.Marks, output);
    }

    /// <inheritdoc/>
    public Task<LiveOutcome> SendAsync(LiveCall call, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        return _live.SendAsync(call, cancellationToken);
    }

    /// <inheritdoc/>
    public ChatResponse ReadChat(ReadOnlyMemory<byte> body) => AnthropicResponseReader.ReadChat(body);

    /// <summary>Anthropic has no embeddings.</summary>
    /// <exception cref="ProviderException">Always.</exception>
    public Embedding<float> ReadEmbedding(ReadOnlyMemory<byte> body) =>
        throw new ProviderException(ProviderId.Anthropic, new ProviderFailure(FailureStage.Item, FailureCause.Unsupported));

    /// <inheritdoc/>
    public IChatClient CreateChatClient(string model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        return new LiveChatClient(_http, AnthropicErrorReader.Instance, new ChatClientMetadata("anthropic", _endpoint.Base, model), AnthropicChat.Of(_live, _renderer), this);
    }
}
