namespace Parsimony.Engine;

/// <summary>What a move must know of a request's row. A request of a limited scope is held when it is queued again.</summary>
internal readonly record struct MovingRequest(
    long Sequence, RequestId Id, RequestState State, int Attempt, bool IsHeld, bool IsMarked, long Scope, long Profile, decimal? Bound, long? Batch,
    DateTimeOffset? EscalateAt, DateTimeOffset AcceptedAt, bool IsErased = false, bool IsLimited = false)
{
    // In the order of the columns: arguments are evaluated from left to right. Whether the scope is limited is told apart.
    internal static MovingRequest Read(IStoredRow row) => new(
        row.Int64(), new RequestId(row.Uuid()), (RequestState)row.Small(), row.Int32(), row.Bool(), row.Bool(), row.Int64(), row.Int64(),
        row.MoneyOrNull(), row.Int64OrNull(), row.TimeOrNull(), row.Time(), row.Bool());
}
