namespace Parsimony.Providers;

/// <summary>A provider this build can talk to: its limits before any account's, and how one is made.</summary>
/// <param name="Id">Which.</param>
/// <param name="BatchLimits">The documented limits of its batch API; null when it has none.</param>
/// <param name="Create">Makes one from a connection, a client that neither retries nor times out by itself, and a clock.</param>
public sealed record ProviderKind(ProviderId Id, BatchLimits? BatchLimits, Func<ProviderConnection, HttpClient, TimeProvider, IProvider> Create)
{
    /// <summary>Whether there is no calling without a key, or an authorizer in its place.</summary>
    /// <value>Default true.</value>
    public bool NeedsKey { get; init; } = true;

    /// <summary>Finds the location the machine's own settings name, for a connection that names none; null where a provider goes by its connection alone.</summary>
    /// <value>Default null.</value>
    public Func<string?>? FindLocation { get; init; }

    /// <summary>Whether it takes bodies written for OpenAI as they are.</summary>
    /// <value>Default false.</value>
    public bool SpeaksOpenAI { get; init; }
}
