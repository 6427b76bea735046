using Npgsql;
using Parsimony.Engine;

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
/// a scope under admission, the budgets (advisory locks), requests by number, what is used of budgets by key, contexts of decisions (shared), lanes to fill (advisory locks), batches by number,
/// scopes by number, roll-ups by key.
/// Who admits holds requests, but passes over those that others hold; who prunes contexts likewise.
/// Nothing is kept on a connection between verbs, so a transaction pooler may stand in between.
/// </remarks>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private const int MostTries = 8;

    // Connections no verb takes: for what a verb needs aside while it holds its own, so that verbs never wait for one another's connections; and one that listens.
    private const int KeptAside = 3;

    private readonly NpgsqlDataSource _source;
    private readonly PostgresStoreOptions _options;
    private readonly SemaphoreSlim _verbs;

    internal PostgresDatabase(NpgsqlDataSource source, PostgresStoreOptions options, TimeProvider? clock = null)
    {
        _source = source;
        _options = options;
        _verbs = new SemaphoreSlim(Math.Max(1, new NpgsqlConnectionStringBuilder(source.ConnectionString).MaxPoolSize - KeptAside));
        Ids = new IdSource(clock ?? TimeProvider.System, options.FillRandom);
        Payloads = new PayloadReader(this, options.PayloadCacheBytes);
        Pages = new PageEnvelopes(options.Protection);
    }

    internal Dictionaries Dictionaries { get; } = new();

    internal Months Months { get; } = new();

    internal PayloadReader Payloads { get; }

    /// <summary>Whether the tables of switches, priorities and turns were seen.</summary>
    internal bool HasControlTables { get; set; }

    /// <summary>Protects and opens payload pages.</summary>
    internal PageEnvelopes Pages { get; }

    /// <summary>Numbers pages and batches.</summary>
    internal IdSource Ids { get; }

    internal PostgresStoreOptions Options => _options;

    internal NpgsqlDataSource Source => _source;

    /// <summary>
    /// Runs a verb that writes: one transaction, rolled back when it throws, and tried again when the server ended it for the sake of another or the
    /// connection was lost before the commit was sent.
    /// </summary>
    internal async Task<T> WriteAsync<T>(Durability durability, Func<Session, Task<T>> verb, CancellationToken cancellationToken)
    {
        await _verbs.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await RepeatAsync(durability, verb, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _verbs.Release();
        }
    }

    /// <summary>As <see cref="WriteAsync"/>, for a short transaction that a verb needs done beside its own: on one of the connections kept for that.</summary>
    internal Task<T> WriteAsideAsync<T>(Func<Session, Task<T>> write, CancellationToken cancellationToken) =>
        RepeatAsync(Durability.Server, write, cancellationToken);

    /// <summary>Runs a verb that only reads. Each statement sees what was committed when it began.</summary>
    internal async Task<T> ReadAsync<T>(Func<Session, Task<T>> verb, CancellationToken cancellationToken)
    {
        await _verbs.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ReadAsideAsync(verb, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _verbs.Release();
        }
    }

    /// <summary>As <see cref="ReadAsync"/>, for what a verb needs to know beside its own transaction.</summary>
    internal async Task<T> ReadAsideAsync<T>(Func<Session, Task<T>> read, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    return await read(new Session(this, connection, _options.LeaseClock, cancellationToken)).ConfigureAwait(false);
                }
            }
            catch (NpgsqlException exception) when (attempt < MostTries && ConnectionFailure.IsStale(exception))
            {
                // A connection that lay in the pool while the server was restarted; the pool forgets it, and the next may be new.
            }
            catch (NpgsqlException exception)
            {
                throw PostgresStoreException.Of(exception, _source);
            }
        }
    }

    /// <summary>Learns, or gives, the number of the current payload key.</summary>
    internal async Task NumberKeyAsync(CancellationToken cancellationToken)
    {
        if (Pages.Current is { } key)
        {
            Pages.Number(await WriteAsync(
                Durability.Server,
                async session =>
                {
                    await session.Use("AddPayloadKey").With(key.Id).RunAsync(cancellationToken).ConfigureAwait(false);
                    return await session.Use("FindPayloadKey").With(key.Id).FirstAsync(static row => row.Int32(), cancellationToken).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>A connection of the verb's own, for as long as it wants; what it does is in no transaction but those it begins.</summary>
    internal async Task<Session> OpenSessionAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            return new Session(this, connection, _options.LeaseClock, cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresStoreException.Of(exception, _source);
        }
    }

    public ValueTask DisposeAsync()
    {
        _verbs.Dispose();
        return _source.DisposeAsync();
    }

    private async Task<T> RepeatAsync<T>(Durability durability, Func<Session, Task<T>> verb, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var transaction = new VerbTransaction(this, _source, _options.LeaseClock);
            try
            {
                return await transaction.RunAsync(durability, verb, cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException exception) when (attempt < MostTries && IsRepeatable(exception, transaction.IsCommitting))
            {
                // Nothing of it was kept.
            }
            catch (NpgsqlException exception)
            {
                throw PostgresStoreException.Of(exception, _source);
            }
        }
    }

    // Where the connection was lost with the commit under way, nobody knows whether it was made.
    private static bool IsRepeatable(NpgsqlException exception, bool isCommitting) =>
        exception.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
        || (!isCommitting && ConnectionFailure.IsStale(exception));
}
