namespace Parsimony.Engine;

/// <summary>The table of legal batch moves: drawn in docs/states.md, enforced by the stores' guarded updates.</summary>
public static class BatchMoves
{
    /// <summary>Every legal move with its cause.</summary>
    public static IReadOnlyList<(BatchState From, BatchState To, string Cause)> All { get; } =
    [
        (BatchState.Filling, BatchState.Sealed, "count, bytes, tokens, age, deadline or flush"),
        (BatchState.Sealed, BatchState.Submitting, "claimed for submission"),
        (BatchState.Sealed, BatchState.Rejected, "emptied: every item cancelled or escalated"),
        (BatchState.Submitting, BatchState.Running, "create accepted, or found again"),
        (BatchState.Submitting, BatchState.Sealed, "known not to exist at the provider"),
        (BatchState.Submitting, BatchState.Rejected, "create refused for good"),
        (BatchState.Submitting, BatchState.Quarantined, "several candidates"),
        (BatchState.Quarantined, BatchState.Running, "one candidate proven"),
        (BatchState.Quarantined, BatchState.Submitting, "all candidates proven foreign"),
        (BatchState.Quarantined, BatchState.Rejected, "never to be proven, or its run cancelled"),
        (BatchState.Running, BatchState.Cancelling, "cancel asked"),
        (BatchState.Running, BatchState.Ended, "provider is done"),
        (BatchState.Running, BatchState.Sealed, "provider refused it for its queue limit"),
        (BatchState.Running, BatchState.Rejected, "provider refused its input"),
        (BatchState.Running, BatchState.Submitting, "suspected batch proven foreign"),
        (BatchState.Cancelling, BatchState.Ended, "provider is done"),
        (BatchState.Ended, BatchState.Collected, "results read to the end"),
        (BatchState.Ended, BatchState.Submitting, "suspected batch proven foreign"),
    ];

    /// <summary>Whether a move is legal.</summary>
    public static bool IsLegal(BatchState from, BatchState to) => All.Any(move => move.From == from && move.To == to);

    /// <summary>Whether a state is final.</summary>
    public static bool IsFinal(BatchState state) => state is BatchState.Collected or BatchState.Rejected;
}
