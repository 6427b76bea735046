using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Reads payloads, keeping the pages used last decompressed. Thread safe.</summary>
internal sealed class PayloadReader(PostgresDatabase database, long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, LinkedListNode<(Guid Page, byte[] Raw)>> _pages = [];
    private readonly LinkedList<(Guid Page, byte[] Raw)> _byUse = new();
    private long _bytes;

    /// <summary>A payload; null when its page was pruned. The bytes stay valid as long as anyone holds them.</summary>
    internal async Task<ReadOnlyMemory<byte>?> ReadAsync(Guid page, int slot, CancellationToken cancellationToken)
    {
        var raw = Cached(page) ?? await LoadAsync(page, cancellationToken).ConfigureAwait(false);
        return raw is null ? (ReadOnlyMemory<byte>?)null : PackedPage.Slice(raw, slot);
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

    private byte[]? Cached(Guid page)
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

    private async Task<byte[]?> LoadAsync(Guid page, CancellationToken cancellationToken)
    {
        var (codec, rawBytes, data) = await database.ReadAsync(
            session => session.Use("ReadPage").With(page).FirstAsync(static row => (row.Small(), row.Int32(), row.Bytes()), cancellationToken),
            cancellationToken).ConfigureAwait(false);
        if (data is null)
        {
            return null;
        }

        var raw = PackedPage.Unpack(data, codec, rawBytes)
            ?? throw new PostgresStoreException("A payload page cannot be read. The database is damaged: restore a backup.");
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
