namespace Parsimony.Engine;

/// <summary>What a move must know of a request's row.</summary>
/// <param name="IsLimited">Whether its scope has a cost limit, so that it is held when it is queued again.</param>
internal readonly record struct MovingRequest(
    long Sequence, RequestId Id, RequestState State, int Attempt, bool IsHeld, bool IsMarked, long Scope, long Profile, decimal? Bound, long? Batch,
    DateTimeOffset? EscalateAt, bool IsLimited = false);
