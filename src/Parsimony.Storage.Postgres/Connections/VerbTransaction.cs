using Npgsql;

namespace Parsimony.Storage.Postgres;

/// <summary>One try of a verb that writes.</summary>
internal sealed class VerbTransaction(PostgresDatabase database, NpgsqlDataSource source, TimeProvider? leaseClock)
{
    /// <summary>Whether the commit was sent.</summary>
    internal bool IsCommitting { get; private set; }

    internal async Task<T> RunAsync<T>(Durability durability, Func<Session, Task<T>> verb, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                var session = new Session(database, connection, leaseClock, cancellationToken);
                if (durability == Durability.Disk)
                {
                    await session.Use("DemandDisk").RunAsync(cancellationToken).ConfigureAwait(false);
                }

                var result = await verb(session).ConfigureAwait(false);
                IsCommitting = true;
                // Not given up half-way: whether it was committed must be known.
                await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                return result;
            }
        }
    }
}
