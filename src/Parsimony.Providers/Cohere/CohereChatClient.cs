using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Live chat over the same renderer and reader the durable calls use. Calls once, keeps nothing.</summary>
internal sealed class CohereChatClient(ProviderHttp http, CohereEndpoint endpoint, CohereRequestRenderer renderer, string model, IProvider owner) : IChatClient
{
    private const string Path = "v2/chat";

    // Reasoning models may think for minutes before the first byte.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    private readonly ChatClientMetadata _metadata = new("cohere", endpoint.Address, model);

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var body = Render(messages, options);
        var reply = await http.SendForBodyAsync(() => endpoint.Post(Path, body), FailureStage.Send, Limit, CohereErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(ProviderId.Cohere);
        return CohereResponseReader.ReadChat(ok.Body);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        StreamAsync((byte[])[.. "{\"stream\":true,"u8, .. Render(messages, options).Span[1..]], cancellationToken);

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
        var reply = await http.SendAsync(() => endpoint.Post(Path, body), FailureStage.Send, Limit, CohereErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(ProviderId.Cohere);
        var stream = await http.OpenAsync(ok.Response, FailureStage.Send, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await foreach (var update in CohereStreamReader.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    private ReadOnlyMemory<byte> Render(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var envelope = ChatRequestConversions.FromMessages(messages, options).ToEnvelope(new ModelId(ProviderId.Cohere, options?.ModelId ?? model));
        var body = new ArrayBufferWriter<byte>(envelope.Bytes.Length + 256);
        renderer.Render(envelope, body);
        return body.WrittenMemory;
    }
}
