namespace Parsimony.Sandbox.Model.Tests;

public sealed class ScaledClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Runs_faster_than_the_clock_below_it()
    {
        var real = new StandingClock();
        var clock = new ScaledClock(real, Start, speed: 60);

        real.Elapsed = TimeSpan.FromSeconds(10);

        Assert.Equal(Start.AddMinutes(10), clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromMinutes(10), clock.GetElapsedTime(0));
    }

    [Fact]
    public void Sets_timers_to_the_real_time_a_sandbox_wait_takes()
    {
        var real = new StandingClock();
        var clock = new ScaledClock(real, Start, speed: 1_000);

        using var timer = clock.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);

        Assert.Equal(TimeSpan.FromMilliseconds(5), real.LastDue);
        Assert.Equal(Timeout.InfiniteTimeSpan, real.LastPeriod);
        timer.Change(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromMilliseconds(1), real.LastDue);
        Assert.Equal(TimeSpan.FromMilliseconds(2), real.LastPeriod);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Refuses_a_speed_that_is_none(double speed) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScaledClock(TimeProvider.System, Start, speed));

    private sealed class StandingClock : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public TimeSpan LastDue { get; private set; }

        public TimeSpan LastPeriod { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            LastDue = dueTime;
            LastPeriod = period;
            return new Timer(this);
        }

        private sealed class Timer(StandingClock clock) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                clock.LastDue = dueTime;
                clock.LastPeriod = period;
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
