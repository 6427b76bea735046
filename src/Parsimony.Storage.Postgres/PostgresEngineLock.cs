using System.Security.Cryptography;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>On PostgreSQL every node may be an engine: work is shared out by leases.</summary>
internal sealed class PostgresEngineLock(PostgresDatabase database, Action<Span<byte>>? fillRandom) : IEngineLock
{
    public async Task<IAsyncDisposable?> TryAcquireAsync(CancellationToken cancellationToken = default) =>
        await new PostgresMoving(database).FindFrozenAsync(cancellationToken).ConfigureAwait(false) is { } movedAt
            ? throw new PostgresStoreException(
                $"This database was exported on {movedAt:u}, and its work goes on elsewhere. Open the new store, or take the mark back (parsimony export --release).")
            : new Held();

    public Task<ReadOnlyMemory<byte>> ReadSecretAsync(string name, CancellationToken cancellationToken = default) =>
        database.WriteAsync<ReadOnlyMemory<byte>>(
            Durability.Disk,
            async session =>
            {
                var secret = new byte[32];
                (fillRandom ?? RandomNumberGenerator.Fill)(secret);
                await session.Use("AddSecret").With(name).With(secret).RunAsync(session.Cancellation).ConfigureAwait(false);
                return await session.Use("ReadSecret").With(name).FirstAsync(static row => row.Bytes(), session.Cancellation).ConfigureAwait(false) ?? secret;
            },
            cancellationToken);

    private sealed class Held : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
