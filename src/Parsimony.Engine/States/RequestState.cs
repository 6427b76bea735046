namespace Parsimony.Engine;

/// <summary>Where a request stands. The legal moves are in <see cref="RequestMoves"/>.</summary>
public enum RequestState
{
    /// <summary>Accepted; waits for a live send, or for its run's cost limit to admit it.</summary>
    Queued,

    /// <summary>In a batch, from the moment the batch is being filled until its results are read.</summary>
    Batched,

    /// <summary>A live call for it was begun; its intent is stored.</summary>
    Sending,

    /// <summary>Final: its answer is stored.</summary>
    Answered,

    /// <summary>Final: it failed for the stated reason.</summary>
    Failed,

    /// <summary>Final: its deadline passed without an answer.</summary>
    Expired,

    /// <summary>Final: its caller cancelled it.</summary>
    Cancelled,
}
