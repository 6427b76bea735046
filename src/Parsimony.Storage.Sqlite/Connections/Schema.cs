namespace Parsimony.Storage.Sqlite;

/// <summary>Brings a database to the schema this version knows: numbered migrations, forward only, each recorded by name.</summary>
internal static class Schema
{
    internal static void Migrate(Connection connection, string path)
    {
        var known = SqlText.Migrations().ToList();
        if (Recorded(connection, path, known) == known.Count)
        {
            return;
        }

        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            connection.Execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY) WITHOUT ROWID");
            // Asked again: another process may have been first.
            for (var i = Recorded(connection, path, known); i < known.Count; i++)
            {
                connection.Execute(known[i].Text);
                connection.Execute($"INSERT INTO migrations (name) VALUES ('{known[i].Name}')");
            }

            connection.Execute("COMMIT");
        }
        catch
        {
            connection.Execute("ROLLBACK");
            throw;
        }
    }

    private static int Recorded(Connection connection, string path, List<(string Name, string Text)> known)
    {
        if (connection.Scalar("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'migrations'").Length == 0)
        {
            return connection.Scalar("SELECT name FROM sqlite_master LIMIT 1").Length == 0
                ? 0
                : throw new SqliteStoreException($"The database '{path}' belongs to another program. Choose another path.");
        }

        var last = connection.Scalar("SELECT max(name) FROM migrations");
        var index = known.FindIndex(migration => migration.Name == last);
        return last.Length == 0 || index >= 0
            ? index + 1
            : throw new SqliteStoreException(
                $"The database '{path}' has schema '{last}', which is newer than this version's '{known[^1].Name}'. Install the version that wrote it, or a newer one.");
    }
}
