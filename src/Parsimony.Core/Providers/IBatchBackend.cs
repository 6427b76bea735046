namespace Parsimony;

/// <summary>A provider's batch API. Calls are made once: retrying, waiting and remembering belong to the engine.</summary>
public interface IBatchBackend
{
    /// <summary>Its limits and habits.</summary>
    BatchLimits Limits { get; }

    /// <summary>An upper bound of the bytes one line with this envelope takes in the batch's input, line end included; null when the batch API does not take it.</summary>
    long? MeasureLine(Envelope envelope);

    /// <summary>Uploads the input where the provider wants a file; costs nothing and may be repeated. Inline providers answer without a call.</summary>
    Task<StageOutcome> StageAsync(BatchInput input, CancellationToken cancellationToken = default);

    /// <summary>Creates the batch: the call that costs money, never repeated by this method.</summary>
    Task<CreateOutcome> CreateAsync(BatchInput input, StagedInput staged, CancellationToken cancellationToken = default);

    /// <summary>Looks for batches that may be ours after a create whose reply was lost.</summary>
    /// <exception cref="ProviderException">The provider could not be asked.</exception>
    Task<IReadOnlyList<OrphanCandidate>> FindAsync(OrphanQuery query, CancellationToken cancellationToken = default);

    /// <summary>Asks how a batch is doing.</summary>
    Task<PollOutcome> PollAsync(string providerBatchId, CancellationToken cancellationToken = default);

    /// <summary>Asks to cancel a batch; done or already ended is null, else why not.</summary>
    Task<ProviderFailure?> CancelAsync(string providerBatchId, CancellationToken cancellationToken = default);

    /// <summary>Streams the result lines of an ended batch, in the provider's order, every file of it. Constant memory but for the longest line.</summary>
    /// <exception cref="ProviderException">The download could not start or broke; it can be read again from the start.</exception>
    IAsyncEnumerable<BatchLine> ReadResultsAsync(BatchSnapshot batch, CancellationToken cancellationToken = default);

    /// <summary>Deletes what the provider keeps of a collected batch (files, or the batch where it can be deleted); null when done or already gone. With an empty <see cref="BatchSnapshot.ProviderBatchId"/> there is no batch, and only the staged input is deleted.</summary>
    Task<ProviderFailure?> CleanAsync(BatchSnapshot batch, StagedInput? staged, CancellationToken cancellationToken = default);
}

/// <summary>The input of one batch. <see cref="Items"/> may be enumerated again and gives the same items: same bytes on a second try.</summary>
public sealed record BatchInput
{
    /// <summary>Our key of this submission, letters, digits and dashes, at most 40: metadata, file name and custom-id prefix.</summary>
    public required string SubmissionKey { get; init; }

    /// <summary>The kind all items share.</summary>
    public required EndpointKind Kind { get; init; }

    /// <summary>How many items.</summary>
    public required int Count { get; init; }

    /// <summary>Upper bound of the input's bytes, the sum of what <see cref="IBatchBackend.MeasureLine"/> said of its items, so what is asked of the cache comes on top; null when nobody measured.</summary>
    public long? MostBytes { get; init; }

    /// <summary>The items, in the order they are sent.</summary>
    public required Func<CancellationToken, IAsyncEnumerable<BatchItem>> Items { get; init; }

    /// <summary>The HTTP limit of the create call: when it passes, the call is given up and its outcome is uncertain.</summary>
    public required TimeSpan SendLimit { get; init; }
}

/// <summary>One request of a batch.</summary>
/// <param name="CustomId">At most 64 letters, digits, dashes and underscores; the only thing results are matched by.</param>
/// <param name="Envelope">What is asked.</param>
public readonly record struct BatchItem(string CustomId, Envelope Envelope)
{
    private readonly CacheControl? _cache;

    /// <summary>What is asked of the prompt cache.</summary>
    public CacheControl Cache
    {
        get => _cache ?? CacheControl.None;
        init => _cache = value;
    }
}

/// <summary>Where a batch's input stands at the provider.</summary>
/// <param name="Reference">The provider's file id; empty for inline input.</param>
public sealed record StagedInput(string Reference)
{
    /// <summary>Input that travels inside the create call.</summary>
    public static StagedInput Inline { get; } = new("");
}

/// <summary>How an upload ended.</summary>
public abstract record StageOutcome
{
    private StageOutcome()
    {
    }

    /// <summary>The input is there.</summary>
    public sealed record Staged(StagedInput Input) : StageOutcome;

    /// <summary>It is not, or nobody knows; an upload costs nothing, so it is simply repeated when the failure allows.</summary>
    public sealed record Failed(ProviderFailure Failure) : StageOutcome;
}

/// <summary>How a create ended.</summary>
public abstract record CreateOutcome
{
    private CreateOutcome()
    {
    }

    /// <summary>The batch exists under this id.</summary>
    public sealed record Accepted(string ProviderBatchId) : CreateOutcome;

    /// <summary>The provider is known not to have accepted it.</summary>
    public sealed record Refused(ProviderFailure Failure) : CreateOutcome;

    /// <summary>It may exist and cost money.</summary>
    public sealed record Uncertain(ProviderFailure Failure) : CreateOutcome;
}

/// <summary>What to look for after a lost create reply.</summary>
/// <param name="SubmissionKey">Our key.</param>
/// <param name="StagedReference">The input file, where there is one.</param>
/// <param name="Count">How many items it has.</param>
/// <param name="From">Created no earlier than this (skew already taken off).</param>
/// <param name="Until">Created no later than this (skew already added).</param>
public sealed record OrphanQuery(string SubmissionKey, string? StagedReference, int Count, DateTimeOffset From, DateTimeOffset Until);

/// <summary>A batch that may be ours.</summary>
/// <param name="ProviderBatchId">Its id.</param>
/// <param name="IsProven">Whether it carries our key.</param>
/// <param name="CreatedAt">By the provider's clock.</param>
public sealed record OrphanCandidate(string ProviderBatchId, bool IsProven, DateTimeOffset CreatedAt);

/// <summary>How a status call ended.</summary>
public abstract record PollOutcome
{
    private PollOutcome()
    {
    }

    /// <summary>The provider told.</summary>
    public sealed record Seen(BatchSnapshot Snapshot) : PollOutcome;

    /// <summary>No such batch, now. Soon after create that is not loss.</summary>
    public sealed record NotFound : PollOutcome;

    /// <summary>It could not be asked.</summary>
    public sealed record Failed(ProviderFailure Failure) : PollOutcome;
}

/// <summary>A batch's state in one vocabulary for all providers.</summary>
public enum BatchPhase
{
    /// <summary>Not final: validating, queued, running, finalizing, or a word newer than this code.</summary>
    Running,

    /// <summary>A cancel was asked for; items may still finish.</summary>
    Cancelling,

    /// <summary>Final: results can be read (completed, expired or cancelled alike).</summary>
    Ended,

    /// <summary>Final: the provider refused the input; nothing ran.</summary>
    Rejected,
}

/// <summary>What a provider says about a batch at one moment.</summary>
public sealed record BatchSnapshot
{
    /// <summary>Its id.</summary>
    public required string ProviderBatchId { get; init; }

    /// <summary>Its state.</summary>
    public required BatchPhase Phase { get; init; }

    /// <summary>Why the input was refused, when it was.</summary>
    public ProviderFailure? Rejection { get; init; }

    /// <summary>Items that have a final result, as far as the provider tells.</summary>
    public long? Finished { get; init; }

    /// <summary>Result addresses to read, in order: file ids or urls. Empty ones are absent.</summary>
    public IReadOnlyList<string> ResultReferences { get; init; } = [];

    /// <summary>How long the provider asked to wait before the next call.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>How one line of results reads.</summary>
public enum BatchLineKind
{
    /// <summary>An answer, billed.</summary>
    Answered,

    /// <summary>A failure of this item; free.</summary>
    Failed,

    /// <summary>The window passed before it ran; free.</summary>
    Expired,

    /// <summary>Cancelled before it ran; free.</summary>
    Cancelled,

    /// <summary>The line cannot be read; whose it is, and whether it was billed, is unknown unless <see cref="BatchLine.CustomId"/> is set.</summary>
    Unreadable,
}

/// <summary>One line of a batch's results.</summary>
public sealed record BatchLine
{
    /// <summary>Position over all result files, from 1; for reports only, never for matching.</summary>
    public required long LineNumber { get; init; }

    /// <summary>How it reads.</summary>
    public required BatchLineKind Kind { get; init; }

    /// <summary>Whose it is; null when it cannot be read.</summary>
    public string? CustomId { get; init; }

    /// <summary>The answer, when there is one.</summary>
    public Answer? Answer { get; init; }

    /// <summary>Why not, when there is none.</summary>
    public ProviderFailure? Failure { get; init; }
}
