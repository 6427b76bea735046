using System.Collections.Concurrent;
using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Whether a commit waits for the disk.</summary>
internal enum Durability
{
    /// <summary>Survives the end of the process; a power failure may take the newest commits.</summary>
    Process,

    /// <summary>On disk when the call returns: intents before money is spent, and outcomes nobody could ask for again.</summary>
    Power,
}

/// <summary>
/// One database of this process: one writing connection behind a gate, and a few reading ones. In memory there is one connection for both.
/// Work runs on the caller's thread: it is short, and SQLite has no other way.
/// </summary>
internal sealed class SqliteDatabase : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly SemaphoreSlim _readerSlots;
    private readonly ConcurrentBag<Connection> _readers = [];
    private readonly SqliteStoreOptions _options;
    private readonly Connection _writer;
    private Durability _durability = Durability.Process;
    private bool _isDisposed;

    private SqliteDatabase(Connection writer, string path, SqliteStoreOptions options, bool isInMemory)
    {
        _writer = writer;
        _options = options;
        Path = path;
        IsInMemory = isInMemory;
        _readerSlots = new SemaphoreSlim(Math.Max(1, options.Readers));
        Payloads = new PayloadReader(this, options.PayloadCacheBytes);
    }

    internal string Path { get; }

    internal bool IsInMemory { get; }

    internal Dictionaries Dictionaries { get; } = new();

    internal PayloadReader Payloads { get; }

    internal static SqliteDatabase Open(string path, SqliteStoreOptions options)
    {
        var isInMemory = path == ":memory:";
        if (!isInMemory)
        {
            DatabaseFile.CreatePrivately(path);
        }

        var pages = new PageEnvelopes(options.Protection);
        var writer = Connection.Open(path, isReadOnly: false, options.BusyTimeout, pages);
        try
        {
            DatabaseFile.Configure(writer, options, isInMemory);
            Schema.Open(writer, path, options.Migrate);
            DatabaseFile.NumberKey(writer);
            return new SqliteDatabase(writer, path, options, isInMemory);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Runs a verb that writes: one transaction, rolled back when it throws.</summary>
    internal async Task<T> WriteAsync<T>(Durability durability, Func<Connection, T> verb, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Demand(durability);
            _writer.Use("Begin").Run();
            try
            {
                var result = verb(_writer);
                _writer.Use("Commit").Run();
                return result;
            }
            catch
            {
                // Numbers given out by this transaction are gone with it.
                Dictionaries.Forget();
                RollBack();
                throw;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>As <see cref="WriteAsync{T}(Durability, Func{Connection, T}, CancellationToken)"/>, for work that waits for something between its statements.</summary>
    internal async Task WriteLongAsync(Durability durability, Func<Connection, Task> verb, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Demand(durability);
            _writer.Use("Begin").Run();
            try
            {
                await verb(_writer).ConfigureAwait(false);
                _writer.Use("Commit").Run();
            }
            catch
            {
                RollBack();
                throw;
            }
        }
        finally
        {
            Dictionaries.Forget();
            _gate.Release();
        }
    }

    /// <summary>Opens a connection of its own for reading at length; in memory, the one connection there is, held until disposed.</summary>
    internal async Task<(Connection Connection, IDisposable? Held)> OpenLongReaderAsync(CancellationToken cancellationToken)
    {
        if (!IsInMemory)
        {
            return (OpenReader(), null);
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        return (_writer, new HeldGate(_gate));
    }

    /// <summary>Copies the write-ahead log into the database and empties it, so that what was overwritten is gone from the log, too. False when readers hold on to it.</summary>
    internal async Task<bool> EmptyLogAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return IsInMemory || _writer.Scalar("PRAGMA wal_checkpoint(TRUNCATE)") == "0";
        }
        catch (SqliteStoreException)
        {
            return false;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Runs a verb that only reads, on one snapshot.</summary>
    internal async Task<T> ReadAsync<T>(Func<Connection, T> verb, CancellationToken cancellationToken)
    {
        if (IsInMemory)
        {
            await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                return verb(_writer);
            }
            finally
            {
                _gate.Release();
            }
        }

        await _readerSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!_readers.TryTake(out var reader))
            {
                reader = OpenReader();
            }

            try
            {
                reader.Use("BeginRead").Run();
                try
                {
                    return verb(reader);
                }
                finally
                {
                    reader.Use("Commit").Run();
                }
            }
            finally
            {
                _readers.Add(reader);
            }
        }
        finally
        {
            _readerSlots.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            for (var i = 0; i < Math.Max(1, _options.Readers); i++)
            {
                await _readerSlots.WaitAsync().ConfigureAwait(false);
            }

            while (_readers.TryTake(out var reader))
            {
                reader.Dispose();
            }

            // Closed last, so that the log is copied into the database and removed.
            _writer.Dispose();
            _readerSlots.Release(Math.Max(1, _options.Readers));
        }
        finally
        {
            _gate.Release();
        }
    }

    private Connection OpenReader()
    {
        var reader = Connection.Open(Path, isReadOnly: true, _options.BusyTimeout, _writer.Pages);
        // A reader drops what it keeps whenever the writer has committed: little is enough.
        reader.Execute("PRAGMA cache_size = -2048");
        return reader;
    }

    private void Demand(Durability durability)
    {
        if (durability != _durability && !IsInMemory)
        {
            // Cannot be changed inside a transaction.
            _writer.Execute(durability == Durability.Power ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            _durability = durability;
        }
    }

    private sealed class HeldGate(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }

    private void RollBack()
    {
        try
        {
            _writer.Execute("ROLLBACK");
        }
        catch (SqliteStoreException)
        {
            // SQLite rolls back by itself after some errors; then there is nothing left to roll back, and the first error tells more.
        }
    }
}
