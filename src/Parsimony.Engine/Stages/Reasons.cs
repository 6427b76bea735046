namespace Parsimony.Engine;

/// <summary>Why a request is on its way or ended as it did; shown by <c>explain</c> and counted in receipts.</summary>
public static class Reasons
{
    /// <summary>Its batch was refused; it goes live.</summary>
    public const string BatchRefused = "fallback: the batch was refused";

    /// <summary>Its batch ended before it ran; it goes live.</summary>
    public const string BatchExpired = "escalated: the batch's window passed";

    /// <summary>Its batch was cancelled to hold the deadline; it goes live.</summary>
    public const string Escalated = "escalated: the deadline nears";

    /// <summary>A second purchase to hold the deadline.</summary>
    public const string Hedge = "hedge: the deadline nears and the batch cannot be stopped in time";

    /// <summary>Its line failed in a way that may pass; it goes live.</summary>
    public const string ItemFailed = "retry: its line failed";

    /// <summary>Its batch ended without a readable line for it; it goes live.</summary>
    public const string LineMissing = "retry: its line is missing";

    /// <summary>A live call failed for sure.</summary>
    public const string SendFailed = "retry: the live call failed";

    /// <summary>A live call's outcome is unknown; bought again once.</summary>
    public const string SendUncertain = "retry: the live call's outcome is unknown";

    /// <summary>The provider refuses the credential; it waits.</summary>
    public const string Halted = "waiting: the provider refuses the credential";

    /// <summary>Its caller cancelled it.</summary>
    public const string Cancelled = "cancelled by its caller";

    /// <summary>Nothing was in time.</summary>
    public const string DeadlinePassed = "expired: the deadline passed";

    /// <summary>Answered by a line of its batch.</summary>
    public const string AnsweredInBatch = "answered in a batch";

    /// <summary>Answered by a live call.</summary>
    public const string AnsweredLive = "answered by a live call";

    /// <summary>Failed for good.</summary>
    public const string Refused = "failed: the provider refuses this request";

    /// <summary>Uncertain too often, or buying again is not allowed.</summary>
    public const string HedgeLimit = "failed: a second purchase is not allowed (hedge_limit)";
}
