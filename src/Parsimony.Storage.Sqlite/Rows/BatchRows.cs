using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Reads rows of the view stored_batches.</summary>
internal static class BatchRows
{
    internal static Batch Read(Statement row) => new()
    {
        Id = row.Int64(),
        Key = row.Text(),
        Provider = ProviderId.Parse(row.Text()),
        Credential = row.Text(),
        Kind = (EndpointKind)row.Int32(),
        IsolationGroup = row.Text(),
        Model = row.Text(),
        State = (BatchState)row.Int32(),
        Count = row.Int32(),
        Bytes = row.Int64(),
        Tokens = row.Int64(),
        OpenedAt = row.Time(),
        SealedAt = row.TimeOrNull(),
        CreateSentAt = row.TimeOrNull(),
        SubmittedAt = row.TimeOrNull(),
        CancelledAt = row.TimeOrNull(),
        EndedAt = row.TimeOrNull(),
        StagedReference = row.TextOrNull(),
        ProviderBatchId = row.TextOrNull(),
        IsSuspected = row.Bool(),
        ResultReferences = Split(row.TextOrNull()),
        Candidates = Split(row.TextOrNull()),
        Searches = row.Int32(),
        Creates = row.Int32(),
        Misses = row.Int32(),
        NotBefore = row.TimeOrNull(),
        EscalateAt = row.TimeOrNull(),
        FailureCode = row.TextOrNull(),
        Lease = ReadLease(row),
    };

    internal static List<Batch> ReadAll(Statement bound)
    {
        using (bound)
        {
            var rows = new List<Batch>();
            while (bound.Step())
            {
                rows.Add(Read(bound));
            }

            return rows;
        }
    }

    internal static Batch? Find(Connection connection, long id)
    {
        using var row = connection.Use("FindBatch").With(id);
        return row.Step() ? Read(row) : null;
    }

    /// <summary>Leases the batches whose numbers a bound statement gives, and reads them as they are then.</summary>
    internal static IReadOnlyList<Batch> Lease(Connection connection, Statement bound, Lease lease)
    {
        var leased = new List<Batch>();
        foreach (var id in RequestRows.ReadNumbers(bound))
        {
            connection.Use("LeaseBatch").With(lease.Owner).With(lease.Until).With(id).Run();
            if (Find(connection, id) is { } batch)
            {
                leased.Add(batch);
            }
        }

        return leased;
    }

    // References are ids and addresses of providers: none of them holds a line end.
    internal static string? Join(IReadOnlyList<string> values) => values.Count == 0 ? null : string.Join('\n', values);

    internal static IReadOnlyList<string> Split(string? text) => text is null ? [] : text.Split('\n');

    private static Lease? ReadLease(Statement row)
    {
        var owner = row.TextOrNull();
        var until = row.TimeOrNull();
        return owner is not null && until is { } end ? new Lease(owner, end) : null;
    }
}
