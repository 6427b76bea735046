using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>How a PostgreSQL store behaves.</summary>
public sealed record PostgresStoreOptions
{
    /// <summary>Decompressed payload pages kept for reading, bytes.</summary>
    /// <value>12 MB.</value>
    public long PayloadCacheBytes { get; init; } = 12L << 20;

    /// <summary>For how long opening the store waits for a server that is starting or cannot be reached.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock leases are measured by; tests, whose time is not the server's, pass theirs.</summary>
    /// <value>Null: the database's own clock, so that nodes whose clocks differ agree.</value>
    public TimeProvider? LeaseClock { get; init; }

    /// <summary>Protects payloads with its current key, and opens those its keys protected.</summary>
    /// <value>Null by default: payloads are stored plain, compressed.</value>
    public PayloadProtection? Protection { get; init; }

    /// <summary>
    /// How many times faster than the database's clock the callers' time runs: the speed of their sandbox. Leases last as long in real time as they would otherwise
    /// in the callers', and nodes are listed by the callers' time.
    /// </summary>
    /// <value>1: callers live in real time. More than zero.</value>
    public double CallersSpeed { get; init; } = 1;

    /// <summary>Fills submission keys and secrets with random bytes; tests pass a seeded one.</summary>
    /// <value>Null: the operating system's generator.</value>
    public Action<Span<byte>>? FillRandom { get; init; }
}
