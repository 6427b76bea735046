namespace Parsimony.Engine;

/// <summary>Where a batch stands. The legal moves are in <see cref="BatchMoves"/>.</summary>
public enum BatchState
{
    /// <summary>Takes requests.</summary>
    Filling,

    /// <summary>Closed; waits to be submitted.</summary>
    Sealed,

    /// <summary>The intent to create it at the provider is stored; whether it exists there may be unknown.</summary>
    Submitting,

    /// <summary>Several provider batches may be this one; waits for proof or policy.</summary>
    Quarantined,

    /// <summary>At the provider under a known id.</summary>
    Running,

    /// <summary>The provider was asked to cancel it; items may still finish.</summary>
    Cancelling,

    /// <summary>The provider is done with it; results can be read.</summary>
    Ended,

    /// <summary>Final: every item has been settled or sent on.</summary>
    Collected,

    /// <summary>Final: the provider refused it; its items went elsewhere or failed.</summary>
    Rejected,
}
