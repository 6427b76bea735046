using System.Text.Json.Serialization;

namespace Parsimony.Sandbox.Model;

/// <summary>Where a batch stands; Anthropic shows the ended ones alike.</summary>
internal enum BatchPhase
{
    Validating = 1,
    InProgress,
    Finalizing,
    Cancelling,
    Failed,
    Completed,
    Expired,
    Cancelled,
}

/// <summary>A result fault that stays with the batch.</summary>
internal sealed record ResultShape
{
    public required string Fault { get; init; }

    public string? CustomId { get; init; }

    public double? Value { get; init; }

    /// <summary>Chooses the line when no id is named.</summary>
    public ulong Chance { get; init; }
}

/// <summary>Why OpenAI rejected a file.</summary>
internal sealed record BatchError(string Code, string Message, int? Line, string? Param);

/// <summary>A batch of any provider: what the journal keeps of it, and what is found again from its content.</summary>
internal sealed class BatchState
{
    public required int Number { get; init; }

    public required string Provider { get; init; }

    public required string Id { get; init; }

    public required string Endpoint { get; init; }

    public string? InputFile { get; init; }

    public int ContentNumber { get; init; }

    public long ContentLength { get; init; }

    public string? Metadata { get; init; }

    public TimeSpan? OutputLife { get; init; }

    /// <summary>Cache scope: the workspace or project of the key.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Whose keys see it; see <see cref="Call.Workspace"/>.</summary>
    public string Workspace { get; init; } = "";

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The window as it was asked for, where one is.</summary>
    public string? Window { get; init; }

    public TimeSpan Skew { get; init; }

    public DateTimeOffset? HiddenUntil { get; init; }

    public required BatchPhase Phase { get; set; }

    /// <summary>When validation ends.</summary>
    public DateTimeOffset ValidatedAt { get; init; }

    /// <summary>Lines from <see cref="PacedFrom"/> on are worked off between these two instants, <see cref="PacedCount"/> of them.</summary>
    public DateTimeOffset PacedStart { get; set; }

    public DateTimeOffset PacedEnd { get; set; }

    public int PacedFrom { get; set; }

    public int PacedCount { get; set; }

    /// <summary>Lines that will be worked off at most; the rest waits for ever.</summary>
    public int? StopsAfter { get; set; }

    public DateTimeOffset? ForcedExpiry { get; set; }

    public DateTimeOffset? InProgressAt { get; set; }

    public DateTimeOffset? FinalizingAt { get; set; }

    public DateTimeOffset? CancellingAt { get; set; }

    /// <summary>When the phase that is under way (finalizing, cancelling) ends.</summary>
    public DateTimeOffset PhaseEnds { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public int Count { get; set; }

    public string? Model { get; set; }

    public long QueuedTokens { get; set; }

    public List<BatchError>? Errors { get; set; }

    public string? OutputFile { get; set; }

    public string? ErrorFile { get; set; }

    public bool IsDeleted { get; set; }

    public double? StuckFraction { get; init; }

    public double? ExpiresFraction { get; init; }

    public TimeSpan? ExpiresAfter { get; init; }

    public TimeSpan CountsLag { get; init; }

    public bool AllFail { get; init; }

    public bool OverQueue { get; init; }

    public List<ResultShape>? Shapes { get; set; }

    /// <summary>What only its provider knows of it.</summary>
    public Dictionary<string, string>? Notes { get; set; }

    [JsonIgnore]
    public Content? Content { get; set; }

    /// <summary>Where the requests lie; found again from the content after a restart.</summary>
    [JsonIgnore]
    public IReadOnlyList<BatchItem>? Items { get; set; }

    [JsonIgnore]
    public ContentReader? Reader { get; set; }

    /// <summary>Ends of the requests worked off, in order of the content.</summary>
    [JsonIgnore]
    public List<DoneItem> Done { get; } = [];

    [JsonIgnore]
    public bool IsEnded => Phase is BatchPhase.Failed or BatchPhase.Completed or BatchPhase.Expired or BatchPhase.Cancelled;
}
