using Npgsql;
using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Writes requests that are new.</summary>
internal static class NewRows
{
    /// <summary>Writes them by one binary COPY.</summary>
    internal static async Task WriteAsync(Session session, List<NewRow> rows, DateTimeOffset now)
    {
        var copy = await session.Connection.BeginBinaryImportAsync(SqlText.Statement("CopyRequests"), session.Cancellation).ConfigureAwait(false);
        await using (copy.ConfigureAwait(false))
        {
            foreach (var row in rows)
            {
                await WriteAsync(copy, row, now.UtcDateTime, session.Cancellation).ConfigureAwait(false);
            }

            await copy.CompleteAsync(session.Cancellation).ConfigureAwait(false);
        }
    }

    private static byte[] Bytes(Fingerprint fingerprint)
    {
        var bytes = new byte[RequestDigest.FingerprintLength];
        RequestDigest.WriteFingerprint(fingerprint, bytes);
        return bytes;
    }

    private static async ValueTask WriteAsync(NpgsqlBinaryImporter copy, NewRow row, DateTime now, CancellationToken cancellationToken)
    {
        Task Number(long? value) => value is { } known
            ? copy.WriteAsync(known, NpgsqlDbType.Bigint, cancellationToken)
            : copy.WriteNullAsync(cancellationToken);
        Task Small(short? value) => value is { } known
            ? copy.WriteAsync(known, NpgsqlDbType.Smallint, cancellationToken)
            : copy.WriteNullAsync(cancellationToken);
        Task Time(DateTimeOffset? value) => value is { } known
            ? copy.WriteAsync(known.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken)
            : copy.WriteNullAsync(cancellationToken);

        var request = row.Request;
        await copy.StartRowAsync(cancellationToken).ConfigureAwait(false);
        await Number(row.Sequence).ConfigureAwait(false);
        await copy.WriteAsync(request.Id.Value, NpgsqlDbType.Uuid, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(row.Identity, NpgsqlDbType.Uuid, cancellationToken).ConfigureAwait(false);
        await (request.Identity.CallerKey is null
            ? copy.WriteNullAsync(cancellationToken)
            : copy.WriteAsync(Bytes(request.Identity.Fingerprint), NpgsqlDbType.Bytea, cancellationToken)).ConfigureAwait(false);
        await Number(row.Scope).ConfigureAwait(false);
        await Number(row.Profile).ConfigureAwait(false);
        await Small((short)row.State).ConfigureAwait(false);
        await Small(row.State == RequestState.Queued ? (short)RequestState.Queued : null).ConfigureAwait(false);
        await copy.WriteAsync(row.IsLimited, NpgsqlDbType.Boolean, cancellationToken).ConfigureAwait(false);
        await Small((short)request.Route).ConfigureAwait(false);
        await Number(row.Reason).ConfigureAwait(false);
        await copy.WriteAsync(row.Batch is null ? 0 : 1, NpgsqlDbType.Integer, cancellationToken).ConfigureAwait(false);
        await Number(row.Batch).ConfigureAwait(false);
        await copy.WriteAsync(row.Page, NpgsqlDbType.Uuid, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(row.Slot, NpgsqlDbType.Integer, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(now, NpgsqlDbType.TimestampTz, cancellationToken).ConfigureAwait(false);
        await Time(request.Deadline).ConfigureAwait(false);
        await Time(request.EscalateAt).ConfigureAwait(false);
        await (request.BoundUsd is { } bound
            ? copy.WriteAsync(bound, NpgsqlDbType.Numeric, cancellationToken)
            : copy.WriteNullAsync(cancellationToken)).ConfigureAwait(false);
        await Number(unchecked((long)request.PrefixKey)).ConfigureAwait(false);
        await Number(row.IsLimited ? request.LineBytes : null).ConfigureAwait(false);
        await Number(row.IsLimited ? request.TokenBound : null).ConfigureAwait(false);
    }
}

/// <summary>A new request with all that its row says beside it. In a limited scope it is held.</summary>
internal sealed record NewRow(
    NewRequest Request, Guid Identity, long Sequence, long Scope, long Profile, long Reason, long? Batch, Guid Page, int Slot, bool IsLimited)
{
    internal RequestState State => Batch is null ? RequestState.Queued : RequestState.Batched;
}
