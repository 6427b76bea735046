namespace Parsimony.Engine;

/// <summary>A request on its way into the store, already planned.</summary>
public sealed record NewRequest
{
    /// <summary>Its id.</summary>
    public required RequestId Id { get; init; }

    /// <summary>What makes it the same when asked again.</summary>
    public required RequestIdentity Identity { get; init; }

    /// <summary>What is asked.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Where it goes and how it is booked.</summary>
    public required RequestProfile Profile { get; init; }

    /// <summary>The planned route.</summary>
    public required Route Route { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>By when the answer must be there.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>When it is taken out of its batch if unanswered.</summary>
    public DateTimeOffset? EscalateAt { get; init; }

    /// <summary>The fingerprint of its leading static part: items of a batch are ordered by it, so equal prefixes stand together.</summary>
    public ulong PrefixKey { get; init; }

    /// <summary>Upper bound of its line in a batch file.</summary>
    public long LineBytes { get; init; }

    /// <summary>Upper bound of its input tokens, for queue limits.</summary>
    public long TokenBound { get; init; }

    /// <summary>Upper bound of one attempt's cost in USD; null when the model has no known price.</summary>
    public decimal? BoundUsd { get; init; }

    /// <summary>What a batch of its lane may hold; null when it goes live.</summary>
    public LaneLimits? Lane { get; init; }

    /// <summary>What its route was decided on; null where nobody planned it: then nothing is kept of the decision.</summary>
    public PlannedDecision? Decision { get; init; }
}

/// <summary>What one batch of a lane (provider, credential, kind, group, and model where demanded) may hold.</summary>
/// <param name="MaxRequests">Most items.</param>
/// <param name="MaxBytes">Most bytes of lines.</param>
/// <param name="MaxTokens">Most input tokens (the provider's queue limit); null for none.</param>
/// <param name="OneModelPerBatch">Whether the lane is per model.</param>
/// <param name="VarySize">Whether full batches differ in size, where a lost create can only be found by size.</param>
public sealed record LaneLimits(int MaxRequests, long MaxBytes, long? MaxTokens, bool OneModelPerBatch, bool VarySize);

/// <summary>What became of a <see cref="NewRequest"/>.</summary>
/// <param name="Id">Its id: the new one, or that of the equal request that was there.</param>
/// <param name="Sequence">Its row number.</param>
/// <param name="State">Its state.</param>
/// <param name="IsNew">Whether it was added.</param>
/// <param name="IsConflict">Whether the caller's key was used before for something else; then nothing was added.</param>
public readonly record struct EnqueuedRequest(RequestId Id, long Sequence, RequestState State, bool IsNew, bool IsConflict);
