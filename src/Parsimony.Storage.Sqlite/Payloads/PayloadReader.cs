using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Reads payloads, keeping the pages used last decompressed. Thread safe.</summary>
internal sealed class PayloadReader(SqliteDatabase database, long maxBytes)
{
    private readonly PageCache<long> _pages = new(maxBytes);

    /// <summary>A payload; null when its page was pruned. The bytes stay valid as long as anyone holds them.</summary>
    internal async Task<ReadOnlyMemory<byte>?> ReadAsync(long page, int slot, CancellationToken cancellationToken)
    {
        var raw = await ReadPageAsync(page, cancellationToken).ConfigureAwait(false);
        return raw is null ? (ReadOnlyMemory<byte>?)null : PackedPage.Slice(raw, slot);
    }

    /// <summary>A page's raw bytes; null when it was pruned.</summary>
    internal async Task<byte[]?> ReadPageAsync(long page, CancellationToken cancellationToken) =>
        _pages.Find(page) ?? await database.ReadAsync(connection => Load(connection, page), cancellationToken).ConfigureAwait(false);

    /// <summary>Forgets all pages: some were removed.</summary>
    internal void Forget() => _pages.Forget();

    /// <summary>A page's raw bytes from its row; null when it was pruned.</summary>
    internal static byte[]? ReadPage(Connection connection, long page)
    {
        using var row = connection.Use("ReadPage").With(page);
        return row.Step() ? Open(connection, row, page) : null;
    }

    /// <summary>The raw bytes of a row's next three columns: codec, raw length and data of a page.</summary>
    internal static byte[] Open(Connection connection, Statement row, long page)
    {
        var codec = row.Int32();
        var rawBytes = row.Int32();
        return connection.Pages.Read(row.Bytes(), codec, rawBytes, Envelopes.PlaceOf(page))
            ?? throw new SqliteStoreException("A payload page cannot be read. The file is damaged: restore a backup.");
    }

    private byte[]? Load(Connection connection, long page)
    {
        if (ReadPage(connection, page) is not { } raw)
        {
            return null;
        }

        _pages.Add(page, raw);
        return raw;
    }
}
