using Npgsql;

namespace Parsimony.Storage.Postgres;

/// <summary>Drops monthly partitions that are past retention and empty.</summary>
internal static class OldPartitions
{
    /// <summary>How many were dropped. One that still holds rows is kept, and one that is in use is left for the next time.</summary>
    internal static async Task<int> DropAsync(
        PostgresDatabase database, DateTimeOffset payloadsBefore, DateTimeOffset ledgerBefore, CancellationToken cancellationToken)
    {
        try
        {
            var dropped = await database.WriteAsync(
                Durability.Server,
                session => session.Use("DropMonths").With(payloadsBefore).With(ledgerBefore).FirstAsync(static row => row.Int32(), cancellationToken),
                cancellationToken).ConfigureAwait(false);
            if (dropped > 0)
            {
                database.Months.Forget();
            }

            return dropped;
        }
        catch (PostgresStoreException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return 0;
        }
    }
}
