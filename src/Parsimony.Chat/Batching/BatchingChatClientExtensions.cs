using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parsimony.Chat;
using Parsimony.Engine;

namespace Microsoft.Extensions.AI;

/// <summary>Puts batching around a chat client.</summary>
public static class BatchingChatClientExtensions
{
    /// <summary>Sends calls whose deadline allows it through the provider's batch API. Fits <c>builder.Use(client => client.UseBatching(engine))</c>.</summary>
    /// <param name="client">The client that makes the plain calls.</param>
    /// <param name="engine">The engine on the store the calls are kept in.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <param name="logger">Gets each decision with its reason at Debug.</param>
    /// <exception cref="ArgumentException">The settings cannot be used; the message lists every fault.</exception>
    public static IChatClient UseBatching(this IChatClient client, EngineClient engine, Action<BatchingOptions>? configure = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(engine);
        var options = new BatchingOptions();
        configure?.Invoke(options);
        if (options.Validate() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(configure));
        }

        return new BatchingChatClient(client, engine, options, logger ?? NullLogger.Instance);
    }

    /// <summary>
    /// Makes a list of calls: through the batch API if the client batches and the deadline allows, else side by side. Results come as they arrive, in any
    /// order, each with the index of its conversation; one that fails does not stop the others.
    /// </summary>
    /// <param name="client">A client; batching is used when it, or a client inside it, is one made by <see cref="UseBatching"/>.</param>
    /// <param name="conversations">The calls; read once, lazily.</param>
    /// <param name="options">Options of all calls; a deadline set by <c>WithDeadline</c> holds for the whole list.</param>
    /// <param name="scope">Names the list: the same list under the same name is bought once, also across restarts. Null for a list nobody repeats.</param>
    /// <param name="cancellationToken">Stops waiting; accepted calls go on.</param>
    public static IAsyncEnumerable<ChatListResult> GetResponsesAsync(
        this IChatClient client, IEnumerable<IEnumerable<ChatMessage>> conversations, ChatOptions? options = null, string? scope = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(conversations);
        return new ChatList(client, options, scope).RunAsync(conversations, cancellationToken);
    }
}
