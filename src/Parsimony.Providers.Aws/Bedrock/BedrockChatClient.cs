using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Aws;

/// <summary>Live calls for one model by Converse and ConverseStream, with the renderer and reader of the batches.</summary>
internal sealed class BedrockChatClient(ProviderHttp http, BedrockEndpoint endpoint, BedrockRequestRenderer renderer, string model, IProvider owner) : IChatClient
{
    private static readonly TimeSpan CallLimit = TimeSpan.FromMinutes(10);

    private readonly ChatClientMetadata _metadata = new("aws.bedrock", endpoint.Address, model);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var body = Render(messages, options);
        return AnswerAsync(options?.ModelId ?? model, body, cancellationToken);
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var body = Render(messages, options);
        return StreamAsync(options?.ModelId ?? model, body, cancellationToken);
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

    private async Task<ChatResponse> AnswerAsync(string name, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var reply = await http.SendForBodyAsync(
            () => endpoint.Model(name, "converse", body), FailureStage.Send, CallLimit, BedrockErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(ProviderId.Bedrock);
        var response = BedrockResponseReader.ReadChat(ok.Body);
        response.ModelId ??= name;
        return response;
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(string name, ReadOnlyMemory<byte> body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(
            () => endpoint.Model(name, "converse-stream", body), FailureStage.Send, CallLimit, BedrockErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(ProviderId.Bedrock);
        var stream = await http.OpenAsync(ok.Response, FailureStage.Send, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        var reader = new BedrockStreamReader();
        var messages = EventStreamReader.ReadAsync(stream, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var __ = messages.ConfigureAwait(false);
        while (await NextAsync(messages).ConfigureAwait(false))
        {
            if (reader.Read(messages.Current) is { } update)
            {
                update.ModelId = name;
                yield return update;
            }
        }

        if (!reader.IsStopped)
        {
            throw BedrockStreamReader.Failed(FailureCause.Transport);
        }

        yield return reader.End();
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<EventMessage> messages)
    {
        try
        {
            return await messages.MoveNextAsync().ConfigureAwait(false);
        }
        catch (EndOfStreamException e)
        {
            throw BedrockStreamReader.Failed(FailureCause.Transport, e);
        }
        catch (InvalidDataException e)
        {
            throw BedrockStreamReader.Failed(FailureCause.Malformed, e);
        }
    }

    private ReadOnlyMemory<byte> Render(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var request = LiveRequest.Read(messages, options, this);
        var output = new ArrayBufferWriter<byte>(1024);
        var id = new ModelId(ProviderId.Bedrock, options?.ModelId ?? model);
        renderer.RenderChat(request, id, (options?.GetCacheControl() ?? CacheControl.None).Marks, output);
        return output.WrittenMemory;
    }
}
