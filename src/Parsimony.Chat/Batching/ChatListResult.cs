using Microsoft.Extensions.AI;

namespace Parsimony.Chat;

/// <summary>What became of one call of a list: a response or an exception, never both.</summary>
/// <param name="Index">Position of its conversation in the list, from 0.</param>
/// <param name="Response">The response; null when it failed.</param>
/// <param name="Exception">Why it failed; null when it did not.</param>
public sealed record ChatListResult(int Index, ChatResponse? Response, Exception? Exception)
{
    /// <summary>The response.</summary>
    /// <exception cref="InvalidOperationException">The call failed; the inner exception says why.</exception>
    public ChatResponse Require() => Response ?? throw new InvalidOperationException($"Call {Index} of the list failed.", Exception);
}
