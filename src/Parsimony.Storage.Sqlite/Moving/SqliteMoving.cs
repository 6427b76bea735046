using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Exports a database, and imports into one.</summary>
internal sealed class SqliteMoving(SqliteDatabase database)
{
    internal async Task<bool> FreezeAsync(IEngineLock engineLock, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await engineLock.TryAcquireAsync(cancellationToken).ConfigureAwait(false) is not { } held)
        {
            return false;
        }

        await using (held.ConfigureAwait(false))
        {
            await database.WriteAsync(
                Durability.Power,
                connection =>
                {
                    connection.Execute(SqlText.Statement("AddMoveGuards"));
                    return connection.Use("AddMove").With(now).Run();
                },
                cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    internal Task<bool> ReleaseAsync(CancellationToken cancellationToken) => database.WriteAsync(
        Durability.Power,
        connection =>
        {
            connection.Execute(SqlText.Statement("RemoveMoveGuards"));
            return connection.Use("RemoveMove").Run() > 0;
        },
        cancellationToken);

    internal Task<DateTimeOffset?> FindFrozenAsync(CancellationToken cancellationToken) => database.ReadAsync(FindFrozen, cancellationToken);

    internal static DateTimeOffset? FindFrozen(Connection connection)
    {
        using var row = connection.Use("FindMove");
        return row.Step() ? row.Time() : null;
    }

    internal async Task<IMoveSource> OpenSourceAsync(bool onlyEnded, CancellationToken cancellationToken)
    {
        var (connection, held) = await database.OpenLongReaderAsync(cancellationToken).ConfigureAwait(false);
        connection.Use("BeginRead").Run();
        return new SqliteMoveSource(connection, held, onlyEnded);
    }

    internal Task ImportAsync(Func<IMoveTarget, Task> import, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteLongAsync(Durability.Power, connection => import(new SqliteMoveTarget(connection, now)), cancellationToken);
}
