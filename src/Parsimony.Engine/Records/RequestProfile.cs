namespace Parsimony.Engine;

/// <summary>What many requests have in common, stored once and referred to by number: where they go and what the ledger groups them by.</summary>
public sealed record RequestProfile
{
    /// <summary>The model asked.</summary>
    public required ModelId Model { get; init; }

    /// <summary>The credential's name; a batch stays bound to it.</summary>
    public string Credential { get; init; } = "default";

    /// <summary>The endpoint kind.</summary>
    public required EndpointKind Kind { get; init; }

    /// <summary>In whose words the envelopes are.</summary>
    public required Dialect Dialect { get; init; }

    /// <summary>Requests of different groups never share a provider batch; the tenant, unless the operator lets tenants share.</summary>
    public string IsolationGroup { get; init; } = "";

    /// <summary>Ledger dimension: who pays.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>Ledger dimension: which of the tenant's keys asks, by its label; never the secret.</summary>
    public string Key { get; init; } = "";

    /// <summary>Ledger dimension: which part of the application asks.</summary>
    public string Component { get; init; } = "";

    /// <summary>Ledger dimension: which agent asks.</summary>
    public string Agent { get; init; } = "";

    /// <summary>Ledger dimension: the session.</summary>
    public string Session { get; init; } = "";

    /// <summary>Ledger dimension: free tags, <c>key=value</c> joined by commas, sorted.</summary>
    public string Tags { get; init; } = "";

    /// <summary>How soon it is wanted beside others of its tenant: the tag <c>priority=0</c> to <c>priority=9</c>, normal without one.</summary>
    public RequestPriority Priority => PriorityTag.Read(Tags);
}
