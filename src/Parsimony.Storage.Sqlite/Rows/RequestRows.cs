using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Reads rows of the view stored_requests.</summary>
internal static class RequestRows
{
    internal static StoredRequest Read(Statement row, Connection connection, Dictionaries dictionaries)
    {
        var columns = RequestColumns.Read(row);
        return columns.Resolve(
            dictionaries.Scope(connection, columns.Scope), dictionaries.Profile(connection, columns.Profile), dictionaries.Phrase(connection, columns.Reason),
            dictionaries.Phrase(connection, columns.Failure), dictionaries.Phrase(connection, columns.Finish));
    }

    internal static RequestId ReadId(Statement row) => new(row.Uuid());

    internal static Statement WithId(this Statement statement, RequestId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return statement.With(bytes);
    }

    /// <summary>The row number of an id; null when there is none.</summary>
    internal static long? FindSequence(Connection connection, RequestId id)
    {
        using var row = connection.Use("FindRequest").WithId(id);
        return row.Step() ? row.Int64() : null;
    }

    /// <summary>All rows a bound statement gives.</summary>
    internal static List<StoredRequest> ReadAll(Statement bound, Connection connection, Dictionaries dictionaries)
    {
        using (bound)
        {
            var rows = new List<StoredRequest>();
            while (bound.Step())
            {
                rows.Add(Read(bound, connection, dictionaries));
            }

            return rows;
        }
    }

    /// <summary>The first column of all rows a bound statement gives.</summary>
    internal static List<long> ReadNumbers(Statement bound)
    {
        using (bound)
        {
            var numbers = new List<long>();
            while (bound.Step())
            {
                numbers.Add(bound.Int64());
            }

            return numbers;
        }
    }

    internal static List<StoredRequest> Load(Connection connection, Dictionaries dictionaries, IReadOnlyList<long> sequences)
    {
        var rows = new List<StoredRequest>(sequences.Count);
        foreach (var sequence in sequences)
        {
            using var row = connection.Use("ReadRequest").With(sequence);
            if (row.Step())
            {
                rows.Add(Read(row, connection, dictionaries));
            }
        }

        return rows;
    }
}
