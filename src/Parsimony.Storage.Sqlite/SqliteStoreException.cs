using Parsimony.Engine;
using SQLitePCL;

namespace Parsimony.Storage.Sqlite;

/// <summary>The database cannot be opened, read or written; the message says what to do about it.</summary>
public sealed class SqliteStoreException : Exception, IStoreFailure
{
    /// <summary>A failure with what to do about it.</summary>
    public SqliteStoreException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>A failure reported by SQLite under its extended result code (https://www.sqlite.org/rescode.html).</summary>
    public SqliteStoreException(string message, int code)
        : base(message) => Code = code;

    /// <summary>SQLite's extended result code; 0 when SQLite was not reached.</summary>
    public int Code { get; }

    /// <summary>Whether the same call may succeed later: the disk is full, or another process holds the file. What was accepted before is kept.</summary>
    public bool IsTransient => (Code & 0xFF) is raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_LOCKED;
}
