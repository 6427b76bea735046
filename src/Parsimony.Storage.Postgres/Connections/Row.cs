using Npgsql;

namespace Parsimony.Storage.Postgres;

/// <summary>The current row of a result; columns are read from left to right.</summary>
internal sealed class Row(NpgsqlDataReader reader)
{
    private int _column;

    internal void Rewind() => _column = 0;

    internal void Skip() => _column++;

    internal long Int64() => reader.GetInt64(_column++);

    internal int Int32() => reader.GetInt32(_column++);

    internal int Small() => reader.GetInt16(_column++);

    internal bool Bool() => reader.GetBoolean(_column++);

    internal Guid Uuid() => reader.GetGuid(_column++);

    internal string Text() => reader.GetString(_column++);

    internal byte[] Bytes() => reader.GetFieldValue<byte[]>(_column++);

    internal decimal Money() => reader.GetDecimal(_column++);

    internal DateTimeOffset Time() => reader.GetFieldValue<DateTimeOffset>(_column++);

    internal long? Int64OrNull() => IsNull() ? null : Int64();

    internal int? Int32OrNull() => IsNull() ? null : Int32();

    internal Guid? UuidOrNull() => IsNull() ? null : Uuid();

    internal string? TextOrNull() => IsNull() ? null : Text();

    internal byte[]? BytesOrNull() => IsNull() ? null : Bytes();

    internal decimal? MoneyOrNull() => IsNull() ? null : Money();

    internal DateTimeOffset? TimeOrNull() => IsNull() ? null : Time();

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
