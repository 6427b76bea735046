using Npgsql;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>The current row of a result; columns are read from left to right.</summary>
internal sealed class Row(NpgsqlDataReader reader) : IStoredRow
{
    private int _column;

    internal void Rewind() => _column = 0;

    public void Skip() => _column++;

    public long Int64() => reader.GetInt64(_column++);

    public int Int32() => reader.GetInt32(_column++);

    public int Small() => reader.GetInt16(_column++);

    public bool Bool() => reader.GetBoolean(_column++);

    public Guid Uuid() => reader.GetGuid(_column++);

    public string Text() => reader.GetString(_column++);

    internal byte[] Bytes() => reader.GetFieldValue<byte[]>(_column++);

    public decimal Money() => MoneyOrNull() ?? 0m;

    public DateTimeOffset Time() => reader.GetFieldValue<DateTimeOffset>(_column++);

    public long? Int64OrNull() => IsNull() ? null : Int64();

    public int? Int32OrNull() => IsNull() ? null : Int32();

    internal Guid? UuidOrNull() => IsNull() ? null : Uuid();

    public string? TextOrNull() => IsNull() ? null : Text();

    internal byte[]? BytesOrNull() => IsNull() ? null : Bytes();

    public decimal? MoneyOrNull() => IsNull() ? null : reader.GetDecimal(_column++);

    public DateTimeOffset? TimeOrNull() => IsNull() ? null : Time();

    // A null is passed over.
    private bool IsNull()
    {
        if (!reader.IsDBNull(_column))
        {
            return false;
        }

        _column++;
        return true;
    }
}
