namespace Parsimony.Engine;

/// <summary>The table of legal request moves: drawn in docs/states.md, enforced by the stores' guarded updates.</summary>
public static class RequestMoves
{
    /// <summary>Every legal move with its cause.</summary>
    public static IReadOnlyList<(RequestState From, RequestState To, string Cause)> All { get; } =
    [
        (RequestState.Queued, RequestState.Batched, "admitted to a batch"),
        (RequestState.Queued, RequestState.Sending, "live call begun"),
        (RequestState.Queued, RequestState.Answered, "late batch answer"),
        (RequestState.Queued, RequestState.Failed, "cannot be sent"),
        (RequestState.Queued, RequestState.Expired, "deadline passed"),
        (RequestState.Queued, RequestState.Cancelled, "cancelled"),
        (RequestState.Batched, RequestState.Answered, "result line read"),
        (RequestState.Batched, RequestState.Failed, "item refused"),
        (RequestState.Batched, RequestState.Queued, "expired, cancelled, missing or escalated"),
        (RequestState.Batched, RequestState.Expired, "batch never proven, deadline passed"),
        (RequestState.Batched, RequestState.Cancelled, "cancelled"),
        (RequestState.Sending, RequestState.Answered, "answer received"),
        (RequestState.Sending, RequestState.Failed, "refused, or tries used up"),
        (RequestState.Sending, RequestState.Queued, "will be tried again"),
        (RequestState.Sending, RequestState.Cancelled, "cancelled while its outcome was unknown"),
        (RequestState.Failed, RequestState.Answered, "paid answer came late"),
        (RequestState.Expired, RequestState.Answered, "paid answer came late"),
        (RequestState.Cancelled, RequestState.Answered, "paid answer came late"),
        (RequestState.Failed, RequestState.Queued, "retried by the user"),
        (RequestState.Expired, RequestState.Queued, "retried by the user"),
        (RequestState.Cancelled, RequestState.Queued, "retried by the user"),
    ];

    /// <summary>Whether a move is legal.</summary>
    public static bool IsLegal(RequestState from, RequestState to) => All.Any(move => move.From == from && move.To == to);

    /// <summary>Whether a state is final: one outcome is recorded, and waiting callers are told. Its user can retry it, and an answer that was paid for replaces the lack of one.</summary>
    public static bool IsFinal(RequestState state) =>
        state is RequestState.Answered or RequestState.Failed or RequestState.Expired or RequestState.Cancelled;
}
