using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

internal sealed class SqliteSettlementStore(SqliteDatabase database) : ISettlementStore
{
    public Task<SettlementResult> SettleAsync(
        IReadOnlyList<Settlement> settlements, (long Id, Lease Lease)? batch, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        // Results of a batch can be read again; nobody can be asked again for what a live call gave.
        database.WriteAsync(
            batch is null ? Durability.Power : Durability.Process,
            connection => batch is { } held && connection.Use("RenewLease").With(held.Lease.Until).With(held.Id).With(held.Lease.Owner).Run() == 0
                ? new SettlementResult([], [], 0, 0) { LeaseHeld = false }
                : new SettlementChunk(connection, database.Dictionaries, now).Run(settlements),
            cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> ReadUnsettledAsync(long batch, long afterSequence, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<StoredRequest>>(
            connection =>
            {
                long first, last;
                using (var row = connection.Use("ReadBatchItems").With(batch))
                {
                    // Usually none are left, and the items need not be looked at.
                    if (!row.Step() || row.Int64() == 0)
                    {
                        return [];
                    }

                    row.Skip();
                    (first, last) = (row.Int64(), row.Int64());
                }

                return RequestRows.ReadAll(
                    connection.Use("ReadUnsettled").With(Math.Max(afterSequence, first - 1)).With(last).With(batch).With(max),
                    connection, database.Dictionaries);
            },
            cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> ReadDueForEscalationAsync(DateTimeOffset escalateBefore, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<StoredRequest>>(
            connection => RequestRows.ReadAll(
                connection.Use("ReadDueForEscalation").With(escalateBefore).With(max), connection, database.Dictionaries),
            cancellationToken);

    public Task<(int Open, int Leaving)> CountOpenAsync(long batch, DateTimeOffset escalateBefore, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            connection =>
            {
                int open;
                using (var row = connection.Use("ReadBatchItems").With(batch))
                {
                    if (!row.Step())
                    {
                        return (0, 0);
                    }

                    open = row.Int32();
                    var marked = row.Int32();
                    row.Skip();
                    row.Skip();
                    var earliest = row.TimeOrNull();
                    if (earliest is null || earliest > escalateBefore)
                    {
                        return (open, marked);
                    }
                }

                using var leaving = connection.Use("CountLeaving").With(batch).With(escalateBefore);
                return (open, leaving.Step() ? leaving.Int32() : 0);
            },
            cancellationToken);

    public Task<IReadOnlyList<long>> ReadBatchesToCancelAsync(DateTimeOffset escalateBefore, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<long>>(
            connection => RequestRows.ReadNumbers(connection.Use("ReadBatchesToCancel").With(escalateBefore).With(max)), cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> ReadOverdueAsync(DateTimeOffset now, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<StoredRequest>>(
            connection => RequestRows.ReadAll(connection.Use("ReadOverdue").With(now).With(max), connection, database.Dictionaries), cancellationToken);

    public Task BookLiveAsync(IReadOnlyList<MeteredCall> calls, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        calls.Count == 0
            ? Task.CompletedTask
            : database.WriteAsync(
                Durability.Process, connection => new MeteredChunk(connection, database.Dictionaries, now).Run(calls), cancellationToken);
}
