using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Parsimony.Chat.Tests;

/// <summary>A client that answers what a test wrote.</summary>
internal sealed class ScriptedClient : IChatClient
{
    public ChatClientMetadata Metadata { get; init; } = new("openai", null, ChatWorld.Model);

    public Func<ChatResponse> Answer { get; set; } = () => new ChatResponse(new ChatMessage(ChatRole.Assistant, "fine"))
    {
        Usage = new UsageDetails { InputTokenCount = 1_000, OutputTokenCount = 100 },
    };

    public Exception? BreaksAfterFirstUpdate { get; set; }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Answer(), cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        yield return new ChatResponseUpdate(ChatRole.Assistant, "first ");
        if (BreaksAfterFirstUpdate is { } exception)
        {
            throw exception;
        }

        foreach (var update in Answer().ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? Metadata : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
