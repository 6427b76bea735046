namespace Parsimony.Storage.Sqlite;

/// <summary>Hands out payload pages in a known order, and reads and unpacks the next ones while the caller works on the last.</summary>
/// <param name="reader">Where pages come from.</param>
/// <param name="pages">Their numbers, in the order in which they are wanted.</param>
/// <param name="depth">How many pages are read ahead at most; with zero each is read when it is wanted, by the caller's own thread.</param>
internal sealed class PageWindow(PayloadReader reader, IReadOnlyList<long> pages, int depth) : IAsyncDisposable
{
    private readonly Queue<Task<byte[]?>> _ahead = [];
    private int _next;

    /// <summary>The next page; null when it was pruned.</summary>
    internal async ValueTask<byte[]?> NextAsync(CancellationToken cancellationToken)
    {
        if (depth == 0)
        {
            return await reader.ReadPageAsync(pages[_next++], cancellationToken).ConfigureAwait(false);
        }

        ReadAhead(cancellationToken);
        var page = await _ahead.Dequeue().ConfigureAwait(false);
        ReadAhead(cancellationToken);
        return page;
    }

    /// <summary>Waits for what is still being read, whatever becomes of it.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var page in _ahead)
        {
            await ((Task)page).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void ReadAhead(CancellationToken cancellationToken)
    {
        while (_ahead.Count < depth && _next < pages.Count)
        {
            var page = pages[_next++];
            _ahead.Enqueue(Task.Run(() => reader.ReadPageAsync(page, cancellationToken), cancellationToken));
        }
    }
}
