using System.Data;
using Npgsql;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Exports a schema, and imports into one.</summary>
internal sealed class PostgresMoving(PostgresDatabase database)
{
    internal Task<bool> FreezeAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        Durability.Disk,
        async session =>
        {
            // Nodes that run go on until their next write, which is refused; what they sent is found by the new store as after a crash.
            await RunAsync(session, "AddMoveGuards").ConfigureAwait(false);
            await session.Use("AddMove").With(now).RunAsync(session.Cancellation).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    internal Task<bool> ReleaseAsync(CancellationToken cancellationToken) => database.WriteAsync(
        Durability.Disk,
        async session =>
        {
            await RunAsync(session, "RemoveMoveGuards").ConfigureAwait(false);
            return await session.Use("RemoveMove").RunAsync(session.Cancellation).ConfigureAwait(false) > 0;
        },
        cancellationToken);

    internal Task<DateTimeOffset?> FindFrozenAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Use("FindMove").FirstAsync<DateTimeOffset?>(static row => row.Time(), session.Cancellation), cancellationToken);

    internal async Task<IMoveSource> OpenSourceAsync(bool onlyEnded, CancellationToken cancellationToken)
    {
        var session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        // One snapshot for all tables.
        var transaction = await session.Connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        return new PostgresMoveSource(session, transaction, onlyEnded);
    }

    internal async Task ImportAsync(Func<IMoveTarget, Task> import, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isBegun = false;
        await database.WriteAsync(
            Durability.Disk,
            async session =>
            {
                if (isBegun)
                {
                    // The stream it is read from cannot be read twice.
                    throw new PostgresStoreException("The connection was lost during the import. Nothing of it was kept; import again.");
                }

                isBegun = true;
                await import(new PostgresMoveTarget(session, now)).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    // Several statements: without numbered parameters, which the server takes one statement at a time.
    private static async Task RunAsync(Session session, string name)
    {
        var command = new NpgsqlCommand(SqlText.Statement(name), session.Connection);
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(session.Cancellation).ConfigureAwait(false);
        }
    }
}
