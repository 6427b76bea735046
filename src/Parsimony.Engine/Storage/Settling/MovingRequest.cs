namespace Parsimony.Engine;

/// <summary>What a move must know of a request's row. A request of a limited scope is held when it is queued again.</summary>
internal readonly record struct MovingRequest(
    long Sequence, RequestId Id, RequestState State, int Attempt, bool IsHeld, bool IsMarked, long Scope, long Profile, decimal? Bound, long? Batch,
    DateTimeOffset? EscalateAt, bool IsLimited = false);
