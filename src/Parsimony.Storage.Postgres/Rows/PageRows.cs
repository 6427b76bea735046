using System.Runtime.InteropServices;
using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Writes payload pages.</summary>
internal static class PageRows
{
    /// <summary>Writes all pages of a packer by one binary COPY.</summary>
    internal static async Task WriteAsync(
        Session session, PagePacker packer, IReadOnlyList<Guid> ids, bool isAnswer, long firstSequence, long lastSequence, DateTimeOffset now)
    {
        var cancellation = session.Cancellation;
        var copy = await session.Connection.BeginBinaryImportAsync(SqlText.Statement("CopyPages"), cancellation).ConfigureAwait(false);
        await using (copy.ConfigureAwait(false))
        {
            var index = 0;
            foreach (var page in packer.Take())
            {
                var stored = session.Database.Pages.Store(page, PlaceOf(ids[index]));
                await copy.StartRowAsync(cancellation).ConfigureAwait(false);
                await copy.WriteAsync(ids[index++], NpgsqlDbType.Uuid, cancellation).ConfigureAwait(false);
                await copy.WriteAsync(isAnswer, NpgsqlDbType.Boolean, cancellation).ConfigureAwait(false);
                await copy.WriteAsync(firstSequence, NpgsqlDbType.Bigint, cancellation).ConfigureAwait(false);
                await copy.WriteAsync(lastSequence, NpgsqlDbType.Bigint, cancellation).ConfigureAwait(false);
                await copy.WriteAsync(now.UtcDateTime, NpgsqlDbType.TimestampTz, cancellation).ConfigureAwait(false);
                await copy.WriteAsync((short)stored.Codec, NpgsqlDbType.Smallint, cancellation).ConfigureAwait(false);
                await copy.WriteAsync(stored.RawBytes, NpgsqlDbType.Integer, cancellation).ConfigureAwait(false);
                await copy.WriteAsync(BytesOf(stored), NpgsqlDbType.Bytea, cancellation).ConfigureAwait(false);
            }

            await copy.CompleteAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Writes pages anew in their rows.</summary>
    internal static Task SetAsync(Session session, List<Guid> ids, List<StoredPage> pages) => session.Use("SetPages")
        .With(pages.ConvertAll(page => (short)page.Codec), NpgsqlDbType.Smallint).With(pages.ConvertAll(page => page.RawBytes), NpgsqlDbType.Integer)
        .With(pages.ConvertAll(page => BytesOf(page)), NpgsqlDbType.Bytea).With(ids, NpgsqlDbType.Uuid).RunAsync(session.Cancellation);

    /// <summary>What a page is bound to when it is protected.</summary>
    internal static byte[] PlaceOf(Guid id) => id.ToByteArray(bigEndian: true);

    /// <summary>The bytes of a page as the driver wants them: an array of their length.</summary>
    internal static byte[] BytesOf(in StoredPage page) =>
        MemoryMarshal.TryGetArray(page.Data, out var segment) && segment.Array is { } array && array.Length == page.Data.Length ? array : page.Data.ToArray();

    /// <summary>The raw bytes of a stored page.</summary>
    internal static byte[] Open(PostgresDatabase database, Guid id, int codec, int rawBytes, byte[] data) =>
        database.Pages.Read(data, codec, rawBytes, PlaceOf(id))
        ?? throw new PostgresStoreException("A payload page cannot be read. The database is damaged: restore a backup.");
}
