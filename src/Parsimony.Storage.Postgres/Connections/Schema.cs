using Npgsql;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>
/// Brings a database to the schema this version knows: numbered migrations, forward only, each recorded by name, one node at a time. A version works on its own schema and on
/// the next one (<see cref="SchemaRule"/>).
/// </summary>
internal static class Schema
{
    // "parsimon" as a number: nothing else of ours takes this lock.
    private const string MigrationLock = "SELECT pg_advisory_xact_lock(8097879445004447598)";

    private const int OldestServer = 15;

    private static readonly IReadOnlyList<(string Name, string Text)> Known = [.. SqlText.Migrations()];

    /// <summary>Makes the migrations that are missing, if that may be done.</summary>
    internal static async Task OpenAsync(
        NpgsqlDataSource source, bool mayMigrate, CancellationToken cancellationToken, IReadOnlyList<(string Name, string Text)>? known = null)
    {
        known ??= Known;
        var rule = Rule(known);
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            if (connection.PostgreSqlVersion.Major < OldestServer)
            {
                throw new PostgresStoreException(
                    $"The server is PostgreSQL {connection.PostgreSqlVersion}; version {OldestServer} or later is needed.");
            }

            var (recorded, last) = await RecordedAsync(connection, rule, cancellationToken).ConfigureAwait(false);
            if (recorded >= known.Count)
            {
                return;
            }

            if (!mayMigrate)
            {
                throw new PostgresStoreException(rule.RefusalAsItIs(recorded, last) ?? "");
            }

            await MigrateAsync(connection, rule, known, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Refuses to work on when another version has migrated the database further than this one can follow.</summary>
    internal static void RequireNotTooNew(int recorded, string last)
    {
        if (Rule(Known) is var rule && rule.IsTooOldFor(recorded))
        {
            throw new PostgresStoreException(rule.Refusal(recorded, last) ?? "") { IsOutdated = true };
        }
    }

    /// <summary>Refuses to export what this version does not know all of.</summary>
    internal static async Task RequireExportableAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (recorded, last) = await ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        if (Rule(Known).RefusalToExport(recorded, last) is { } refusal)
        {
            throw new PostgresStoreException(refusal);
        }
    }

    private static SchemaRule Rule(IReadOnlyList<(string Name, string Text)> known) => new([.. known.Select(migration => migration.Name)], "The database");

    private static async Task MigrateAsync(
        NpgsqlConnection connection, SchemaRule rule, IReadOnlyList<(string Name, string Text)> known, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await RunAsync(connection, MigrationLock, cancellationToken).ConfigureAwait(false);
            await RunAsync(connection, "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY)", cancellationToken).ConfigureAwait(false);
            // Asked again: another node may have been first.
            for (var i = (await RecordedAsync(connection, rule, cancellationToken).ConfigureAwait(false)).Count; i < known.Count; i++)
            {
                await RunAsync(connection, known[i].Text, cancellationToken).ConfigureAwait(false);
                await RunAsync(connection, $"INSERT INTO migrations (name) VALUES ('{known[i].Name}')", cancellationToken).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<(int Count, string Last)> RecordedAsync(NpgsqlConnection connection, SchemaRule rule, CancellationToken cancellationToken)
    {
        // In this order: who finds the tables of another node that came first finds their record, too.
        var isUsed = await ScalarAsync(connection, "SELECT to_regclass('requests')::text", cancellationToken).ConfigureAwait(false) is not null;
        if (await ScalarAsync(connection, "SELECT to_regclass('migrations')::text", cancellationToken).ConfigureAwait(false) is null)
        {
            return isUsed
                ? throw new PostgresStoreException(
                    "The schema this connection works in holds tables of another program. Name an empty one (Search Path in the connection string).")
                : (0, "");
        }

        var (recorded, last) = await ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        return rule.Refusal(recorded, last) is { } refusal ? throw new PostgresStoreException(refusal) { IsOutdated = rule.IsTooOldFor(recorded) } : (recorded, last);
    }

    private static async Task<(int Count, string Last)> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new Command(new NpgsqlCommand("SELECT count(*)::integer, coalesce(max(name), '') FROM migrations", connection), nameof(ReadAsync));
        return await command.FirstAsync(static row => (row.Int32(), row.Text()), cancellationToken).ConfigureAwait(false);
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
