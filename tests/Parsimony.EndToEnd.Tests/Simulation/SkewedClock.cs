namespace Parsimony.EndToEnd.Tests;

/// <summary>The clock of one node: off by its skew, and with timers that do not fire while the node is stopped.</summary>
internal sealed class SkewedClock(TimeProvider inner, TimeSpan skew) : TimeProvider
{
    private readonly List<Action> _overdue = [];

    public TimeSpan Skew { get; } = skew;

    public bool IsStopped { get; private set; }

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Skew;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // A limit of a call is a timer like any other; a stage that waits for one would stand still unless its schedule knew.
        if (state is not CancellationTokenSource && Turnstile.CurrentOrNone is { } lane)
        {
            lane.Sleep(dueTime, () => callback(state));
            return inner.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        return inner.CreateTimer(_ => Fire(() => callback(state)), null, dueTime, period);
    }

    public void Stop() => IsStopped = true;

    /// <summary>Fires what fell due meanwhile.</summary>
    public void GoOn()
    {
        IsStopped = false;
        foreach (var callback in _overdue)
        {
            callback();
        }

        _overdue.Clear();
    }

    private void Fire(Action callback)
    {
        if (IsStopped)
        {
            _overdue.Add(callback);
        }
        else
        {
            callback();
        }
    }
}
