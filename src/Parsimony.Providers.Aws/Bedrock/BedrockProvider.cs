using System.Buffers;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Aws;

/// <summary>AWS Bedrock: Converse for every model, InvokeModel for Claude's own words and for Titan's embeddings, and batch inference over S3. Thread safe.</summary>
public sealed class BedrockProvider : IProvider
{
    private readonly ProviderHttp _http;
    private readonly BedrockEndpoint _endpoint;
    private readonly BedrockRequestRenderer _renderer = new(ModelCatalogue.Default);
    private readonly LiveExchange _live;

    /// <summary>A provider of one credential and region.</summary>
    /// <param name="connection">
    /// Key (<c>ACCESS_KEY:SECRET[:SESSION_TOKEN]</c>, or empty for the default AWS chain), region (the cloud's location, or <c>AWS_REGION</c>), and for batches storage and role. Jobs wait in a queue, so under load a
    /// day may pass before one begins: <see cref="ProviderConnection.BatchWindow"/> gives them up to a week.
    /// </param>
    /// <param name="http">Makes the calls; its own timeout should be infinite and its handler must not retry. Not disposed.</param>
    /// <param name="clock">Dates signatures and measures time limits.</param>
    /// <exception cref="ArgumentException">The key, region, storage, role or window is missing or cannot be used; the message says what to set.</exception>
    public BedrockProvider(ProviderConnection connection, HttpClient http, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(clock);
        CredentialName = connection.CredentialName;
        MaxParallelCalls = connection.MaxParallelCalls;
        _endpoint = new BedrockEndpoint(connection);
        // Where calls go says not where data stays: a cross-region profile may answer from anywhere.
        Region = connection.Region?.ToLowerInvariant();
        var keys = connection.ApiKey.Length == 0 ? AwsKeySource.Chain() : AwsKeySource.Fixed(AwsKeys.Parse(connection.ApiKey));
        _http = new ProviderHttp(http, ProviderId.Bedrock, clock, connection.Authorizer ?? new SigV4Signer(keys, _endpoint.Region, "bedrock", clock));
        _live = new LiveExchange(_http, BedrockErrorReader.Instance);
        if (BedrockBatchPlace.Of(connection, _endpoint.Region) is { } place)
        {
            var storage = new ProviderHttp(http, ProviderId.Bedrock, clock, connection.Authorizer ?? new SigV4Signer(keys, _endpoint.Region, "s3", clock));
            Batches = new BedrockBatchBackend(_http, _endpoint, _renderer, new S3Objects(storage, place.Storage), place, connection);
        }
    }

    /// <inheritdoc/>
    public ProviderId Id => ProviderId.Bedrock;

    /// <inheritdoc/>
    public string? Region { get; }

    /// <inheritdoc/>
    public string CredentialName { get; }

    /// <inheritdoc/>
    public int? MaxParallelCalls { get; }

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities => new()
    {
        SupportsBatching = Batches is not null,
        SupportsCaching = true,
        CacheStrategy = "explicit",
        Kinds = [EndpointKind.Chat, EndpointKind.Messages, EndpointKind.Embeddings],
    };

    /// <summary>Its batch API; null when the connection names no storage.</summary>
    public IBatchBackend? Batches { get; }

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
        if (!BedrockEndpoint.IsHeaderSafe(call.CallKey))
        {
            return Task.FromResult<LiveOutcome>(new LiveOutcome.Refused(new ProviderFailure(FailureStage.Send, FailureCause.InvalidRequest, ProviderCode: "call-key")));
        }

        var operation = BedrockRequestRenderer.LiveFormOf(call.Envelope) == BedrockForm.InvokeModel ? "invoke" : "converse";
        return _live.SendAsync(
            call,
            body => _renderer.Render(call.Envelope, call.Cache, body),
            body => _endpoint.Model(call.Envelope.Model.Name, operation, body, call.CallKey),
            Read,
            cancellationToken);
    }

    /// <inheritdoc/>
    public ChatResponse ReadChat(ReadOnlyMemory<byte> body) => BedrockResponseReader.ReadChat(body);

    /// <inheritdoc/>
    public Embedding<float> ReadEmbedding(ReadOnlyMemory<byte> body) => BedrockEmbedding.Read(body);

    /// <inheritdoc/>
    public IChatClient CreateChatClient(string model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        return new LiveChatClient(_http, BedrockErrorReader.Instance, new ChatClientMetadata("aws.bedrock", _endpoint.Address, model), BedrockChat.Of(_endpoint, _renderer), this);
    }

    private static LiveOutcome Read(ReadOnlyMemory<byte> body) => BedrockResponseReader.ReadAnswer(body) is { } answer
        ? new LiveOutcome.Answered(answer)
        : new LiveOutcome.Uncertain(new ProviderFailure(FailureStage.Send, FailureCause.Malformed, 200));
}
