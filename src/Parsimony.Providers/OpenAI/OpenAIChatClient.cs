using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Live chat over the same renderer and reader the batches use. Calls once, keeps nothing.</summary>
internal sealed class OpenAIChatClient(ProviderHttp http, OpenAIEndpoint endpoint, OpenAIRequestRenderer renderer, string model, IProvider owner) : IChatClient
{
    private const string Path = "chat/completions";

    // Reasoning models may think for minutes before the first byte.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    private readonly ChatClientMetadata _metadata = new("openai", endpoint.Address, model);

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var body = Render(messages, options);
        var reply = await http.SendForBodyAsync(() => endpoint.Post(Path, body), FailureStage.Send, Limit, OpenAIErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = Accepted(reply);
        return OpenAIResponseReader.ReadChat(ok.Body);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        StreamAsync(WithStreamFlag(Render(messages, options)), cancellationToken);

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

    /// <summary>A reply of 2xx, or the failure it was.</summary>
    /// <exception cref="ProviderException">It was none.</exception>
    public static HttpReply.Ok Accepted(HttpReply reply) => reply switch
    {
        HttpReply.Ok ok => ok,
        HttpReply.Refused refused => throw new ProviderException(ProviderId.OpenAI, refused.Failure),
        HttpReply.Unsent unsent => throw new ProviderException(ProviderId.OpenAI, unsent.Failure),
        HttpReply.Lost lost => throw new ProviderException(ProviderId.OpenAI, lost.Failure),
        _ => throw new InvalidOperationException("Unknown reply."),
    };

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(ReadOnlyMemory<byte> body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(() => endpoint.Post(Path, body), FailureStage.Send, Limit, OpenAIErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = Accepted(reply);
        var stream = await http.OpenAsync(ok.Response, FailureStage.Send, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await foreach (var update in OpenAIStreamReader.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    private ReadOnlyMemory<byte> Render(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var envelope = ChatRequestConversions.FromMessages(messages, options).ToEnvelope(new ModelId(ProviderId.OpenAI, options?.ModelId ?? model));
        var body = new ArrayBufferWriter<byte>(envelope.Bytes.Length + 512);
        renderer.Render(envelope, options?.GetCacheControl() ?? CacheControl.None, body);
        return body.WrittenMemory;
    }

    private static byte[] WithStreamFlag(ReadOnlyMemory<byte> body)
    {
        ReadOnlySpan<byte> flag = "{\"stream\":true,\"stream_options\":{\"include_usage\":true},"u8;
        return [.. flag, .. body.Span[1..]];
    }
}
