using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Reads payloads, keeping the pages used last decompressed. Thread safe.</summary>
internal sealed class PayloadReader(PostgresDatabase database, long maxBytes)
{
    private readonly PageCache<Guid> _pages = new(maxBytes);

    /// <summary>A payload; null when its page was pruned. The bytes stay valid as long as anyone holds them.</summary>
    internal async Task<ReadOnlyMemory<byte>?> ReadAsync(Guid page, int slot, CancellationToken cancellationToken)
    {
        var raw = _pages.Find(page) ?? await LoadAsync(page, cancellationToken).ConfigureAwait(false);
        return raw is null ? (ReadOnlyMemory<byte>?)null : PackedPage.Slice(raw, slot);
    }

    /// <summary>Forgets all pages: some were removed.</summary>
    internal void Forget() => _pages.Forget();

    private async Task<byte[]?> LoadAsync(Guid page, CancellationToken cancellationToken)
    {
        var (codec, rawBytes, data) = await database.ReadAsync(
            session => session.Use("ReadPage").With(page).FirstAsync(static row => (row.Small(), row.Int32(), row.Bytes()), cancellationToken),
            cancellationToken).ConfigureAwait(false);
        if (data is null)
        {
            return null;
        }

        var raw = PageRows.Open(database, page, codec, rawBytes, data);
        _pages.Add(page, raw);
        return raw;
    }
}
