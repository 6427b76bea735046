namespace Parsimony.Sandbox;

/// <summary>Notices when no request has been under way for a while. Thread safe.</summary>
internal sealed class IdleWatch(TimeProvider clock, TimeSpan? limit) : IDisposable
{
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private int _busy;

    public void Start(Action idle)
    {
        if (limit is not { } after)
            return;
        lock (_lock)
            _timer = clock.CreateTimer(_ => idle(), null, _busy == 0 ? after : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public IDisposable Busy()
    {
        lock (_lock)
        {
            if (_busy++ == 0)
                _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        return new Request(this);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Done()
    {
        lock (_lock)
        {
            if (--_busy == 0 && limit is { } after)
                _timer?.Change(after, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Request(IdleWatch watch) : IDisposable
    {
        public void Dispose() => watch.Done();
    }
}
