using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>OpenAI: live calls and batches of chat completions, responses, embeddings and images.</summary>
public sealed class OpenAIProvider : IProvider
{
    private readonly ProviderHttp _http;
    private readonly OpenAIEndpoint _endpoint;
    private readonly OpenAIRequestRenderer _renderer;

    /// <summary>A provider for one key and address.</summary>
    /// <param name="connection">How to reach it.</param>
    /// <param name="http">Makes the calls; its own timeout should be infinite and its handler must not retry. Not disposed.</param>
    /// <param name="clock">Measures time limits.</param>
    /// <exception cref="ArgumentException">The key, the address or a header cannot be used; the message says which.</exception>
    public OpenAIProvider(ProviderConnection connection, HttpClient http, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(clock);
        _http = new ProviderHttp(http, ProviderId.OpenAI, clock);
        _endpoint = new OpenAIEndpoint(connection);
        _renderer = new OpenAIRequestRenderer(ModelCatalogue.Default);
        CredentialName = connection.CredentialName;
        Region = connection.Region?.ToLowerInvariant();
        Batches = new OpenAIBatchBackend(_http, _endpoint, _renderer, connection);
    }

    /// <inheritdoc/>
    public ProviderId Id => ProviderId.OpenAI;

    /// <inheritdoc/>
    public string? Region { get; }

    /// <inheritdoc/>
    public string CredentialName { get; }

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new()
    {
        SupportsBatching = true,
        SupportsCaching = true,
        CacheStrategy = "automatic",
        Kinds = [EndpointKind.Chat, EndpointKind.Responses, EndpointKind.Embeddings, EndpointKind.Images],
    };

    /// <inheritdoc/>
    public IBatchBackend Batches { get; }

    /// <inheritdoc/>
    public void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output) => _renderer.Render(envelope, cache, output);

    /// <inheritdoc/>
    public async Task<LiveOutcome> SendAsync(LiveCall call, CancellationToken cancellationToken = default)
    {
        if (OpenAIRequestRenderer.KindOf(call.Envelope) is not { } kind || OpenAIEndpoint.PathOf(kind) is not { } path)
        {
            return new LiveOutcome.Refused(new ProviderFailure(FailureStage.Render, FailureCause.Unsupported, ProviderCode: "endpoint"));
        }

        var body = new ArrayBufferWriter<byte>(call.Envelope.Bytes.Length + 512);
        try
        {
            Render(call.Envelope, call.Cache, body);
        }
        catch (ProviderException e)
        {
            return new LiveOutcome.Refused(e.Failure);
        }

        var reply = await _http.SendForBodyAsync(() => Post(path, body.WrittenMemory, call.CallKey), FailureStage.Send, call.Timeout, OpenAIErrorReader.Instance, cancellationToken)
            .ConfigureAwait(false);
        switch (reply)
        {
            case HttpReply.Ok ok:
                using (ok)
                {
                    return Read(ok.Body);
                }

            case HttpReply.Unsent unsent:
                return new LiveOutcome.Refused(unsent.Failure);
            case HttpReply.Refused refused:
                return CallCertainty.IsRefusal(refused.Failure) ? new LiveOutcome.Refused(refused.Failure) : new LiveOutcome.Uncertain(refused.Failure);
            case HttpReply.Lost lost:
                return new LiveOutcome.Uncertain(lost.Failure);
            default:
                throw new InvalidOperationException("Unknown reply.");
        }
    }

    /// <inheritdoc/>
    public ChatResponse ReadChat(ReadOnlyMemory<byte> body) => OpenAIResponseReader.ReadChat(body);

    /// <inheritdoc/>
    public Embedding<float> ReadEmbedding(ReadOnlyMemory<byte> body) =>
        OpenAIEmbeddingReader.Read(body) is { Vectors: [var first, ..] } ? first : throw OpenAIResponseReader.Malformed();

    /// <inheritdoc/>
    public IChatClient CreateChatClient(string model) => new OpenAIChatClient(_http, _endpoint, _renderer, model, this);

    /// <summary>A live embedding generator for a model: renders and reads with the same code, keeps nothing.</summary>
    /// <param name="model">OpenAI's name of the model.</param>
    public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(string model) => new OpenAIEmbeddingGenerator(_http, _endpoint, model);

    private static LiveOutcome Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, OpenAIResponseReader.Options);
            var root = document.RootElement;
            if (OpenAIAnswerReader.FailureIn(root, FailureStage.Send) is not { } failure)
            {
                return new LiveOutcome.Answered(OpenAIAnswerReader.Read(root, body));
            }

            // A response that failed says so in a reply of 200; only without usage is it sure that nothing is billed.
            return failure.Cause == FailureCause.Malformed || OpenAIUsageReader.ReadFrom(root) is not null
                ? new LiveOutcome.Uncertain(failure)
                : new LiveOutcome.Refused(failure);
        }
        catch (JsonException)
        {
            return new LiveOutcome.Uncertain(new ProviderFailure(FailureStage.Send, FailureCause.Malformed, 200));
        }
    }

    private HttpRequestMessage Post(string path, ReadOnlyMemory<byte> body, string callKey)
    {
        var request = _endpoint.Post(path, body);
        request.Headers.TryAddWithoutValidation("X-Client-Request-Id", OpenAIEndpoint.HeaderText(callKey));
        return request;
    }
}
