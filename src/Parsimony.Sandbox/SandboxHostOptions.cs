using Parsimony.Sandbox.Model;

namespace Parsimony.Sandbox;

/// <summary>How to start a <see cref="SandboxHost"/>.</summary>
public sealed record SandboxHostOptions
{
    /// <summary>Port on 127.0.0.1, 0 to 65535; 0 takes a free one.</summary>
    /// <value>Default 0.</value>
    public int Port { get; init; }

    /// <summary>A second port on 127.0.0.1, for https with HTTP/1.1 and HTTP/2, 0 to 65535; 0 takes a free one.</summary>
    /// <value>Default null: plain http only.</value>
    public int? TlsPort { get; init; }

    /// <summary>Sandbox seconds per real second.</summary>
    /// <value>Default 1; above <see cref="SandboxSpeed.MeasureLargestUsableAsync"/> the start is refused.</value>
    public double Speed { get; init; } = 1;

    /// <summary>What the simulated providers do.</summary>
    public SandboxOptions Model { get; init; } = new();

    /// <summary>Sandbox time at the start.</summary>
    /// <value>Default: the real time, or where a state file's clock stands.</value>
    public DateTimeOffset? Start { get; init; }

    /// <summary>Real time without a request after which the host ends itself.</summary>
    /// <value>Default null: never.</value>
    public TimeSpan? IdleLimit { get; init; }

    /// <summary>The clock that paces sandbox time.</summary>
    /// <value>Default <see cref="TimeProvider.System"/>.</value>
    public TimeProvider RealClock { get; init; } = TimeProvider.System;
}
