using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Aws;

/// <summary>Puts cache marks where AWS's own chat client for Bedrock looks for them, for users who bring that client. Live calls only: batch inference knows no prompt cache.</summary>
/// <remarks>
/// That client reads its own type under <see cref="Key"/> in the additional properties of a content, and of a whole system message, whose texts it joins
/// (aws/aws-sdk-net extensions/src/AWSSDK.Extensions.Bedrock.MEAI/BedrockChatClient.cs, read 2026-11-21), so the caller makes the value.
/// </remarks>
public static class BedrockCacheMarks
{
    /// <summary>The name of the additional property.</summary>
    public const string Key = "CachePoint";

    /// <summary>Marks what ends the blocks the marks name; earlier marks of ours and of the caller are taken off first.</summary>
    /// <param name="messages">The conversation; it is changed in place.</param>
    /// <param name="marks">The marks, counted over tools and then contents. One inside a system message moves to the end of the message before it.</param>
    /// <param name="tools">How many tools come before the first content; marks on tools are left out, that client has no place for them.</param>
    /// <param name="makePoint">Makes the client's value for a lifetime, for example <c>ttl =&gt; new CachePointBlock { Type = CachePointType.Default, … }</c>.</param>
    public static void Place(IEnumerable<ChatMessage> messages, IReadOnlyList<CacheMark> marks, int tools, Func<TimeSpan, object> makePoint)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(marks);
        ArgumentNullException.ThrowIfNull(makePoint);
        var places = new List<(ChatMessage Message, AIContent Content, bool Takes)>();
        foreach (var message in messages)
        {
            message.AdditionalProperties?.Remove(Key);
            // Usage is no block of the prompt.
            List<AIContent> contents = [.. message.Contents.Where(content => content is not UsageContent)];
            for (var i = 0; i < contents.Count; i++)
            {
                contents[i].AdditionalProperties?.Remove(Key);
                places.Add((message, contents[i], Takes(contents[i]) && (message.Role != ChatRole.System || i == contents.Count - 1)));
            }
        }

        var placed = AnthropicMarks.Of(marks, [.. Enumerable.Repeat(true, tools), .. places.Select(place => place.Takes)]);
        for (var index = 0; index < places.Count; index++)
        {
            if (placed.Lifetime(tools + index) is not { } lifetime)
            {
                continue;
            }

            var (message, content, _) = places[index];
            if (message.Role == ChatRole.System)
            {
                (message.AdditionalProperties ??= [])[Key] = makePoint(lifetime);
            }
            else
            {
                (content.AdditionalProperties ??= [])[Key] = makePoint(lifetime);
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
