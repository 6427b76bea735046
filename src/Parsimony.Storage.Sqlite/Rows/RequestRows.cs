using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Reads rows of the view stored_requests.</summary>
internal static class RequestRows
{
    internal static StoredRequest Read(Statement row, Connection connection, Dictionaries dictionaries) => new()
    {
        Sequence = row.Int64(),
        Id = ReadId(row),
        Scope = dictionaries.Scope(connection, row.Int64()),
        Profile = dictionaries.Profile(connection, row.Int64()),
        State = (RequestState)row.Int32(),
        Route = (Route)row.Int32(),
        Reason = dictionaries.Phrase(connection, row.Int64()) ?? "",
        Attempt = row.Int32(),
        Sends = row.Int32(),
        Uncertain = row.Int32(),
        Batch = row.Int64OrNull(),
        AcceptedAt = row.Time(),
        Deadline = row.TimeOrNull(),
        EscalateAt = row.TimeOrNull(),
        FinishedAt = row.TimeOrNull(),
        FailureCode = dictionaries.Phrase(connection, row.Int64OrNull()),
        FinishReason = dictionaries.Phrase(connection, row.Int64OrNull()),
        BoundUsd = row.MoneyOrNull(),
        IsCancelRequested = row.Bool(),
        IsHeld = row.Bool(),
    };

    internal static RequestId ReadId(Statement row) => new(new Guid(row.Bytes(), bigEndian: true));

    internal static Statement WithId(this Statement statement, RequestId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return statement.With(bytes);
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
