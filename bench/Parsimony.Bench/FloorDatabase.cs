using Microsoft.Data.Sqlite;
using Parsimony.Storage.Sqlite;

namespace Parsimony.Bench;

/// <summary>A bare SQLite file, as durable as the store's: write-ahead log, synchronous NORMAL, one table.</summary>
internal sealed class FloorDatabase : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parsimony-floor-").FullName;

    public FloorDatabase(string table)
    {
        // The same SQLite the store uses, chosen by it.
        _ = SqliteLibrary.Version;
        Connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "floor.db")};Pooling=False");
        Connection.Open();
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = NORMAL");
        Execute(table);
    }

    public SqliteConnection Connection { get; }

    public string FilePath(string name) => Path.Combine(_folder, name);

    public void Execute(string sql)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        Connection.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
