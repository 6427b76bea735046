using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Live chat over the same renderer and reader the durable calls use. Calls once, keeps nothing.</summary>
internal sealed class OllamaChatClient(ProviderHttp http, OllamaEndpoint endpoint, string model, IProvider owner) : IChatClient
{
    /// <summary>A call waits for its turn, then for the model to be loaded, then for a machine that may have no accelerator.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    private readonly ChatClientMetadata _metadata = new("ollama", endpoint.Address, model);

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var body = Render(messages, options, streams: false);
        var reply = await http.SendForBodyAsync(() => endpoint.Post("chat", body), FailureStage.Send, Limit, OllamaErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(ProviderId.Ollama);
        return OllamaResponseReader.ReadChat(ok.Body);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        StreamAsync(Render(messages, options, streams: true), cancellationToken);

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? _metadata
        : serviceType == typeof(IProvider) ? owner
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        // The HTTP client belongs to whoever made the provider.
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(ReadOnlyMemory<byte> body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(() => endpoint.Post("chat", body), FailureStage.Send, Limit, OllamaErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(ProviderId.Ollama);
        var stream = await http.OpenAsync(ok.Response, FailureStage.Send, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await foreach (var update in OllamaStreamReader.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    private ReadOnlyMemory<byte> Render(IEnumerable<ChatMessage> messages, ChatOptions? options, bool streams)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var envelope = ChatRequestConversions.FromMessages(messages, options).ToEnvelope(new ModelId(ProviderId.Ollama, options?.ModelId ?? model));
        var body = new ArrayBufferWriter<byte>(envelope.Bytes.Length + 256);
        OllamaRequestRenderer.Render(envelope, streams, body);
        return body.WrittenMemory;
    }
}
