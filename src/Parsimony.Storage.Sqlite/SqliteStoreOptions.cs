using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>How a SQLite store behaves.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>How long a call waits for another process that is writing.</summary>
    /// <value>20 seconds.</value>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>SQLite's page cache of the writing connection, bytes.</summary>
    /// <value>40 MB.</value>
    public long CacheBytes { get; init; } = 40L << 20;

    /// <summary>How large the write-ahead log grows before it is copied into the database, bytes.</summary>
    /// <value>64 MB.</value>
    public long CheckpointBytes { get; init; } = 64L << 20;

    /// <summary>Most connections that read at the same time.</summary>
    /// <value>4.</value>
    public int Readers { get; init; } = 4;

    /// <summary>Decompressed payload pages kept for reading, bytes.</summary>
    /// <value>12 MB.</value>
    public long PayloadCacheBytes { get; init; } = 12L << 20;

    /// <summary>Protects payloads with its current key, and opens those its keys protected.</summary>
    /// <value>Null by default: payloads are stored plain, compressed.</value>
    public PayloadProtection? Protection { get; init; }

    /// <summary>Fills submission keys and secrets with random bytes; tests and simulations pass a seeded one.</summary>
    /// <value>Null: the operating system's generator.</value>
    public Action<Span<byte>>? FillRandom { get; init; }
}
