using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Google;

/// <summary>Live chat with a Claude model: <c>rawPredict</c>, or <c>streamRawPredict</c> with the stream flag in the body. Calls once, keeps nothing.</summary>
internal sealed class VertexClaudeChatClient(ProviderHttp http, VertexEndpoint endpoint, VertexRenderer renderer, string model, IProvider owner) : IChatClient
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    private readonly ChatClientMetadata _metadata = new("gcp.vertex_ai", endpoint.Address, model);

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (asked, body) = Render(messages, options);
        var reply = await http.SendForBodyAsync(
            () => endpoint.Post(endpoint.Model(asked, "rawPredict"), body), FailureStage.Send, Limit, VertexErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(ProviderId.VertexAI);
        return VertexAnswers.ReadChat(ok.Body);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (asked, body) = Render(messages, options);
        ReadOnlySpan<byte> flag = "{\"stream\":true,"u8;
        return StreamAsync(asked, (byte[])[.. flag, .. body.Span[1..]], cancellationToken);
    }

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

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(string asked, ReadOnlyMemory<byte> body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(
            () => endpoint.Post(endpoint.Model(asked, "streamRawPredict"), body), FailureStage.Send, Limit, VertexErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(ProviderId.VertexAI);
        var stream = await http.OpenAsync(ok.Response, FailureStage.Send, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await foreach (var update in new AnthropicStreamReader(ProviderId.VertexAI).ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    private (string Model, ReadOnlyMemory<byte> Body) Render(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var asked = options?.ModelId ?? model;
        var envelope = ChatRequestConversions.FromMessages(messages, options).ToEnvelope(new ModelId(ProviderId.VertexAI, asked));
        var body = new ArrayBufferWriter<byte>(envelope.Bytes.Length + 512);
        renderer.Render(envelope, options?.GetCacheControl() ?? CacheControl.None, body);
        return (asked, body.WrittenMemory);
    }
}
