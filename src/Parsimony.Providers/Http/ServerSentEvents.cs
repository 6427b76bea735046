using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Parsimony.Providers;

/// <summary>The data of a stream of server-sent events, by the framework's parser (several data lines, split characters, comments).</summary>
internal static class ServerSentEvents
{
    public static async IAsyncEnumerable<(string Event, string Data)> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return (item.EventType, item.Data);
        }
    }
}
