namespace Parsimony.Engine;

/// <summary>The columns of the view stored_requests, where texts and the profile stand as their numbers.</summary>
internal readonly record struct RequestColumns(
    long Sequence, RequestId Id, long Scope, long Profile, RequestState State, Route Route, long Reason, int Attempt, int Sends, int Uncertain, long? Batch,
    DateTimeOffset AcceptedAt, DateTimeOffset? Deadline, DateTimeOffset? EscalateAt, DateTimeOffset? FinishedAt, long? Failure, long? Finish,
    decimal? Bound, bool IsCancelRequested, bool IsHeld, bool IsErased)
{
    // In the order of the columns: arguments are evaluated from left to right.
    internal static RequestColumns Read(IStoredRow row) => new(
        row.Int64(), new RequestId(row.Uuid()), row.Int64(), row.Int64(), (RequestState)row.Small(), (Route)row.Small(), row.Int64(), row.Int32(), row.Int32(),
        row.Int32(), row.Int64OrNull(), row.Time(), row.TimeOrNull(), row.TimeOrNull(), row.TimeOrNull(), row.Int64OrNull(), row.Int64OrNull(),
        row.MoneyOrNull(), row.Bool(), row.Bool(), ReadErased(row));

    // The state for the indexes stands between.
    private static bool ReadErased(IStoredRow row)
    {
        row.Skip();
        return row.Bool();
    }

    internal StoredRequest Resolve(string scope, RequestProfile profile, string? reason, string? failureCode, string? finishReason) => new()
    {
        Sequence = Sequence,
        Id = Id,
        Scope = scope,
        Profile = profile,
        State = State,
        Route = Route,
        Reason = reason ?? "",
        Attempt = Attempt,
        Sends = Sends,
        Uncertain = Uncertain,
        Batch = Batch,
        AcceptedAt = AcceptedAt,
        Deadline = Deadline,
        EscalateAt = EscalateAt,
        FinishedAt = FinishedAt,
        FailureCode = failureCode,
        FinishReason = finishReason,
        BoundUsd = Bound,
        IsCancelRequested = IsCancelRequested,
        IsHeld = IsHeld,
        IsErased = IsErased,
    };
}
