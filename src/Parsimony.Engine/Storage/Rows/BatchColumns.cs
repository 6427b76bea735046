namespace Parsimony.Engine;

/// <summary>The columns of the view stored_batches.</summary>
internal static class BatchColumns
{
    internal static Batch Read(IStoredRow row) => new()
    {
        Id = row.Int64(),
        Key = row.Text(),
        Provider = ProviderId.Parse(row.Text()),
        Credential = row.Text(),
        Kind = (EndpointKind)row.Small(),
        IsolationGroup = row.Text(),
        Model = row.Text(),
        State = (BatchState)row.Small(),
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

    // References are ids and addresses of providers: none of them holds a line end.
    internal static string? Join(IReadOnlyList<string> values) => values.Count == 0 ? null : string.Join('\n', values);

    internal static IReadOnlyList<string> Split(string? text) => text is null ? [] : text.Split('\n');

    private static Lease? ReadLease(IStoredRow row)
    {
        var owner = row.TextOrNull();
        var until = row.TimeOrNull();
        return owner is not null && until is { } end ? new Lease(owner, end) : null;
    }
}
