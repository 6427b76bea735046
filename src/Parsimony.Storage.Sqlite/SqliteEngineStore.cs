using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>
/// The engine's store in one SQLite file. Thread safe. Several processes may open the same file, which must be on a local disk; one of them runs the engine.
/// </summary>
public sealed class SqliteEngineStore : IEngineStore, IMovable
{
    private readonly SqliteDatabase _database;
    private readonly SqliteMoving _moving;

    private SqliteEngineStore(SqliteDatabase database, SqliteStoreOptions options, TimeProvider clock)
    {
        _database = database;
        _moving = new SqliteMoving(database);
        var ids = new IdSource(clock, options.FillRandom);
        Requests = new SqliteRequestStore(database, ids);
        Batches = new SqliteBatchStore(database);
        Submissions = new SqliteSubmissionStore(database, clock);
        Orphans = new SqliteOrphanStore(database);
        Settlements = new SqliteSettlementStore(database);
        Ledger = new SqliteLedgerStore(database);
        Budgets = new SqliteBudgetStore(database);
        Runs = new SqliteRunStore(database);
        Observations = new SqliteObservationStore(database);
        Switches = new SqliteSwitchStore(database);
        Nodes = new SqliteNodeStore(database);
        Notices = new SqliteNoticeStore();
        Payloads = new SqlitePayloadStore(database);
        Lock = new SqliteEngineLock(database, clock, options.FillRandom);
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

    internal SqliteDatabase Database => _database;

    /// <summary>Opens the database at a path, created with its folder when missing, readable by this user alone; and brings an older schema up to date.</summary>
    /// <param name="path">A file on a local disk.</param>
    /// <param name="options">How it behaves; null for the defaults.</param>
    /// <param name="clock">Gives submission keys their time; null for the system's clock.</param>
    /// <param name="cancellationToken">Gives up before the file is opened.</param>
    /// <exception cref="SqliteStoreException">The file cannot be opened or written, is no database of ours, or has the schema of a version more than one step newer.</exception>
    public static Task<SqliteEngineStore> OpenAsync(
        string path, SqliteStoreOptions? options = null, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Create(path, options, clock));
    }

    /// <summary>Opens a new, empty database in memory; it is gone when the store is disposed. For simulations and tests.</summary>
    /// <param name="options">How it behaves; null for the defaults.</param>
    /// <param name="clock">Gives submission keys their time; null for the system's clock.</param>
    public static SqliteEngineStore OpenInMemory(SqliteStoreOptions? options = null, TimeProvider? clock = null) =>
        Create(":memory:", options, clock);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    Task<bool> IMovable.FreezeAsync(DateTimeOffset now, CancellationToken cancellationToken) => _moving.FreezeAsync(Lock, now, cancellationToken);

    Task<bool> IMovable.ReleaseAsync(CancellationToken cancellationToken) => _moving.ReleaseAsync(cancellationToken);

    Task<DateTimeOffset?> IMovable.FindFrozenAsync(CancellationToken cancellationToken) => _moving.FindFrozenAsync(cancellationToken);

    Task<IMoveSource> IMovable.OpenSourceAsync(bool onlyEnded, CancellationToken cancellationToken) => _moving.OpenSourceAsync(onlyEnded, cancellationToken);

    Task IMovable.ImportAsync(Func<IMoveTarget, Task> import, DateTimeOffset now, CancellationToken cancellationToken) => _moving.ImportAsync(import, now, cancellationToken);

    private static SqliteEngineStore Create(string path, SqliteStoreOptions? options, TimeProvider? clock)
    {
        options ??= new SqliteStoreOptions();
        return new SqliteEngineStore(SqliteDatabase.Open(path, options), options, clock ?? TimeProvider.System);
    }
}
