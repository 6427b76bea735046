namespace Parsimony.Engine;

/// <summary>One process that runs the engine on a store.</summary>
public sealed record Node
{
    /// <summary>Its name, unique per start: the owner of its leases.</summary>
    public required string Owner { get; init; }

    /// <summary>The version of its program.</summary>
    public required string Version { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was last heard of, by the store's clock.</summary>
    public DateTimeOffset SeenAt { get; init; }

    /// <summary>What it does.</summary>
    public NodeState State { get; init; }

    /// <summary>By how much its clock is ahead of the store's; negative when behind.</summary>
    public TimeSpan Skew { get; init; }
}

/// <summary>What a node does.</summary>
public enum NodeState
{
    /// <summary>It runs the stages.</summary>
    Running,

    /// <summary>It finishes what is under way, and starts nothing new.</summary>
    Draining,

    /// <summary>It ended in order.</summary>
    Stopped,
}
