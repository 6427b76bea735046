using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Live chat over the same renderer and reader the batches use. Calls once, keeps nothing.</summary>
internal sealed class OpenAIChatClient(ProviderHttp http, OpenAIEndpoint endpoint, OpenAIRequestRenderer renderer, OpenAIProfile profile, string model, IProvider owner) : IChatClient
{
    private const string Path = "chat/completions";

    // Reasoning models may think for minutes before the first byte.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    private readonly ChatClientMetadata _metadata = new(profile.TelemetryName, endpoint.Address, model);

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var body = Render(messages, options);
        var reply = await http.SendForBodyAsync(() => Post(body, options), FailureStage.Send, Limit, profile.Errors, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(profile.Id);
        return OpenAIResponseReader.ReadChat(ok.Body, profile);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        StreamAsync(WithStreamFlag(Render(messages, options)), options, cancellationToken);

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

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(ReadOnlyMemory<byte> body, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(() => Post(body, options), FailureStage.Send, Limit, profile.Errors, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(profile.Id);
        var stream = await http.OpenAsync(ok.Response, FailureStage.Send, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await foreach (var update in OpenAIStreamReader.ReadAsync(stream, profile, cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    private HttpRequestMessage Post(ReadOnlyMemory<byte> body, ChatOptions? options)
    {
        var request = endpoint.Post(Path, body);
        if (profile.Chat.RoutingHeader is { } header && options?.GetCacheControl()?.RoutingKey is { } key)
        {
            request.Headers.TryAddWithoutValidation(header, OpenAIEndpoint.HeaderText(key));
        }

        return request;
    }

    private ReadOnlyMemory<byte> Render(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var envelope = ChatRequestConversions.FromMessages(messages, options).ToEnvelope(new ModelId(profile.Id, options?.ModelId ?? model));
        var body = new ArrayBufferWriter<byte>(envelope.Bytes.Length + 512);
        renderer.Render(envelope, options?.GetCacheControl() ?? CacheControl.None, body);
        return body.WrittenMemory;
    }

    private byte[] WithStreamFlag(ReadOnlyMemory<byte> body)
    {
        var flag = profile.Chat.AsksForStreamUsage ? "{\"stream\":true,\"stream_options\":{\"include_usage\":true},"u8 : "{\"stream\":true,"u8;
        return [.. flag, .. body.Span[1..]];
    }
}
