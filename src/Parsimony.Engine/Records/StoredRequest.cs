namespace Parsimony.Engine;

/// <summary>A request as the store has it, without its payloads.</summary>
public sealed record StoredRequest
{
    /// <summary>Row number, in order of acceptance.</summary>
    public required long Sequence { get; init; }

    /// <summary>Its id.</summary>
    public required RequestId Id { get; init; }

    /// <summary>Its scope's name.</summary>
    public required string Scope { get; init; }

    /// <summary>Where it goes and how it is booked.</summary>
    public required RequestProfile Profile { get; init; }

    /// <summary>Its state.</summary>
    public required RequestState State { get; init; }

    /// <summary>The route it is on.</summary>
    public required Route Route { get; init; }

    /// <summary>Why it is on it, or why it ended as it did.</summary>
    public required string Reason { get; init; }

    /// <summary>How many times it was given to the provider, in a batch or live; names the attempt under way.</summary>
    public required int Attempt { get; init; }

    /// <summary>How many live calls of it were refused or failed for sure.</summary>
    public required int Sends { get; init; }

    /// <summary>How many attempts ended with nobody knowing whether they were billed.</summary>
    public required int Uncertain { get; init; }

    /// <summary>The batch it is or last was in.</summary>
    public long? Batch { get; init; }

    /// <summary>Acceptance.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>By when the answer must be there.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>When it is taken out of its batch.</summary>
    public DateTimeOffset? EscalateAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Failure code, for a failed, expired or cancelled one.</summary>
    public string? FailureCode { get; init; }

    /// <summary>Finish reason of its answer.</summary>
    public string? FinishReason { get; init; }

    /// <summary>Upper bound of one attempt's cost in USD.</summary>
    public decimal? BoundUsd { get; init; }

    /// <summary>Whether its caller cancelled it while it could not be stopped.</summary>
    public bool IsCancelRequested { get; init; }

    /// <summary>Whether its prompt and answer were erased; its row and its money stay.</summary>
    public bool IsErased { get; init; }

    /// <summary>Whether it waits for its run's cost limit.</summary>
    public bool IsHeld { get; init; }
}
