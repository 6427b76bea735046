using Microsoft.Extensions.Logging;
using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>Gathers the calls of one client for a moment and books them in one transaction. Thread safe.</summary>
internal sealed partial class LiveBook(EngineClient engine, TimeSpan interval, ILogger logger) : IAsyncDisposable
{
    private const int MostWaiting = 10_000;
    private const int Chunk = 1_000;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private List<MeteredCall> _waiting = [];
    private bool _isScheduled;
    private volatile bool _isDisposed;

    public void Add(MeteredCall call)
    {
        lock (_lock)
        {
            if (_waiting.Count < MostWaiting)
            {
                _waiting.Add(call);
                if (_isScheduled)
                {
                    return;
                }

                _isScheduled = true;
            }
            else
            {
                // The store has refused for long. Memory stays bounded, and the loss is told.
                ParsimonyTelemetry.CountLost(1);
                LogLost(logger, call.Request.Id);
                return;
            }
        }

        _ = WriteLaterAsync();
    }

    /// <summary>Writes what has been gathered.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (Take() is { Count: > 0 } chunk)
            {
                try
                {
                    await engine.Store.Settlements.BookLiveAsync(chunk, engine.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
                }
                catch
                {
                    // Booked again by the next try: what was written after all is not written twice.
                    PutBack(chunk);
                    throw;
                }
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Writes what has been gathered.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        await FlushAsync(CancellationToken.None).ConfigureAwait(false);
        _isDisposed = true;
        _writing.Dispose();
    }

    private async Task WriteLaterAsync()
    {
        var pause = interval;
        while (true)
        {
            await Task.Delay(pause, engine.Clock).ConfigureAwait(false);
            try
            {
                await FlushAsync(CancellationToken.None).ConfigureAwait(false);
                if (IsIdle())
                {
                    return;
                }

                pause = interval;
            }
            catch (ObjectDisposedException) when (_isDisposed)
            {
                return;
            }
            catch (Exception exception)
            {
                LogFailed(logger, exception);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private bool IsIdle()
    {
        lock (_lock)
        {
            _isScheduled = _waiting.Count > 0;
            return !_isScheduled;
        }
    }

    private List<MeteredCall> Take()
    {
        lock (_lock)
        {
            if (_waiting.Count <= Chunk)
            {
                var all = _waiting;
                _waiting = [];
                return all;
            }

            var chunk = _waiting.GetRange(0, Chunk);
            _waiting.RemoveRange(0, Chunk);
            return chunk;
        }
    }

    private void PutBack(List<MeteredCall> chunk)
    {
        lock (_lock)
        {
            _waiting.InsertRange(0, chunk);
        }
    }

    [LoggerMessage(EventId = 2101, Level = LogLevel.Warning, Message = "Live calls could not be booked; tried again after a pause.")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Error, Message = "Live call {Id} is not in the ledger: too many wait to be booked. See to the store.")]
    private static partial void LogLost(ILogger logger, RequestId id);
}
