namespace Parsimony.Storage.Sqlite;

/// <summary>The tables of operators' switches, priorities and turns: missing while a database still has the schema of the version before.</summary>
internal static class ControlTables
{
    internal static bool Exist(Connection connection)
    {
        using var row = connection.Use("FindControlTables");
        return row.Step();
    }
}
