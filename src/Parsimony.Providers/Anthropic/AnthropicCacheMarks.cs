using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Puts cache marks where Anthropic's own chat client looks for them, for users who bring that client.</summary>
/// <remarks>
/// That client reads its own type under <see cref="Key"/> in a content's additional properties
/// (anthropics/anthropic-sdk-csharp src/Anthropic/AIContentCacheExtensions.cs, read 2026-11-21), so the caller makes the value.
/// </remarks>
public static class AnthropicCacheMarks
{
    /// <summary>The name of the additional property.</summary>
    public const string Key = "anthropic:cache_control";

    /// <summary>Marks the contents that end the blocks the marks name; earlier marks of ours and of the caller are taken off first.</summary>
    /// <param name="messages">The conversation; its contents are changed in place.</param>
    /// <param name="marks">The marks, counted over tools and then contents.</param>
    /// <param name="tools">How many tools come before the first content; marks on tools are left out, that client has no place for them.</param>
    /// <param name="makeControl">Makes the client's value for a lifetime, for example <c>ttl =&gt; new CacheControlEphemeral { Ttl = … }</c>.</param>
    public static void Place(IEnumerable<ChatMessage> messages, IReadOnlyList<CacheMark> marks, int tools, Func<TimeSpan, object> makeControl)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(marks);
        ArgumentNullException.ThrowIfNull(makeControl);
        // Usage is no block of the prompt.
        List<AIContent> contents = [.. messages.SelectMany(m => m.Contents).Where(c => c is not UsageContent)];
        foreach (var content in contents)
        {
            content.AdditionalProperties?.Remove(Key);
        }

        var placed = AnthropicMarks.Of(marks, [.. Enumerable.Repeat(true, tools), .. contents.Select(Takes)]);
        for (var index = 0; index < contents.Count; index++)
        {
            if (placed.Lifetime(tools + index) is { } lifetime)
            {
                (contents[index].AdditionalProperties ??= [])[Key] = makeControl(lifetime);
            }
        }
    }

    private static bool Takes(AIContent content) => content switch
    {
        TextContent text => text.Text.Length > 0,
        TextReasoningContent => false,
        _ => true,
    };
}
