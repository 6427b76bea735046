using Microsoft.Extensions.AI;

namespace Parsimony.Chat;

/// <summary>Marks for a client that looks for them on contents: set on copies, so that the caller's messages stay as they are.</summary>
internal static class MarkedCopies
{
    /// <summary>The messages and options to send.</summary>
    /// <param name="messages">The caller's messages.</param>
    /// <param name="options">The caller's options.</param>
    /// <param name="marks">Where marks stand, counted over tools, instructions and contents.</param>
    /// <param name="tools">How many tools there are.</param>
    /// <param name="mark">Marks a copy.</param>
    public static (IReadOnlyCollection<ChatMessage> Messages, ChatOptions? Options) Of(
        IReadOnlyCollection<ChatMessage> messages, ChatOptions? options, IReadOnlyList<CacheMark> marks, int tools, Action<AIContent, TimeSpan> mark)
    {
        var copies = messages.ToList();
        if (!string.IsNullOrEmpty(options?.Instructions))
        {
            if (copies.Exists(message => message.Role == ChatRole.System))
            {
                // Beside system messages their place in the prompt is the client's affair: they are counted, and not marked.
                tools++;
            }
            else
            {
                copies.Insert(0, new ChatMessage(ChatRole.System, options.Instructions));
                options = options.Clone();
                options.Instructions = null;
            }
        }

        var places = Places(copies);
        var isMarked = new HashSet<int>();
        foreach (var wanted in marks.OrderByDescending(wanted => wanted.BlockIndex))
        {
            var index = Math.Min(wanted.BlockIndex - tools, places.Count - 1);
            while (index >= 0 && !TakesMark(At(copies, places[index])))
            {
                index--;
            }

            if (index >= 0 && isMarked.Add(index))
            {
                Replace(copies, places[index], wanted.Lifetime, mark);
            }
        }

        return (copies, options);
    }

    private static List<(int Message, int Content)> Places(List<ChatMessage> messages)
    {
        var places = new List<(int, int)>();
        for (var message = 0; message < messages.Count; message++)
        {
            for (var content = 0; content < messages[message].Contents.Count; content++)
            {
                // Usage is no block of the prompt.
                if (messages[message].Contents[content] is not UsageContent)
                {
                    places.Add((message, content));
                }
            }
        }

        return places;
    }

    private static AIContent At(List<ChatMessage> messages, (int Message, int Content) place) => messages[place.Message].Contents[place.Content];

    private static void Replace(List<ChatMessage> messages, (int Message, int Content) place, TimeSpan lifetime, Action<AIContent, TimeSpan> mark)
    {
        var copy = Copy(At(messages, place));
        mark(copy, lifetime);
        var message = messages[place.Message].Clone();
        message.Contents = [.. messages[place.Message].Contents];
        message.Contents[place.Content] = copy;
        messages[place.Message] = message;
    }

    // Thinking and empty text take no mark; a type of somebody else's cannot be copied.
    private static bool TakesMark(AIContent content) =>
        content.GetType() == typeof(TextContent) ? ((TextContent)content).Text.Length > 0
        : content.GetType() == typeof(DataContent) || content.GetType() == typeof(UriContent)
        || content.GetType() == typeof(FunctionCallContent) || content.GetType() == typeof(FunctionResultContent);

    private static AIContent Copy(AIContent content)
    {
        AIContent copy = content switch
        {
            DataContent data => new DataContent(data.Uri, data.MediaType) { Name = data.Name },
            UriContent link => new UriContent(link.Uri, link.MediaType),
            FunctionCallContent call => new FunctionCallContent(call.CallId, call.Name, call.Arguments) { Exception = call.Exception },
            FunctionResultContent result => new FunctionResultContent(result.CallId, result.Result) { Exception = result.Exception },
            _ => new TextContent(((TextContent)content).Text),
        };
        copy.Annotations = content.Annotations;
        copy.RawRepresentation = content.RawRepresentation;
        copy.AdditionalProperties = content.AdditionalProperties?.Clone();
        return copy;
    }
}
