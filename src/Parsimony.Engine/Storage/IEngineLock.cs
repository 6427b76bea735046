namespace Parsimony.Engine;

/// <summary>The right to run the engine on a database, and small secrets bound to it.</summary>
public interface IEngineLock
{
    /// <summary>Tries to become the engine. On SQLite one process at a time is; the right ends with the process or with disposal, and with it the leases it gave. On PostgreSQL every node is. Null: somebody else is.</summary>
    Task<IAsyncDisposable?> TryAcquireAsync(CancellationToken cancellationToken = default);

    /// <summary>A secret of this database (created on first use): 32 random bytes, for authenticating tokens handed out.</summary>
    Task<ReadOnlyMemory<byte>> ReadSecretAsync(string name, CancellationToken cancellationToken = default);
}
