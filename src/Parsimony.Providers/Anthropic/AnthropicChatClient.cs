using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
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
        var reader = new AnthropicStreamReader();
        await foreach (var (_, data) in ServerSentEvents.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            if (data.Length > 0 && reader.Read(data) is { } update)
            {
                yield return update;
            }

            if (reader.IsComplete)
            {
                yield break;
            }
        }

        throw AnthropicStreamReader.Failed(FailureCause.Transport);
    }

    private ReadOnlyMemory<byte> Render(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var (plain, raw) = Raw(options);
        var request = ChatRequestConversions.FromMessages(messages, plain);
        var output = new ArrayBufferWriter<byte>(1024);
        var id = new ModelId(ProviderId.Anthropic, options?.ModelId ?? model);
        renderer.RenderChat(raw is null ? request : request with { Raw = Merged(request.Raw, raw) }, id, (options?.GetCacheControl() ?? CacheControl.None).Marks, output);
        return output.WrittenMemory;
    }

    // A live call can run the delegate that a stored one cannot; what it makes wins over the options.
    private (ChatOptions? Options, JsonObject? Raw) Raw(ChatOptions? options)
    {
        if (options?.RawRepresentationFactory is not { } factory)
        {
            return (options, null);
        }

        var plain = options.Clone();
        plain.RawRepresentationFactory = null;
        return factory(this) switch
        {
            null => (plain, null),
            JsonObject raw => (plain, raw),
            JsonElement { ValueKind: JsonValueKind.Object } raw => (plain, JsonObject.Create(raw)),
            var other => throw new NotSupportedException(
                $"RawRepresentationFactory made a {other.GetType().Name}; this client takes a JsonObject or JsonElement of members to set in the request body."),
        };
    }

    private static JsonObject Merged(JsonObject? options, JsonObject raw)
    {
        var merged = new JsonObject();
        foreach (var (name, value) in (options ?? []).Concat(raw))
        {
            merged[name] = value?.DeepClone();
        }

        return merged;
    }

    private static ReadOnlyMemory<byte> Streamed(ReadOnlyMemory<byte> body)
    {
        var output = new ArrayBufferWriter<byte>(body.Length + 16);
        output.Write("{\"stream\":true,"u8);
        output.Write(body.Span[1..]);
        return output.WrittenMemory;
    }
}
