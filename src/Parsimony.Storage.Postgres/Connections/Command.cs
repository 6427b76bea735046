using Npgsql;
using NpgsqlTypes;

namespace Parsimony.Storage.Postgres;

/// <summary>One execution of a statement. Values are bound in the order in which its text first names them.</summary>
internal sealed class Command(NpgsqlCommand command, string name)
{
    internal Command With(long value) => Add(NpgsqlDbType.Bigint, value);

    internal Command With(long? value) => Add(NpgsqlDbType.Bigint, value);

    internal Command With(int value) => Add(NpgsqlDbType.Integer, value);

    internal Command With(int? value) => Add(NpgsqlDbType.Integer, value);

    internal Command With(bool value) => Add(NpgsqlDbType.Boolean, value);

    internal Command With(Guid value) => Add(NpgsqlDbType.Uuid, value);

    internal Command With(DateTimeOffset value) => Add(NpgsqlDbType.TimestampTz, value.ToUniversalTime());

    internal Command With(DateTimeOffset? value) => Add(NpgsqlDbType.TimestampTz, value?.ToUniversalTime());

    internal Command With(TimeSpan value) => Add(NpgsqlDbType.Interval, value);

    internal Command With(string? value) => Add(NpgsqlDbType.Text, Storable(value));

    internal Command With(decimal value) => Add(NpgsqlDbType.Numeric, value);

    internal Command With(decimal? value) => Add(NpgsqlDbType.Numeric, value);

    internal Command With(byte[]? value) => Add(NpgsqlDbType.Bytea, value);

    /// <summary>Binds a column of many rows; the statement takes it apart with <c>unnest</c>.</summary>
    internal Command With<T>(IReadOnlyCollection<T> values, NpgsqlDbType type) => Add(
        NpgsqlDbType.Array | type, values is IEnumerable<string?> texts ? texts.Select(Storable).ToArray() : values as T[] ?? [.. values]);

    /// <summary>How many rows were changed.</summary>
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>All rows.</summary>
    internal async Task<List<T>> ListAsync<T>(Func<Row, T> read, CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var rows = new List<T>();
                var row = new Row(reader);
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    row.Rewind();
                    rows.Add(read(row));
                }

                return rows;
            }
        }
    }

    /// <summary>The first row, or the default.</summary>
    internal async Task<T?> FirstAsync<T>(Func<Row, T> read, CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? read(new Row(reader)) : default;
            }
        }
    }

    public override string ToString() => name;

    // The one character that the server's texts cannot hold. It is in no text that means anything.
    private static string? Storable(string? text) => text?.Replace('\0', '\uFFFD');

    private Command Add(NpgsqlDbType type, object? value)
    {
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
        return this;
    }
}
