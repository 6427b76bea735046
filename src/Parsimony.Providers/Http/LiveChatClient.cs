using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Live chat over the same renderer and reader the durable calls use. Calls once, keeps nothing.</summary>
/// <param name="http">Makes the calls.</param>
/// <param name="errors">Reads refusals.</param>
/// <param name="metadata">Who answers, and by which model where the options name none.</param>
/// <param name="dialect">How a chat is asked for and read.</param>
/// <param name="owner">The provider it belongs to.</param>
internal sealed class LiveChatClient(ProviderHttp http, IErrorReader errors, ChatClientMetadata metadata, ChatDialect dialect, IProvider owner) : IChatClient
{
    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var question = Question(messages, options, streams: false);
        var reply = await http.SendForBodyAsync(dialect.Ask(question), FailureStage.Send, dialect.Limit, errors, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(owner.Id);
        var response = dialect.Read(ok.Body);
        response.ModelId ??= question.Envelope.Model.Name;
        return response;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        StreamAsync(Question(messages, options, streams: true), cancellationToken);

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? metadata
            : serviceType == typeof(IProvider) ? owner
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The HTTP client belongs to whoever made the provider.
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(ChatQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(dialect.Ask(question), FailureStage.Send, dialect.Limit, errors, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(owner.Id);
        var stream = await http.OpenAsync(ok.Response, FailureStage.Send, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await foreach (var update in dialect.ReadStream(stream, cancellationToken).ConfigureAwait(false))
        {
            update.ModelId ??= question.Envelope.Model.Name;
            yield return update;
        }
    }

    private ChatQuestion Question(IEnumerable<ChatMessage> messages, ChatOptions? options, bool streams)
    {
        var envelope = LiveRequest.Read(messages, options, this).ToEnvelope(new ModelId(owner.Id, options?.ModelId ?? metadata.DefaultModelId ?? ""));
        return new ChatQuestion(envelope, options?.GetCacheControl() ?? CacheControl.None, streams);
    }
}

/// <summary>A chat that is about to be asked for.</summary>
/// <param name="Envelope">The request.</param>
/// <param name="Cache">What is asked of the prompt cache.</param>
/// <param name="Streams">Whether its answer is to come in pieces.</param>
internal readonly record struct ChatQuestion(Envelope Envelope, CacheControl Cache, bool Streams);

/// <summary>How a provider is asked for a chat.</summary>
/// <param name="Limit">When to give a call up.</param>
/// <param name="Ask">Writes the body once; what it gives makes the request that carries it.</param>
/// <param name="Read">Reads a whole answer.</param>
/// <param name="ReadStream">Reads an answer that comes in pieces.</param>
internal sealed record ChatDialect(
    TimeSpan Limit,
    Func<ChatQuestion, Func<HttpRequestMessage>> Ask,
    Func<ReadOnlyMemory<byte>, ChatResponse> Read,
    Func<Stream, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> ReadStream);
