using Parsimony.Engine;
using SQLitePCL;

namespace Parsimony.Storage.Sqlite;

/// <summary>One SQLite connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private readonly sqlite3 _handle;
    private readonly string _path;

    private Connection(sqlite3 handle, string path)
    {
        _handle = handle;
        _path = path;
    }

    /// <summary>Protects and opens payload pages.</summary>
    internal required PageEnvelopes Pages { get; init; }

    internal int Changes => raw.sqlite3_changes(_handle);

    internal long LastRowId => raw.sqlite3_last_insert_rowid(_handle);

    internal static Connection Open(string path, bool isReadOnly, TimeSpan busyTimeout, PageEnvelopes? pages = null)
    {
        SqliteLibrary.EnsureLoaded();
        // One thread at a time is the gate's work, so SQLite need not lock again.
        var flags = raw.SQLITE_OPEN_NOMUTEX | (isReadOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        var result = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var connection = new Connection(handle, path) { Pages = pages ?? new PageEnvelopes(protection: null) };
        try
        {
            connection.Check(result, "open");
            connection.Check(raw.sqlite3_extended_result_codes(handle, 1), "open");
            connection.Check(raw.sqlite3_busy_timeout(handle, (int)busyTimeout.TotalMilliseconds), "open");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The statement of a file in Sql/, ready to be bound.</summary>
    internal Statement Use(string name)
    {
        if (!_statements.TryGetValue(name, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(_handle, SqlText.Statement(name), raw.SQLITE_PREPARE_PERSISTENT, out var prepared), name);
            statement = new Statement(this, prepared, name);
            _statements.Add(name, statement);
        }

        return statement;
    }

    /// <summary>Runs a text of one or more statements: migrations, pragmas, transaction control.</summary>
    internal void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql), sql);

    /// <summary>A statement for one use; the caller closes it.</summary>
    internal Statement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_handle, sql, out var prepared), sql);
        return new Statement(this, prepared, sql);
    }

    internal string Scalar(string sql)
    {
        var statement = Prepare(sql);
        try
        {
            return statement.Step() ? statement.Text() : "";
        }
        finally
        {
            statement.Close();
        }
    }

    internal void Check(int result, string doing)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw Failure(result, doing);
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Close();
        }

        _statements.Clear();
        _handle.Dispose();
    }

    private SqliteStoreException Failure(int result, string doing)
    {
        var code = raw.sqlite3_extended_errcode(_handle) is var extended && (extended & 0xFF) == (result & 0xFF) ? extended : result;
        var said = raw.sqlite3_errmsg(_handle).utf8_to_string();
        var advice = (code & 0xFF) switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "Another process has been writing to it for too long. End that process, or raise BusyTimeout.",
            raw.SQLITE_CANTOPEN => "Check that its folder exists and that this user may read and write both.",
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => "This user may not write to it. Change its owner or permissions, or choose another path.",
            raw.SQLITE_NOTADB => "The file is not a SQLite database. Choose another path, or move the file away.",
            raw.SQLITE_CORRUPT => "The file is damaged. Restore a backup, or recover it with the sqlite3 shell's .recover command.",
            raw.SQLITE_FULL => "The disk is full. Free space; nothing that was accepted before is lost.",
            raw.SQLITE_IOERR => "The disk could not be read or written. Check the device, and that the path is not on a network share.",
            _ => $"While running {doing}.",
        };
        return new SqliteStoreException($"The database '{_path}': {said} (SQLite {code}). {advice}", code);
    }
}
