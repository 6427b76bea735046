using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>A call as it is sent, and what was advised for it; no advice for a call that is left as it is.</summary>
internal sealed record PlannedCall(IReadOnlyCollection<ChatMessage> Messages, ChatOptions? Options, CacheAdvice? Advice)
{
    /// <summary>Whether something is asked that can be read or written.</summary>
    public bool Asks => Advice is { Asks: true };
}
