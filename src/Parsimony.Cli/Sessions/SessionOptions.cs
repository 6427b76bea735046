namespace Parsimony.Cli;

/// <summary>What the command line says about the session.</summary>
internal sealed record SessionOptions
{
    /// <summary>The store's file, or a PostgreSQL database.</summary>
    public string? Store { get; init; }

    /// <summary>The configuration file.</summary>
    public string? Config { get; init; }

    /// <summary>A file of prices.</summary>
    public string? Prices { get; init; }

    /// <summary>Another base address for <see cref="Provider"/>.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The provider <see cref="Endpoint"/> is for.</summary>
    public ProviderId? Provider { get; init; }

    /// <summary>A sandbox's address.</summary>
    public string? Sandbox { get; init; }

    /// <summary>Whether the log is shown.</summary>
    public bool Verbose { get; init; }

    /// <summary>Whether providers are called at all.</summary>
    public bool NeedsProviders { get; init; } = true;

    /// <summary>Whether stored answers are read: their providers are there, without keys.</summary>
    public bool ReadsAnswers { get; init; }

    /// <summary>Whether keys and settings in the environment are left alone: a demonstration needs none, and should send none anywhere.</summary>
    public bool IgnoresEnvironment { get; init; }

    /// <summary>The engine's name; made up when null.</summary>
    public string? NodeName { get; init; }

    /// <summary>Whether what is under way may end when the command is stopped. Commands somebody watches stop at once: nothing is lost by it.</summary>
    public bool Drains { get; init; }

    /// <summary>Most that second purchases may cost, USD.</summary>
    public decimal? MaxHedgeUsd { get; init; }
}
