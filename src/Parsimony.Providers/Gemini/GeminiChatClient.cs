using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Live chat over the renderer and reader the batches use. Calls once, keeps nothing.</summary>
/// <param name="http">Sends.</param>
/// <param name="address">Makes the request to a model; whether it streams, and the body.</param>
/// <param name="renderer">Writes the body.</param>
/// <param name="flavour">Which service it is.</param>
/// <param name="metadata">Name, address and model.</param>
/// <param name="owner">The provider it belongs to.</param>
internal sealed class GeminiChatClient(
    ProviderHttp http, Func<string, bool, ReadOnlyMemory<byte>, HttpRequestMessage> address, GeminiRequestRenderer renderer, GeminiFlavour flavour, ChatClientMetadata metadata, IProvider owner)
    : IChatClient
{
    // Thinking models may take minutes before the first byte.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    private readonly GeminiResponseReader _reader = new(flavour);

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (model, body) = Render(messages, options);
        var reply = await http.SendForBodyAsync(() => address(model, false, body), FailureStage.Send, Limit, GeminiErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(flavour.Id);
        return _reader.ReadChat(ok.Body);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (model, body) = Render(messages, options);
        return StreamAsync(model, body, cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? metadata
        : serviceType == typeof(IProvider) ? owner
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        // The HTTP client belongs to whoever made the provider.
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(string model, ReadOnlyMemory<byte> body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(() => address(model, true, body), FailureStage.Send, Limit, GeminiErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(flavour.Id);
        var stream = await http.OpenAsync(ok.Response, FailureStage.Send, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await foreach (var update in new GeminiStreamReader(flavour).ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    private (string Model, ReadOnlyMemory<byte> Body) Render(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var model = options?.ModelId ?? metadata.DefaultModelId ?? "";
        var envelope = ChatRequestConversions.FromMessages(messages, options).ToEnvelope(new ModelId(flavour.Id, model));
        var body = new ArrayBufferWriter<byte>(envelope.Bytes.Length + 512);
        renderer.Render(envelope, body);
        return (model, body.WrittenMemory);
    }
}
