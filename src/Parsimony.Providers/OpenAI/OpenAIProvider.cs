using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>OpenAI, or another provider that speaks its words: live calls, and batches where there are any.</summary>
public sealed class OpenAIProvider : IProvider
{
    private readonly OpenAIProfile _profile;
    private readonly ProviderHttp _http;
    private readonly OpenAIEndpoint _endpoint;
    private readonly OpenAIRequestRenderer _renderer;
    private readonly LiveExchange _live;

    /// <summary>OpenAI for one key and address.</summary>
    /// <param name="connection">How to reach it.</param>
    /// <param name="http">Makes the calls; its own timeout should be infinite and its handler must not retry. Not disposed.</param>
    /// <param name="clock">Measures time limits.</param>
    /// <exception cref="ArgumentException">The key, the address or a header cannot be used; the message says which.</exception>
    public OpenAIProvider(ProviderConnection connection, HttpClient http, TimeProvider clock)
        : this(connection, http, clock, OpenAIProfiles.OpenAI)
    {
    }

    internal OpenAIProvider(ProviderConnection connection, HttpClient http, TimeProvider clock, OpenAIProfile profile)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(clock);
        _profile = profile;
        _http = new ProviderHttp(http, profile.Id, clock, connection.Authorizer);
        _endpoint = new OpenAIEndpoint(connection, profile);
        _renderer = new OpenAIRequestRenderer(ModelCatalogue.Default, profile);
        _live = new LiveExchange(_http, profile.Errors);
        CredentialName = connection.CredentialName;
        MaxParallelCalls = connection.MaxParallelCalls;
        Region = connection.Region?.ToLowerInvariant();
        var parts = new OpenAIParts(_http, _endpoint, _renderer, connection, profile);
        Batches = profile.Batches is { } batches ? new OpenAIBatchBackend(parts, batches) : profile.OwnBatches?.Invoke(parts);
    }

    /// <inheritdoc/>
    public ProviderId Id => _profile.Id;

    /// <inheritdoc/>
    public string? Region { get; }

    /// <inheritdoc/>
    public string CredentialName { get; }

    /// <inheritdoc/>
    public int? MaxParallelCalls { get; }

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities => _profile.Capabilities;

    /// <inheritdoc/>
    public IBatchBackend? Batches { get; }

    /// <inheritdoc/>
    public void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output) => _renderer.Render(envelope, cache, output);

    /// <inheritdoc/>
    /// <remarks>Chat completions and responses take <c>service_tier</c> (https://platform.openai.com/docs/guides/flex-processing, read 2026-11-21 in a copy); which models do, the prices say.</remarks>
    public bool TakesFlexible(Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return _profile.Id == ProviderId.OpenAI && envelope.Dialect != Dialect.Anthropic
            && OpenAIRequestRenderer.KindOf(envelope) is EndpointKind.Chat or EndpointKind.Responses && envelope.Bytes.Span.IndexOf("\"service_tier\""u8) < 0;
    }

    /// <inheritdoc/>
    public Task<LiveOutcome> SendAsync(LiveCall call, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        return OpenAIRequestRenderer.KindOf(call.Envelope) is { } kind && _profile.Capabilities.Kinds.Contains(kind) && OpenAIEndpoint.PathOf(kind) is { } path
            ? SendAsync(call, path, cancellationToken)
            : Task.FromResult<LiveOutcome>(new LiveOutcome.Refused(new ProviderFailure(FailureStage.Render, FailureCause.Unsupported, ProviderCode: "endpoint")));
    }

    /// <inheritdoc/>
    public ChatResponse ReadChat(ReadOnlyMemory<byte> body) => OpenAIResponseReader.ReadChat(body, _profile);

    /// <inheritdoc/>
    public Embedding<float> ReadEmbedding(ReadOnlyMemory<byte> body) =>
        OpenAIEmbeddingReader.Read(body, _profile) is { Vectors: [var first, ..] } ? first : throw OpenAIResponseReader.Malformed(_profile.Id);

    /// <inheritdoc/>
    public IChatClient CreateChatClient(string model) => new LiveChatClient(
        _http, _profile.Errors, new ChatClientMetadata(_profile.TelemetryName, _endpoint.Address, model), OpenAIChat.Of(_endpoint, _renderer, _profile), this);

    /// <summary>A live embedding generator for a model: renders and reads with the same code, keeps nothing.</summary>
    /// <param name="model">The provider's name of the model.</param>
    public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(string model) =>
        new PagedEmbeddings(_http, _profile.Errors, new EmbeddingGeneratorMetadata(_profile.TelemetryName, _endpoint.Address, model), OpenAIEmbeddings.Of(_endpoint, _profile));

    private async Task<LiveOutcome> SendAsync(LiveCall call, string path, CancellationToken cancellationToken)
    {
        var outcome = await _live.SendAsync(call, body => RenderIn(call, body), body => Post(path, body, call), Read, cancellationToken).ConfigureAwait(false);
        return call.Route == Route.Flex && outcome is LiveOutcome.Refused { Failure: var failure } ? new LiveOutcome.Refused(OpenAIFlexTier.Read(failure)) : outcome;
    }

    private void RenderIn(LiveCall call, IBufferWriter<byte> output)
    {
        if (call.Route != Route.Flex)
        {
            Render(call.Envelope, call.Cache, output);
            return;
        }

        var plain = new ArrayBufferWriter<byte>(call.Envelope.Bytes.Length + 512);
        Render(call.Envelope, call.Cache, plain);
        OpenAIFlexTier.Write(plain.WrittenSpan, output);
    }

    private LiveOutcome Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, OpenAIResponseReader.Options);
        var root = document.RootElement;
        if (OpenAIAnswerReader.FailureIn(root, FailureStage.Send) is not { } failure)
        {
            return new LiveOutcome.Answered(OpenAIAnswerReader.Read(root, body, _profile));
        }

        // A response that failed says so in a reply of 200; only without usage is it sure that nothing is billed.
        return failure.Cause == FailureCause.Malformed || OpenAIUsageReader.ReadFrom(root, _profile.CountsReasoningApart) is not null
            ? new LiveOutcome.Uncertain(failure)
            : new LiveOutcome.Refused(failure);
    }

    private HttpRequestMessage Post(string path, ReadOnlyMemory<byte> body, LiveCall call)
    {
        var request = _endpoint.Post(path, body);
        request.Headers.TryAddWithoutValidation("X-Client-Request-Id", OpenAIEndpoint.HeaderText(call.CallKey));
        if (_profile.Chat.RoutingHeader is { } header && call.Cache.RoutingKey is { } key)
        {
            request.Headers.TryAddWithoutValidation(header, OpenAIEndpoint.HeaderText(key));
        }

        return request;
    }
}
