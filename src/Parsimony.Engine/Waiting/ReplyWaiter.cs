namespace Parsimony.Engine;

/// <summary>Completes waits when requests end, whichever process ended them. A wait holds an id; giving up waiting never cancels the work.</summary>
/// <remarks>
/// Outcomes of this process arrive by <see cref="EngineSignals.Ended"/>, once per settled chunk; those of other processes are found by asking the
/// store for all waited-for ids together: when it gives notice, and every <see cref="EngineOptions.WaitPollInterval"/>, only while somebody waits.
/// </remarks>
public sealed class ReplyWaiter : IDisposable
{
    private const int Page = 500;
    private readonly Lock _lock = new();
    private readonly Dictionary<RequestId, Wait> _waits = [];
    private readonly IEngineStore _store;
    private readonly EngineSignals _signals;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _disposed = new();
    private readonly SemaphoreSlim _noticed = new(0, 1);
    private bool _isPolling;
    private int _isDisposed;

    /// <summary>A waiter over a store.</summary>
    public ReplyWaiter(IEngineStore store, EngineSignals signals, EngineOptions options, TimeProvider clock)
    {
        _store = store;
        _signals = signals;
        _interval = options.WaitPollInterval;
        _clock = clock;
        _signals.Ended += OnEnded;
        _signals.EndedElsewhere += OnEndedElsewhere;
    }

    /// <summary>Called whenever somebody begins to wait for what has not ended.</summary>
    internal Action Waiting { get; init; } = static () => { };

    /// <summary>Waits until a request has ended.</summary>
    /// <returns>Its final state.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up waiting; the request goes on.</exception>
    /// <exception cref="KeyNotFoundException">There is no request of this id.</exception>
    public async Task<RequestState> WaitAsync(RequestId id, CancellationToken cancellationToken = default)
    {
        Wait? wait;
        lock (_lock)
        {
            if (!_waits.TryGetValue(id, out wait))
            {
                _waits.Add(id, wait = new Wait());
            }

            wait.Callers++;
        }

        try
        {
            // It may have ended before the wait was noted.
            if (!await CheckAsync([id], cancellationToken).ConfigureAwait(false))
            {
                throw new KeyNotFoundException($"There is no request {id}.");
            }

            EnsurePolling();
            return await wait.Source.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave(id, wait);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        _signals.Ended -= OnEnded;
        _signals.EndedElsewhere -= OnEndedElsewhere;
        _disposed.Cancel();
        _disposed.Dispose();
        lock (_lock)
        {
            foreach (var wait in _waits.Values)
            {
                wait.Source.TrySetCanceled();
            }

            _waits.Clear();
        }
    }

    /// <summary>A caller has its answer or gave up; nobody is asked any more for what nobody waits for.</summary>
    private void Leave(RequestId id, Wait wait)
    {
        lock (_lock)
        {
            if (--wait.Callers == 0 && _waits.TryGetValue(id, out var current) && ReferenceEquals(current, wait))
            {
                _waits.Remove(id);
            }
        }
    }

    private void OnEnded(IReadOnlyList<RequestId> ended)
    {
        List<RequestId> mine;
        lock (_lock)
        {
            mine = [.. ended.Where(_waits.ContainsKey)];
        }

        if (mine.Count > 0)
        {
            _ = CheckAsync(mine, CancellationToken.None);
        }
    }

    private void OnEndedElsewhere()
    {
        // Many notices while one look is under way ask for one more look.
        if (_noticed.CurrentCount == 0)
        {
            try
            {
                _noticed.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another notice was as fast.
            }
        }
    }

    private void EnsurePolling()
    {
        lock (_lock)
        {
            if (_isPolling || _waits.Count == 0)
            {
                return;
            }

            _isPolling = true;
        }

        Waiting();
        _ = PollAsync(_disposed.Token);
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await PauseAsync(cancellationToken).ConfigureAwait(false);
                RequestId[] waiting;
                lock (_lock)
                {
                    if (_waits.Count == 0)
                    {
                        _isPolling = false;
                        return;
                    }

                    waiting = [.. _waits.Keys];
                }

                foreach (var page in waiting.Chunk(Page))
                {
                    await CheckAsync(page, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed: every wait was cancelled there.
        }
    }

    /// <summary>Until the interval is over or somebody gave notice.</summary>
    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(_interval, _clock, over.Token), _noticed.WaitAsync(over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Completes the waits whose requests have ended.</summary>
    /// <returns>False when none of the requests exists.</returns>
    private async Task<bool> CheckAsync(IReadOnlyList<RequestId> ids, CancellationToken cancellationToken)
    {
        IReadOnlyList<(RequestId Id, RequestState State)> states;
        try
        {
            states = await _store.Requests.ReadStatesAsync(ids, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The store is busy or gone for a moment: the next poll asks again.
            return true;
        }

        foreach (var (id, state) in states)
        {
            if (!RequestMoves.IsFinal(state))
            {
                continue;
            }

            Wait? wait;
            lock (_lock)
            {
                _waits.Remove(id, out wait);
            }

            wait?.Source.TrySetResult(state);
        }

        return states.Count > 0;
    }

    private sealed class Wait
    {
        public TaskCompletionSource<RequestState> Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Callers { get; set; }
    }
}
