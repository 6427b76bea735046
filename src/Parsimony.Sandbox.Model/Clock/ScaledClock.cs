namespace Parsimony.Sandbox.Model;

/// <summary>
/// Sandbox time: starts at a given instant and runs a fixed number of times faster than the clock below it, timers included. Thread safe.
/// </summary>
public sealed class ScaledClock : TimeProvider
{
    private readonly TimeProvider _real;
    private readonly DateTimeOffset _start;
    private readonly long _startStamp;

    /// <summary>Starts the clock.</summary>
    /// <param name="real">The clock that paces this one.</param>
    /// <param name="start">Sandbox time now.</param>
    /// <param name="speed">Sandbox seconds per real second; must be positive and finite, else <see cref="ArgumentOutOfRangeException"/>.</param>
    public ScaledClock(TimeProvider real, DateTimeOffset start, double speed)
    {
        ArgumentNullException.ThrowIfNull(real);
        if (!(speed > 0) || !double.IsFinite(speed))
            throw new ArgumentOutOfRangeException(nameof(speed), speed, "The speed must be a positive, finite number.");
        _real = real;
        _start = start.ToUniversalTime();
        _startStamp = real.GetTimestamp();
        Speed = speed;
    }

    /// <summary>Sandbox seconds per real second.</summary>
    public double Speed { get; }

    /// <summary>Ticks of 100 ns.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>UTC: a sandbox has no place.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Sandbox time now.</summary>
    public override DateTimeOffset GetUtcNow() => _start + Elapsed();

    /// <summary>Sandbox ticks since the start.</summary>
    public override long GetTimestamp() => Elapsed().Ticks;

    /// <summary>A timer whose times are in sandbox time.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(this, _real.CreateTimer(callback, state, ToReal(dueTime), ToReal(period)));

    /// <summary>How long a sandbox time span lasts on the clock below, rounded up to the millisecond timers can keep.</summary>
    public TimeSpan ToReal(TimeSpan span)
    {
        if (span <= TimeSpan.Zero)
            return span;
        var ticks = span.Ticks / Speed;
        var longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1).Ticks;
        if (ticks >= longest)
            return TimeSpan.FromTicks(longest);
        var milliseconds = Math.Ceiling(ticks / TimeSpan.TicksPerMillisecond);
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    private TimeSpan Elapsed()
    {
        var real = _real.GetElapsedTime(_startStamp);
        return TimeSpan.FromTicks((long)(real.Ticks * Speed));
    }

    private sealed class ScaledTimer(ScaledClock clock, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(clock.ToReal(dueTime), clock.ToReal(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
