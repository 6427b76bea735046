namespace Parsimony;

/// <summary>What makes a request the same request when it is asked again.</summary>
/// <remarks>
/// The n-th equal request of a scope is the n-th answer, so samples stay distinct and a second run finds them all. A caller's own key
/// (an idempotency key, an item's key) replaces the ordinal; the fingerprint then guards against the key being used for something else.
/// </remarks>
public sealed record RequestIdentity
{
    /// <summary>The run's name, or an idempotency key's owner. Answers never cross scopes by themselves.</summary>
    public required string Scope { get; init; }

    /// <summary>The caller's own key in this scope; null when <see cref="Ordinal"/> counts.</summary>
    public string? CallerKey { get; init; }

    /// <summary>How many equal requests of this scope came before; 0 for the first.</summary>
    public int Ordinal { get; init; }

    /// <summary>The fingerprint of the envelope.</summary>
    public required Fingerprint Fingerprint { get; init; }
}
