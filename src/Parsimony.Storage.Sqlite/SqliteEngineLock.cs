using System.Security.Cryptography;
using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>
/// An advisory lock on a file beside the database: the operating system gives it back however the process ends. Getting it proves that no other engine
/// runs, so the leases of the last one end at once; what it may have sent is still found out about as always.
/// </summary>
internal sealed class SqliteEngineLock(SqliteDatabase database, TimeProvider clock, Action<Span<byte>>? fillRandom) : IEngineLock
{
    private int _isHeldInMemory;

    public async Task<IAsyncDisposable?> TryAcquireAsync(CancellationToken cancellationToken = default)
    {
        if (await database.ReadAsync(SqliteMoving.FindFrozen, cancellationToken).ConfigureAwait(false) is { } movedAt)
        {
            throw new SqliteStoreException(
                $"The database '{database.Path}' was exported on {movedAt:u}, and its work goes on elsewhere. Open the new store, or take the mark back (parsimony export --release).");
        }

        if (TryLock() is not { } held)
        {
            return null;
        }

        try
        {
            await database.WriteAsync(
                Durability.Process,
                connection =>
                {
                    var now = clock.GetUtcNow();
                    return connection.Use("EndBatchLeases").With(now).Run() + connection.Use("EndSendLeases").With(now).Run();
                },
                cancellationToken).ConfigureAwait(false);
            return held;
        }
        catch
        {
            await held.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task<ReadOnlyMemory<byte>> ReadSecretAsync(string name, CancellationToken cancellationToken = default) =>
        database.WriteAsync<ReadOnlyMemory<byte>>(
            Durability.Power,
            connection =>
            {
                var secret = new byte[32];
                (fillRandom ?? RandomNumberGenerator.Fill)(secret);
                connection.Use("AddSecret").With(name).With(secret).Run();
                using var row = connection.Use("ReadSecret").With(name);
                return row.Step() ? row.Bytes().ToArray() : secret;
            },
            cancellationToken);

    private Release? TryLock()
    {
        if (database.IsInMemory)
        {
            return Interlocked.CompareExchange(ref _isHeldInMemory, 1, 0) == 0 ? new Release(() => Volatile.Write(ref _isHeldInMemory, 0)) : null;
        }

        try
        {
            // Not deleted on release: another process might just have opened it, and would lock a file that is gone.
            var file = new FileStream(database.Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new Release(file.Dispose);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new SqliteStoreException(
                $"The lock file '{database.Path}.lock' cannot be opened: {e.Message} This user must be able to write to it and to its folder.", e);
        }
    }

    private sealed class Release(Action release) : IAsyncDisposable
    {
        private Action? _release = release;

        public ValueTask DisposeAsync()
        {
            Interlocked.Exchange(ref _release, null)?.Invoke();
            return ValueTask.CompletedTask;
        }
    }
}
