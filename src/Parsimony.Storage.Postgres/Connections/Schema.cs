using Npgsql;

namespace Parsimony.Storage.Postgres;

/// <summary>Brings a database to the schema this version knows: numbered migrations, forward only, each recorded by name, one node at a time.</summary>
internal static class Schema
{
    // "parsimon" as a number: nothing else of ours takes this lock.
    private const string MigrationLock = "SELECT pg_advisory_xact_lock(8097879445004447598)";

    private const int OldestServer = 15;

    internal static async Task MigrateAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var known = SqlText.Migrations().ToList();
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            if (connection.PostgreSqlVersion.Major < OldestServer)
            {
                throw new PostgresStoreException(
                    $"The server is PostgreSQL {connection.PostgreSqlVersion}; version {OldestServer} or later is needed.");
            }

            if (await RecordedAsync(connection, known, cancellationToken).ConfigureAwait(false) == known.Count)
            {
                return;
            }

            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await RunAsync(connection, MigrationLock, cancellationToken).ConfigureAwait(false);
                await RunAsync(connection, "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY)", cancellationToken).ConfigureAwait(false);
                // Asked again: another node may have been first.
                for (var i = await RecordedAsync(connection, known, cancellationToken).ConfigureAwait(false); i < known.Count; i++)
                {
                    await RunAsync(connection, known[i].Text, cancellationToken).ConfigureAwait(false);
                    await RunAsync(connection, $"INSERT INTO migrations (name) VALUES ('{known[i].Name}')", cancellationToken).ConfigureAwait(false);
                }

                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task<int> RecordedAsync(NpgsqlConnection connection, List<(string Name, string Text)> known, CancellationToken cancellationToken)
    {
        // In this order: who finds the tables of another node that came first finds their record, too.
        var isUsed = await ScalarAsync(connection, "SELECT to_regclass('requests')::text", cancellationToken).ConfigureAwait(false) is not null;
        if (await ScalarAsync(connection, "SELECT to_regclass('migrations')::text", cancellationToken).ConfigureAwait(false) is null)
        {
            return isUsed
                ? throw new PostgresStoreException(
                    "The schema this connection works in holds tables of another program. Name an empty one (Search Path in the connection string).")
                : 0;
        }

        var last = await ScalarAsync(connection, "SELECT max(name) FROM migrations", cancellationToken).ConfigureAwait(false);
        var index = known.FindIndex(migration => migration.Name == last);
        return last is null || index >= 0
            ? index + 1
            : throw new PostgresStoreException(
                $"The database has schema '{last}', which is newer than this version's '{known[^1].Name}'. Install the version that wrote it, or a newer one.");
    }

    private static async Task<string?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
