using System.Globalization;
using Parsimony.Engine;
using SQLitePCL;

namespace Parsimony.Storage.Sqlite;

/// <summary>
/// A prepared statement that is used again and again. Values are bound in the order in which the text first names them, and columns are read
/// from left to right. Disposing makes it ready for its next use; <see cref="Close"/> ends it.
/// </summary>
internal sealed class Statement(Connection connection, sqlite3_stmt handle, string name) : IStoredRow, IDisposable
{
    private int _bound;
    private int _column;

    internal Statement With(long value)
    {
        connection.Check(raw.sqlite3_bind_int64(handle, ++_bound, value), name);
        return this;
    }

    internal Statement With(bool value) => With(value ? 1L : 0L);

    internal Statement With(long? value) => value is { } number ? With(number) : WithNull();

    internal Statement With(DateTimeOffset value) => With(value.ToUnixTimeMilliseconds());

    internal Statement With(DateTimeOffset? value) => value is { } time ? With(time) : WithNull();

    internal Statement With(ReadOnlySpan<byte> value)
    {
        connection.Check(raw.sqlite3_bind_blob(handle, ++_bound, value), name);
        return this;
    }

    internal Statement With(string? value)
    {
        if (value is null)
        {
            return WithNull();
        }

        connection.Check(raw.sqlite3_bind_text(handle, ++_bound, value), name);
        return this;
    }

    internal Statement With(decimal value)
    {
        Span<byte> text = stackalloc byte[40];
        value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        connection.Check(raw.sqlite3_bind_text(handle, ++_bound, text[..length]), name);
        return this;
    }

    internal Statement With(decimal? value) => value is { } money ? With(money) : WithNull();

    internal Statement WithNull()
    {
        connection.Check(raw.sqlite3_bind_null(handle, ++_bound), name);
        return this;
    }

    /// <summary>Moves to the next row; false, and ready for the next use, when there is none.</summary>
    internal bool Step()
    {
        var result = raw.sqlite3_step(handle);
        _column = 0;
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        Dispose();
        if (result != raw.SQLITE_DONE)
        {
            connection.Check(result, name);
        }

        return false;
    }

    /// <summary>Runs to the end; how many rows were changed.</summary>
    internal int Run()
    {
        while (Step())
        {
        }

        return connection.Changes;
    }

    internal bool IsNull() => raw.sqlite3_column_type(handle, _column) == raw.SQLITE_NULL;

    public void Skip() => _column++;

    public long Int64() => raw.sqlite3_column_int64(handle, _column++);

    public int Int32() => raw.sqlite3_column_int(handle, _column++);

    public int Small() => Int32();

    public bool Bool() => Int32() != 0;

    public Guid Uuid() => new(Bytes(), bigEndian: true);

    public long? Int64OrNull()
    {
        if (IsNull())
        {
            _column++;
            return null;
        }

        return Int64();
    }

    public int? Int32OrNull() => (int?)Int64OrNull();

    public DateTimeOffset Time() => DateTimeOffset.FromUnixTimeMilliseconds(Int64());

    public DateTimeOffset? TimeOrNull() => Int64OrNull() is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;

    public string Text() => raw.sqlite3_column_text(handle, _column++).utf8_to_string() ?? "";

    public string? TextOrNull()
    {
        if (IsNull())
        {
            _column++;
            return null;
        }

        return Text();
    }

    internal ReadOnlySpan<byte> Bytes() => raw.sqlite3_column_blob(handle, _column++);

    public decimal Money() => MoneyOrNull() ?? 0m;

    public decimal? MoneyOrNull()
    {
        // Asked as a blob, text comes as its bytes, without a string in between.
        var text = raw.sqlite3_column_blob(handle, _column++);
        return text.IsEmpty ? null : decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        // What went wrong was told by the step; a reset repeats it.
        _ = raw.sqlite3_reset(handle);
        _bound = 0;
        _column = 0;
    }

    internal void Close() => handle.Dispose();
}
