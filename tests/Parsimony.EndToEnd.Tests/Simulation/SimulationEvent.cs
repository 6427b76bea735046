namespace Parsimony.EndToEnd.Tests;

/// <summary>What a schedule is made of. Counted, because a schedule in which something never happens proves nothing about it.</summary>
internal enum SimulationEvent
{
    /// <summary>Seeds with one node, and so on.</summary>
    OneNode,
    TwoNodes,
    ThreeNodes,

    /// <summary>Killed, with nothing under way or in the middle of stages.</summary>
    Killed,

    /// <summary>Left after the stages under way had ended.</summary>
    Left,

    /// <summary>Came after the others had begun: late, or again.</summary>
    Joined,
    Paused,

    /// <summary>Paused longer than a lease while it held one. The three after it say where; other places are counted here alone.</summary>
    PausedPastLease,
    PausedAfterClaim,
    PausedAfterIntent,
    PausedAfterProviderAnswered,

    /// <summary>A node that lost the store, the provider, or both.</summary>
    StoreLost,
    ProviderLost,
    BothLost,

    /// <summary>Store calls that failed and were not applied.</summary>
    StoreCallRefused,

    /// <summary>Writes that were applied and their reply was lost.</summary>
    CommitUnknown,

    /// <summary>Provider calls that never arrived.</summary>
    ProviderCallRefused,

    /// <summary>Provider calls that arrived and their reply was lost on the way to one node.</summary>
    ProviderReplyLost,

    /// <summary>Work claimed after the lease of another node, or of another claim, had ended.</summary>
    TakenOver,

    /// <summary>Writes of somebody who no longer held the lease.</summary>
    LateWriteRefused,

    /// <summary>Live calls booked as uncertain by somebody else than their sender.</summary>
    StaleSendFound,

    /// <summary>Batches looked for at their provider.</summary>
    Rescued,

    /// <summary>Schedules in which two nodes' clocks were more than half a minute apart.</summary>
    ClocksApart,
}
