using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>A call as it is sent, and what was advised for it.</summary>
internal sealed record PlannedCall(IReadOnlyCollection<ChatMessage> Messages, ChatOptions? Options)
{
    /// <summary>What was advised; null for a call that is left as it is.</summary>
    public CacheAdvice? Advice { get; init; }

    /// <summary>The explicit cache of its head; null where it has none, nor may come to have one.</summary>
    public ExplicitCacheUse? Held { get; init; }

    /// <summary>Why nothing was planned that could have been; null otherwise.</summary>
    public string? LeftBecause { get; init; }

    /// <summary>Whether something is asked that can be read or written.</summary>
    public bool Asks => Advice is { Asks: true } || Held is { Name: not null };

    /// <summary>The options to send, over the explicit cache as long as there is one.</summary>
    public ChatOptions? SentOptions => Held?.Name is not { } name ? Options
        : (Options?.Clone() ?? new ChatOptions()).WithCacheControl((Options?.GetCacheControl() ?? CacheControl.None) with { ExplicitCache = name });

    /// <summary>Whether it failed for its explicit cache, and is to be made once more without it.</summary>
    public bool Loses(Exception exception) => exception is ProviderException { Failure: var failure } && Held?.Loses(failure) == true;
}
