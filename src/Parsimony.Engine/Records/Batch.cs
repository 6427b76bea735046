namespace Parsimony.Engine;

/// <summary>A batch as the store has it.</summary>
public sealed record Batch
{
    /// <summary>Row number.</summary>
    public required long Id { get; init; }

    /// <summary>Our submission key: 32 lower-case hexadecimal digits; custom-id prefix, metadata and file name.</summary>
    public required string Key { get; init; }

    /// <summary>Its provider.</summary>
    public required ProviderId Provider { get; init; }

    /// <summary>The credential it is bound to.</summary>
    public required string Credential { get; init; }

    /// <summary>The kind all items share.</summary>
    public required EndpointKind Kind { get; init; }

    /// <summary>The isolation group.</summary>
    public required string IsolationGroup { get; init; }

    /// <summary>The model all items share, where the provider demands one; else empty.</summary>
    public required string Model { get; init; }

    /// <summary>Its state.</summary>
    public required BatchState State { get; init; }

    /// <summary>How many items were put in.</summary>
    public required int Count { get; init; }

    /// <summary>Upper bound of its input's bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Upper bound of its input tokens.</summary>
    public required long Tokens { get; init; }

    /// <summary>When the first item came.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it was closed.</summary>
    public DateTimeOffset? SealedAt { get; init; }

    /// <summary>When the create call was (about to be) sent; null as long as none was.</summary>
    public DateTimeOffset? CreateSentAt { get; init; }

    /// <summary>When the provider had it.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>When the provider was asked to cancel it.</summary>
    public DateTimeOffset? CancelledAt { get; init; }

    /// <summary>When the provider was done.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The uploaded input; null when none.</summary>
    public string? StagedReference { get; init; }

    /// <summary>The provider's id.</summary>
    public string? ProviderBatchId { get; init; }

    /// <summary>Whether <see cref="ProviderBatchId"/> is only suspected to be ours.</summary>
    public bool IsSuspected { get; init; }

    /// <summary>Result addresses, once ended.</summary>
    public IReadOnlyList<string> ResultReferences { get; init; } = [];

    /// <summary>Candidates of a quarantined batch.</summary>
    public IReadOnlyList<string> Candidates { get; init; } = [];

    /// <summary>Finished searches for an orphan since the last create.</summary>
    public int Searches { get; init; }

    /// <summary>Creates sent so far.</summary>
    public int Creates { get; init; }

    /// <summary>Consecutive status calls that found nothing or failed; or unfinished downloads while collecting.</summary>
    public int Misses { get; init; }

    /// <summary>Not to be touched before.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The earliest <c>EscalateAt</c> of its items.</summary>
    public DateTimeOffset? EscalateAt { get; init; }

    /// <summary>The last failure's code.</summary>
    public string? FailureCode { get; init; }

    /// <summary>Who works on it.</summary>
    public Lease? Lease { get; init; }
}
