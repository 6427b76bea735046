using System.Globalization;
using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>
/// Brings a database to the schema this version knows: numbered migrations, forward only, each recorded by name. A version works on its own schema and on the next one
/// (<see cref="SchemaRule"/>).
/// </summary>
internal static class Schema
{
    private static readonly IReadOnlyList<(string Name, string Text)> Known = [.. SqlText.Migrations()];

    /// <summary>Makes the migrations that are missing, if that may be done.</summary>
    internal static void Open(Connection connection, string path, bool mayMigrate, IReadOnlyList<(string Name, string Text)>? known = null)
    {
        known ??= Known;
        var rule = Rule(path, known);
        var (recorded, last) = Recorded(connection, path, rule);
        if (recorded >= known.Count)
        {
            return;
        }

        if (!mayMigrate)
        {
            throw new SqliteStoreException(rule.RefusalAsItIs(recorded, last) ?? "");
        }

        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            connection.Execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY) WITHOUT ROWID");
            // Asked again: another process may have been first.
            for (var i = Recorded(connection, path, rule).Count; i < known.Count; i++)
            {
                connection.Execute(known[i].Text);
                connection.Execute($"INSERT INTO migrations (name) VALUES ('{known[i].Name}')");
            }

            connection.Execute("COMMIT");
        }
        catch
        {
            RollBack(connection);
            throw;
        }
    }

    /// <summary>Refuses to work on when another version has migrated the database further than this one can follow.</summary>
    internal static void RequireNotTooNew(Connection connection, string path)
    {
        var (recorded, last) = Read(connection);
        if (Rule(path, Known) is var rule && rule.IsTooOldFor(recorded))
        {
            throw new SqliteStoreException(rule.Refusal(recorded, last) ?? "") { IsOutdated = true };
        }
    }

    /// <summary>Refuses to export what this version does not know all of.</summary>
    internal static void RequireExportable(Connection connection, string path)
    {
        var (recorded, last) = Read(connection);
        if (Rule(path, Known).RefusalToExport(recorded, last) is { } refusal)
        {
            throw new SqliteStoreException(refusal);
        }
    }

    private static SchemaRule Rule(string path, IReadOnlyList<(string Name, string Text)> known) => new([.. known.Select(migration => migration.Name)], $"The database '{path}'");

    private static (int Count, string Last) Recorded(Connection connection, string path, SchemaRule rule)
    {
        if (connection.Scalar("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'migrations'").Length == 0)
        {
            return connection.Scalar("SELECT name FROM sqlite_master LIMIT 1").Length == 0
                ? (0, "")
                : throw new SqliteStoreException($"The database '{path}' belongs to another program. Choose another path.");
        }

        var (recorded, last) = Read(connection);
        return rule.Refusal(recorded, last) is { } refusal ? throw new SqliteStoreException(refusal) { IsOutdated = rule.IsTooOldFor(recorded) } : (recorded, last);
    }

    private static (int Count, string Last) Read(Connection connection) =>
        (int.Parse(connection.Scalar("SELECT count(*) FROM migrations"), CultureInfo.InvariantCulture), connection.Scalar("SELECT max(name) FROM migrations"));

    private static void RollBack(Connection connection)
    {
        try
        {
            connection.Execute("ROLLBACK");
        }
        catch (SqliteStoreException)
        {
            // SQLite rolls back by itself after some errors; the first error tells more.
        }
    }
}
