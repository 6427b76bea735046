namespace Parsimony;

/// <summary>At which step something failed.</summary>
public enum FailureStage
{
    /// <summary>Before anything was sent: the request itself cannot be said to this provider.</summary>
    Render,

    /// <summary>Uploading a batch's input.</summary>
    Stage,

    /// <summary>Creating a batch.</summary>
    Create,

    /// <summary>Asking for a batch's status, or listing batches.</summary>
    Poll,

    /// <summary>Cancelling a batch.</summary>
    Cancel,

    /// <summary>Reading results.</summary>
    Collect,

    /// <summary>One line of a batch's results.</summary>
    Item,

    /// <summary>A live call.</summary>
    Send,

    /// <summary>Deleting provider-side files or batches.</summary>
    Clean,
}

/// <summary>Why something failed; closed, so metrics and rows can count on it.</summary>
public enum FailureCause
{
    /// <summary>The provider will not take this request as it is.</summary>
    InvalidRequest,

    /// <summary>No key, or a key the provider does not know.</summary>
    Credential,

    /// <summary>The key may not do this.</summary>
    Permission,

    /// <summary>The account cannot pay.</summary>
    Billing,

    /// <summary>The model, batch or file is not there.</summary>
    NotFound,

    /// <summary>Over the provider's size limit.</summary>
    TooLarge,

    /// <summary>Under the provider's smallest batch.</summary>
    TooSmall,

    /// <summary>Too many calls; wait.</summary>
    RateLimited,

    /// <summary>Too much queued for batch; wait until earlier batches end.</summary>
    QueueLimit,

    /// <summary>The provider is overloaded.</summary>
    Overloaded,

    /// <summary>The provider failed.</summary>
    ServerError,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>The connection broke.</summary>
    Transport,

    /// <summary>A reply that cannot be read.</summary>
    Malformed,

    /// <summary>The answer was withheld by the provider's content rules.</summary>
    ContentFilter,

    /// <summary>The batch's window passed before this item ran.</summary>
    Expired,

    /// <summary>The item was cancelled before it ran.</summary>
    Cancelled,

    /// <summary>The batch ended without a line for this item.</summary>
    Missing,

    /// <summary>The deadline passed.</summary>
    DeadlinePassed,

    /// <summary>This provider has no such feature.</summary>
    Unsupported,

    /// <summary>The slower tier has no room now; a plain call may be made at once.</summary>
    TierFull,
}

/// <summary>A failure, by stage and cause. Never holds a provider's message or body: those echo prompts.</summary>
/// <param name="Stage">At which step.</param>
/// <param name="Cause">Why.</param>
/// <param name="Status">The HTTP status, where there was one.</param>
/// <param name="RetryAfter">How long the provider asked to wait, where it did.</param>
/// <param name="ProviderCode">The provider's own short error code, letters, digits, dots, dashes and underscores only, at most 64; null when it gave none.</param>
/// <param name="Line">The line of the batch file the provider complained about, from 1; null when it named none.</param>
public sealed record ProviderFailure(
    FailureStage Stage,
    FailureCause Cause,
    int? Status = null,
    TimeSpan? RetryAfter = null,
    string? ProviderCode = null,
    long? Line = null)
{
    /// <summary>A stable code for metrics and rows, for example <c>create.rate_limited</c>.</summary>
    public string Code => $"{Snake(Stage.ToString())}.{Snake(Cause.ToString())}";

    /// <summary>Whether the same request may succeed later, unchanged.</summary>
    public bool CanRetry => Cause is FailureCause.RateLimited or FailureCause.QueueLimit or FailureCause.Overloaded or FailureCause.ServerError
        or FailureCause.Timeout or FailureCause.Transport or FailureCause.Malformed or FailureCause.Missing or FailureCause.Expired or FailureCause.TierFull;

    /// <summary>Whether the provider or the credential refused: nothing else at this provider will work either.</summary>
    public bool IsCredential => Cause is FailureCause.Credential or FailureCause.Permission or FailureCause.Billing;

    /// <summary>Keeps a provider's error code only when it is a plain short word; anything else could echo a prompt.</summary>
    public static string? SafeCode(string? code) =>
        code is { Length: > 0 and <= 64 } && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') ? code : null;

    /// <inheritdoc/>
    public override string ToString() =>
        Code + (Status is { } status ? $" (HTTP {status})" : "") + (ProviderCode is { } code ? $" [{code}]" : "") + (Line is { } line ? $" at line {line}" : "");

    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
