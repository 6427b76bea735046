namespace Parsimony.Testing;

/// <summary>A clock that stands still until it is told to move; its timers fire in order while it moves. Thread safe.</summary>
public sealed class ManualClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now;
    private long _order;

    /// <summary>A clock at an instant.</summary>
    /// <param name="start">Where it starts; null for 2026-01-01T00:00:00Z.</param>
    public ManualClock(DateTimeOffset? start = null) => _now = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers are waiting: a test that advances the clock first waits until somebody waits for it.</summary>
    public int WaitingTimers
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count;
            }
        }
    }

    /// <summary>How many of them somebody sleeps on, as in <c>Task.Delay</c>: all but the limits of calls, which are timers like any other and are not meant to be reached.</summary>
    public int Sleepers
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count(timer => !timer.IsLimit);
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, firing each timer at its instant, on this thread.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A clock does not go back.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        AdvanceTo(GetUtcNow() + by);
    }

    /// <summary>Moves the clock to an instant, firing each timer at its own, on this thread.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A clock does not go back.</exception>
    public void AdvanceTo(DateTimeOffset instant)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(instant, GetUtcNow());
        while (TakeDue(instant) is { } timer)
        {
            timer.Fire();
        }

        lock (_lock)
        {
            _now = instant;
        }
    }

    /// <summary>Waits for work that sleeps on this clock: a second passes whenever everybody sleeps, and none while somebody works, however slow the machine is.</summary>
    /// <param name="work">What to wait for.</param>
    /// <param name="sleepers">How many sleep on this clock when nobody works.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task PassUntilAsync(Task work, int sleepers = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        while (!work.IsCompleted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Sleepers >= sleepers)
            {
                Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Yield();
        }
    }

    private ManualTimer? TakeDue(DateTimeOffset until)
    {
        lock (_lock)
        {
            if (_timers.Where(timer => timer.Due <= until).MinBy(timer => (timer.Due, timer.Order)) is not { } next)
            {
                return null;
            }

            _now = next.Due > _now ? next.Due : _now;
            Reschedule_NeedsLock(next, next.Period);
            return next;
        }
    }

    private void Reschedule_NeedsLock(ManualTimer timer, TimeSpan after)
    {
        _timers.Remove(timer);
        if (after >= TimeSpan.Zero && after != TimeSpan.MaxValue)
        {
            timer.Due = _now + after;
            timer.Order = ++_order;
            _timers.Add(timer);
        }
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        internal DateTimeOffset Due { get; set; }

        internal long Order { get; set; }

        internal TimeSpan Period { get; private set; } = Timeout.InfiniteTimeSpan;

        internal bool IsLimit => state is CancellationTokenSource;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                // A period of zero means "once", as with the system's timers.
                Period = period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan;
                clock.Reschedule_NeedsLock(this, dueTime);
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal void Fire() => callback(state);
    }
}
