namespace Parsimony.Kill;

/// <summary>What happens to nodes, runs and the database.</summary>
internal enum NodesEvent
{
    /// <summary>A node killed at a random instant.</summary>
    NodeKilled,

    /// <summary>A node killed at a named effect.</summary>
    NodeKilledAtEffect,

    /// <summary>All nodes that are not stopped killed at once.</summary>
    AllNodesKilled,

    /// <summary>A node stopped for longer than its leases, then let go on.</summary>
    NodeStoppedPastLease,

    /// <summary>A node stopped for seconds, then let go on.</summary>
    NodeStoppedBriefly,

    /// <summary>The process of a run killed, at a random instant or when its first requests were accepted.</summary>
    RunKilled,

    /// <summary>PostgreSQL stopped as by a power failure, and started again within seconds.</summary>
    DatabaseRestarted,

    /// <summary>PostgreSQL stopped as by a power failure, and started again a minute later.</summary>
    DatabaseGoneForAMinute,
}
