namespace Parsimony.Engine;

/// <summary>Named places just before and after the engine's effects. Reaching one does nothing, unless a crash test armed it.</summary>
public static class EffectPoint
{
    /// <summary>A chunk of requests was accepted.</summary>
    public const string Enqueued = "enqueue.done";

    /// <summary>Batches were closed.</summary>
    public const string Sealed = "seal.done";

    /// <summary>A batch was claimed for submission; nothing was sent.</summary>
    public const string SubmitClaimed = "submit.claimed";

    /// <summary>About to upload a batch's input.</summary>
    public const string StageBefore = "submit.stage.before";

    /// <summary>The input is at the provider; we have not noted it.</summary>
    public const string StageAfter = "submit.stage.after";

    /// <summary>The upload is noted.</summary>
    public const string StageNoted = "submit.stage.noted";

    /// <summary>The intent to create is stored; nothing was sent.</summary>
    public const string CreateBefore = "submit.create.before";

    /// <summary>The provider answered the create; we have not noted it.</summary>
    public const string CreateAfter = "submit.create.after";

    /// <summary>The provider's id is noted.</summary>
    public const string CreateNoted = "submit.create.noted";

    /// <summary>A batch was claimed for rescue.</summary>
    public const string RescueClaimed = "rescue.claimed";

    /// <summary>A search for an orphan ended; it is not noted.</summary>
    public const string RescueSearched = "rescue.searched";

    /// <summary>A rescue's decision is noted.</summary>
    public const string RescueNoted = "rescue.noted";

    /// <summary>The provider told a batch's state; it is not noted.</summary>
    public const string PollAfter = "poll.after";

    /// <summary>The batch's state is noted.</summary>
    public const string PollNoted = "poll.noted";

    /// <summary>About to read results.</summary>
    public const string CollectBefore = "collect.before";

    /// <summary>A chunk was read; it is not settled.</summary>
    public const string CollectChunkBefore = "collect.chunk.before";

    /// <summary>A chunk is settled.</summary>
    public const string CollectChunkAfter = "collect.chunk.after";

    /// <summary>Results were read to the end; the batch is not Collected.</summary>
    public const string CollectEnd = "collect.end";

    /// <summary>The batch is Collected.</summary>
    public const string CollectNoted = "collect.noted";

    /// <summary>The intent of live calls is stored; nothing was sent.</summary>
    public const string SendBefore = "send.before";

    /// <summary>A live answer is here; it is not settled.</summary>
    public const string SendAfter = "send.after";

    /// <summary>A live call is settled.</summary>
    public const string SendNoted = "send.noted";

    /// <summary>About to ask a provider to cancel.</summary>
    public const string CancelBefore = "escalate.cancel.before";

    /// <summary>The provider cancels; it is not noted.</summary>
    public const string CancelAfter = "escalate.cancel.after";

    /// <summary>Items were taken out of their batch to be sent live.</summary>
    public const string Escalated = "escalate.noted";

    /// <summary>Provider-side files are gone; it is not noted.</summary>
    public const string CleanAfter = "clean.after";

    /// <summary>Every name, for tools that arm them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Enqueued, Sealed, SubmitClaimed, StageBefore, StageAfter, StageNoted, CreateBefore, CreateAfter, CreateNoted,
        RescueClaimed, RescueSearched, RescueNoted, PollAfter, PollNoted, CollectBefore, CollectChunkBefore, CollectChunkAfter,
        CollectEnd, CollectNoted, SendBefore, SendAfter, SendNoted, CancelBefore, CancelAfter, Escalated, CleanAfter,
    ];
}
