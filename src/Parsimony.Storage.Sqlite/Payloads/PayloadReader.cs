namespace Parsimony.Storage.Sqlite;

/// <summary>Reads payloads, keeping the pages used last decompressed. Thread safe.</summary>
internal sealed class PayloadReader(SqliteDatabase database, long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, LinkedListNode<(long Page, byte[] Raw)>> _pages = [];
    private readonly LinkedList<(long Page, byte[] Raw)> _byUse = new();
    private long _bytes;

    /// <summary>A payload; null when its page was pruned. The bytes stay valid as long as anyone holds them.</summary>
    internal async Task<ReadOnlyMemory<byte>?> ReadAsync(long page, int slot, CancellationToken cancellationToken)
    {
        var raw = await ReadPageAsync(page, cancellationToken).ConfigureAwait(false);
        return raw is null ? (ReadOnlyMemory<byte>?)null : PayloadPages.Slice(raw, slot);
    }

    /// <summary>A page's raw bytes; null when it was pruned.</summary>
    internal async Task<byte[]?> ReadPageAsync(long page, CancellationToken cancellationToken) =>
        Cached(page) ?? await database.ReadAsync(connection => Load(connection, page), cancellationToken).ConfigureAwait(false);

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

    private byte[]? Cached(long page)
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

    private byte[]? Load(Connection connection, long page)
    {
        using var row = connection.Use("ReadPage").With(page);
        if (!row.Step())
        {
            return null;
        }

        var codec = row.Int32();
        var rawBytes = row.Int32();
        var raw = PayloadPages.Unpack(row.Bytes(), codec, rawBytes);
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

        return raw;
    }
}
