namespace Parsimony.Engine;

/// <summary>What a configuration is read against: the environment, the providers' limits, and whether keys are needed.</summary>
public sealed record ConfigurationSources
{
    /// <summary>An environment variable's value; null or empty when it is not set.</summary>
    /// <value>The process's environment by default.</value>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>A provider's batch limits, known to whoever composes the program; null where it has none or they are unknown.</summary>
    /// <value>Unknown for all by default: then the dated number of <see cref="CapabilityMatrix"/> counts, where there is one.</value>
    public Func<ProviderId, BatchLimits?> Limits { get; init; } = static _ => null;

    /// <summary>The location the machine's own settings of a provider's cloud name, known to whoever composes the program; null where they name none.</summary>
    /// <value>Null by default: nobody looked, and a location that may stand there is not missed.</value>
    public Func<ProviderId, string?>? Location { get; init; }

    /// <summary>Whether a provider is called without a key here, by the credentials of its cloud, known to whoever composes the program.</summary>
    /// <value>None by default: then only a provider that answers without a key (<see cref="ProviderFacts.NeedsKey"/>) needs none.</value>
    public Func<ProviderId, bool> WorksWithoutKey { get; init; } = static _ => false;

    /// <summary>Whether providers work without keys and addresses, as they do against a sandbox.</summary>
    /// <value>False by default.</value>
    public bool KeysOptional { get; init; }
}
