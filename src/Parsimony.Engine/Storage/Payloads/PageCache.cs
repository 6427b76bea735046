namespace Parsimony.Engine;

/// <summary>The pages used last, decompressed. Thread safe.</summary>
/// <param name="maxBytes">How much of them is kept.</param>
internal sealed class PageCache<TKey>(long maxBytes)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Page, byte[] Raw)>> _pages = [];
    private readonly LinkedList<(TKey Page, byte[] Raw)> _byUse = new();
    private long _bytes;

    /// <summary>A page; null when it is not kept. The bytes stay valid as long as anyone holds them.</summary>
    internal byte[]? Find(TKey page)
    {
        lock (_lock)
        {
            if (!_pages.TryGetValue(page, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Raw;
        }
    }

    internal void Add(TKey page, byte[] raw)
    {
        lock (_lock)
        {
            if (!_pages.ContainsKey(page))
            {
                _pages.Add(page, _byUse.AddFirst((page, raw)));
                _bytes += raw.Length;
            }

            while (_bytes > maxBytes && _byUse.Last is { } oldest)
            {
                _byUse.RemoveLast();
                _pages.Remove(oldest.Value.Page);
                _bytes -= oldest.Value.Raw.Length;
            }
        }
    }

    /// <summary>Forgets all pages: some were removed.</summary>
    internal void Forget()
    {
        lock (_lock)
        {
            _pages.Clear();
            _byUse.Clear();
            _bytes = 0;
        }
    }
}
