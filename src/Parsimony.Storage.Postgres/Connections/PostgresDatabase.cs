using Npgsql;

namespace Parsimony.Storage.Postgres;

/// <summary>Whether a commit must be on the server's disk.</summary>
internal enum Durability
{
    /// <summary>As the server is set up.</summary>
    Server,

    /// <summary>On disk when the call returns, whatever the server's default: intents before money is spent, and outcomes nobody could ask for again.</summary>
    Disk,
}

/// <summary>One database as this process uses it: pooled connections, one transaction per verb, plain READ COMMITTED with rows locked in a fixed order.</summary>
/// <remarks>
/// Rows are always locked in this order, so that verbs wait for each other and never in a circle (what the server still finds to be a deadlock is tried again):
/// scopes under admission, filling batches by lane, requests by number, batches by number, scopes by number, roll-ups by key.
/// Nothing is kept on a connection between verbs, so a transaction pooler may stand in between.
/// </remarks>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private const int MostTries = 8;

    private readonly NpgsqlDataSource _source;
    private readonly PostgresStoreOptions _options;

    internal PostgresDatabase(NpgsqlDataSource source, PostgresStoreOptions options)
    {
        _source = source;
        _options = options;
        Payloads = new PayloadReader(this, options.PayloadCacheBytes);
    }

    internal Dictionaries Dictionaries { get; } = new();

    internal PayloadReader Payloads { get; }

    internal PostgresStoreOptions Options => _options;

    internal NpgsqlDataSource Source => _source;

    /// <summary>Runs a verb that writes: one transaction, rolled back when it throws, and tried again when the server ended it for the sake of another.</summary>
    internal async Task<T> WriteAsync<T>(Durability durability, Func<Session, Task<T>> verb, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TransactAsync(durability, verb, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException exception) when (attempt < MostTries && exception.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
            {
                // Numbers of rows this transaction added went with it.
                Dictionaries.Forget();
            }
            catch (NpgsqlException exception)
            {
                Dictionaries.Forget();
                throw PostgresStoreException.Of(exception, _source);
            }
        }
    }

    /// <summary>Runs a verb that only reads. Each statement sees what was committed when it began.</summary>
    internal async Task<T> ReadAsync<T>(Func<Session, Task<T>> verb, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                return await verb(new Session(this, connection, _options.LeaseClock, cancellationToken)).ConfigureAwait(false);
            }
        }
        catch (NpgsqlException exception)
        {
            throw PostgresStoreException.Of(exception, _source);
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<T> TransactAsync<T>(Durability durability, Func<Session, Task<T>> verb, CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                var session = new Session(this, connection, _options.LeaseClock, cancellationToken);
                if (durability == Durability.Disk)
                {
                    await session.Use("DemandDisk").RunAsync(cancellationToken).ConfigureAwait(false);
                }

                try
                {
                    var result = await verb(session).ConfigureAwait(false);
                    // Not given up half-way: whether it was committed must be known.
                    await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                    return result;
                }
                catch
                {
                    Dictionaries.Forget();
                    throw;
                }
            }
        }
    }
}
