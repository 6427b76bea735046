using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Live calls for one model, with the renderer and reader of the batches: the same bytes, hence the same cached prefixes.</summary>
internal sealed class AnthropicChatClient(ProviderHttp http, AnthropicEndpoint endpoint, AnthropicRequestRenderer renderer, string model, IProvider owner) : IChatClient
{
    // What the official clients give a call.
    private static readonly TimeSpan CallLimit = TimeSpan.FromMinutes(10);

    private readonly AnthropicLiveCall _call = new(http, endpoint, renderer);
    private readonly ChatClientMetadata _metadata = new("anthropic", endpoint.Base, model);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var body = Render(messages, options);
        return AnswerAsync(body, cancellationToken);
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var body = Render(messages, options);
        return StreamAsync(Streamed(body), cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(IProvider) ? owner
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
        // The HTTP client belongs to whoever made the provider.
    }

    private async Task<ChatResponse> AnswerAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var reply = await http.SendForBodyAsync(
            () => _call.Request(body), FailureStage.Send, CallLimit, AnthropicErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(ProviderId.Anthropic);
        return AnthropicResponseReader.ReadChat(ok.Body);
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(ReadOnlyMemory<byte> body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(() => _call.Request(body), FailureStage.Send, CallLimit, AnthropicErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(ProviderId.Anthropic);
        var stream = await http.OpenAsync(ok.Response, FailureStage.Send, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await foreach (var update in new AnthropicStreamReader(ProviderId.Anthropic).ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    private ReadOnlyMemory<byte> Render(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var request = LiveRequest.Read(messages, options, this);
        var output = new ArrayBufferWriter<byte>(1024);
        var id = new ModelId(ProviderId.Anthropic, options?.ModelId ?? model);
        renderer.RenderChat(request, id, (options?.GetCacheControl() ?? CacheControl.None).Marks, output);
        return output.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Streamed(ReadOnlyMemory<byte> body)
    {
        var output = new ArrayBufferWriter<byte>(body.Length + 16);
        output.Write("{\"stream\":true,"u8);
        output.Write(body.Span[1..]);
        return output.WrittenMemory;
    }
}
