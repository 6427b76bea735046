using Npgsql;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>
/// The engine's store in a schema of a PostgreSQL database (15 or later). Thread safe. Several nodes may work on one database at the same time.
/// </summary>
public sealed class PostgresEngineStore : IEngineStore, IMovable
{
    private static readonly TimeSpan OpenPause = TimeSpan.FromMilliseconds(250);

    private readonly PostgresDatabase _database;
    private readonly PostgresMoving _moving;

    private PostgresEngineStore(PostgresDatabase database, PostgresStoreOptions options, TimeProvider clock)
    {
        _database = database;
        _moving = new PostgresMoving(database);
        Requests = new PostgresRequestStore(database);
        Batches = new PostgresBatchStore(database);
        Submissions = new PostgresSubmissionStore(database, clock);
        Orphans = new PostgresOrphanStore(database);
        Settlements = new PostgresSettlementStore(database);
        Ledger = new PostgresLedgerStore(database);
        Budgets = new PostgresBudgetStore(database);
        Runs = new PostgresRunStore(database);
        Observations = new PostgresObservationStore(database);
        Switches = new PostgresSwitchStore(database);
        Nodes = new PostgresNodeStore(database);
        Notices = new PostgresNoticeStore(database);
        Payloads = new PostgresPayloadStore(database);
        Lock = new PostgresEngineLock(database, options.FillRandom);
    }

    /// <inheritdoc/>
    public IRequestStore Requests { get; }

    /// <inheritdoc/>
    public IBatchStore Batches { get; }

    /// <inheritdoc/>
    public ISubmissionStore Submissions { get; }

    /// <inheritdoc/>
    public IOrphanStore Orphans { get; }

    /// <inheritdoc/>
    public ISettlementStore Settlements { get; }

    /// <inheritdoc/>
    public ILedgerStore Ledger { get; }

    /// <inheritdoc/>
    public IBudgetStore Budgets { get; }

    /// <inheritdoc/>
    public IRunStore Runs { get; }

    /// <inheritdoc/>
    public IObservationStore Observations { get; }

    /// <inheritdoc/>
    public ISwitchStore Switches { get; }

    /// <inheritdoc/>
    public INodeStore Nodes { get; }

    /// <inheritdoc/>
    public INoticeStore Notices { get; }

    /// <inheritdoc/>
    public IPayloadStore Payloads { get; }

    /// <inheritdoc/>
    public IEngineLock Lock { get; }

    internal PostgresDatabase Database => _database;

    /// <summary>Connects to a database, waiting for a server that is starting, and brings an older schema up to date; several nodes may do so at the same time.</summary>
    /// <param name="connectionString">
    /// As Npgsql reads it, for example <c>Host=db;Username=app;Password=...;Database=app</c>. <c>Search Path</c> names the schema; by default that is the user's own or public.
    /// </param>
    /// <param name="options">How it behaves; null for the defaults.</param>
    /// <param name="clock">Gives submission keys and pages their time; null for the system's clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PostgresStoreException">The server cannot be reached, refuses, or holds a schema that is another program's or of a version more than one step newer.</exception>
    public static async Task<PostgresEngineStore> OpenAsync(
        string connectionString, PostgresStoreOptions? options = null, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        options ??= new PostgresStoreOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.CallersSpeed);
        clock ??= TimeProvider.System;
        var source = ConnectionSource.Create(connectionString);
        try
        {
            await MigrateAsync(source, options, cancellationToken).ConfigureAwait(false);
            var store = new PostgresEngineStore(new PostgresDatabase(source, options, clock), options, clock);
            await store.Database.NumberKeyAsync(cancellationToken).ConfigureAwait(false);
            return store;
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    Task<bool> IMovable.FreezeAsync(DateTimeOffset now, CancellationToken cancellationToken) => _moving.FreezeAsync(now, cancellationToken);

    Task<bool> IMovable.ReleaseAsync(CancellationToken cancellationToken) => _moving.ReleaseAsync(cancellationToken);

    Task<DateTimeOffset?> IMovable.FindFrozenAsync(CancellationToken cancellationToken) => _moving.FindFrozenAsync(cancellationToken);

    Task<IMoveSource> IMovable.OpenSourceAsync(bool onlyEnded, CancellationToken cancellationToken) => _moving.OpenSourceAsync(onlyEnded, cancellationToken);

    Task IMovable.ImportAsync(Func<IMoveTarget, Task> import, DateTimeOffset now, CancellationToken cancellationToken) => _moving.ImportAsync(import, now, cancellationToken);

    private static async Task MigrateAsync(NpgsqlDataSource source, PostgresStoreOptions options, CancellationToken cancellationToken)
    {
        // The server lives in the system's time, whatever time the engine is told.
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                await Schema.OpenAsync(source, options.Migrate, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (NpgsqlException exception)
            {
                var failure = PostgresStoreException.Of(exception, source);
                if (!failure.IsTransient || time.GetElapsedTime(began) >= options.OpenTimeout)
                {
                    throw failure;
                }
            }

            await Task.Delay(OpenPause, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
