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
                await copy.StartRowAsync(cancellation).ConfigureAwait(false);
                await copy.WriteAsync(ids[index++], NpgsqlDbType.Uuid, cancellation).ConfigureAwait(false);
                await copy.WriteAsync(isAnswer, NpgsqlDbType.Boolean, cancellation).ConfigureAwait(false);
                await copy.WriteAsync(firstSequence, NpgsqlDbType.Bigint, cancellation).ConfigureAwait(false);
                await copy.WriteAsync(lastSequence, NpgsqlDbType.Bigint, cancellation).ConfigureAwait(false);
                await copy.WriteAsync(now.UtcDateTime, NpgsqlDbType.TimestampTz, cancellation).ConfigureAwait(false);
                await copy.WriteAsync((short)page.Codec, NpgsqlDbType.Smallint, cancellation).ConfigureAwait(false);
                await copy.WriteAsync(page.RawBytes, NpgsqlDbType.Integer, cancellation).ConfigureAwait(false);
                await copy.WriteAsync(page.Data.AsSpan(0, page.Length).ToArray(), NpgsqlDbType.Bytea, cancellation).ConfigureAwait(false);
            }

            await copy.CompleteAsync(cancellation).ConfigureAwait(false);
        }
    }
}
