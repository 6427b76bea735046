namespace Parsimony.Engine;

/// <summary>Why a request is on its way or ended as it did; shown by <c>explain</c> and counted in receipts.</summary>
public static class Reasons
{
    /// <summary>Its batch was refused; it goes live.</summary>
    public const string BatchRefused = "fallback: the batch was refused";

    /// <summary>It goes live before its batch, which waits for it: what it writes to the prompt cache the others may read.</summary>
    public const string WarmUp = "warm-up: it writes what its batch may read";

    /// <summary>Its batch held fewer requests than the provider takes; it goes live.</summary>
    public const string TooFew = "fallback: too few requests for a batch of its provider";

    /// <summary>Its batch ended before it ran; it goes live.</summary>
    public const string BatchExpired = "escalated: the batch's window passed";

    /// <summary>It left its batch to hold its caller's deadline; it goes live.</summary>
    public const string Escalated = "escalated: the deadline nears";

    /// <summary>It has no deadline, and left its batch after <see cref="EngineOptions.BatchTimeout"/>; it goes live.</summary>
    public const string TimedOut = "escalated: the batch time-out passed (batchTimeoutSeconds)";

    /// <summary>Somebody else cancelled its batch at the provider; it goes live.</summary>
    public const string BatchCancelled = "fallback: the batch was cancelled at its provider";

    /// <summary>An operator had its batch cancelled; it waits until the provider is resumed, and goes live then.</summary>
    public const string Killed = "waiting: an operator switched its provider off (kill)";

    /// <summary>A second purchase to hold the deadline.</summary>
    public const string Hedge = "hedge: the deadline nears and the batch cannot be stopped in time";

    /// <summary>Its line failed in a way that may pass; it goes live.</summary>
    public const string ItemFailed = "retry: its line failed";

    /// <summary>Its batch ended without a readable line for it; it goes live.</summary>
    public const string LineMissing = "retry: its line is missing";

    /// <summary>Its batch could not be told from others at the provider, and never will be; bought again once.</summary>
    public const string BatchUnproven = "retry: its batch was never proven at the provider";

    /// <summary>A live call failed for sure.</summary>
    public const string SendFailed = "retry: the live call failed";

    /// <summary>The provider's slower tier did not take a call; it goes live plainly.</summary>
    public const string FlexRefused = "fallback: the flexible tier had no room";

    /// <summary>A live call's outcome is unknown; bought again once.</summary>
    public const string SendUncertain = "retry: the live call's outcome is unknown";

    /// <summary>The provider refuses the credential; it waits.</summary>
    public const string Halted = "waiting: the provider refuses the credential";

    /// <summary>Its payload is protected with a key that this process was not given; it waits.</summary>
    public const string Protected = "waiting: its payload's key is not there";

    /// <summary>Its caller cancelled it.</summary>
    public const string Cancelled = "cancelled by its caller";

    /// <summary>Nothing was in time.</summary>
    public const string DeadlinePassed = "expired: the deadline passed";

    /// <summary>It had ended without an answer when one came that was paid for.</summary>
    public const string AnsweredLate = "answered late: it had ended without an answer before";

    /// <summary>Answered by a line of its batch.</summary>
    public const string AnsweredInBatch = "answered in a batch";

    /// <summary>Answered by a live call.</summary>
    public const string AnsweredLive = "answered by a live call";

    /// <summary>Failed for good.</summary>
    public const string Refused = "failed: the provider refuses this request";

    /// <summary>Uncertain too often, or buying again is not allowed.</summary>
    public const string HedgeLimit = "failed: a second purchase is not allowed (hedge_limit)";

    /// <summary>Why an item leaves its batch: the limit that it came to.</summary>
    internal static string OfLeaving(StoredRequest request) => request.Deadline is null ? TimedOut : Escalated;
}
