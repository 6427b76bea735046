using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

public sealed class FakesTests
{
    [Fact]
    public async Task Waiting_on_the_manual_clock_ends_when_it_is_advanced()
    {
        var clock = new ManualClock();
        var wait = Task.Delay(TimeSpan.FromMinutes(5), clock, TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromSeconds(299));
        Assert.False(wait.IsCompleted);
        Assert.Equal(1, clock.WaitingTimers);

        clock.Advance(TimeSpan.FromSeconds(1));
        await wait;
        Assert.Equal(0, clock.WaitingTimers);
    }

    [Fact]
    public void Timers_fire_in_order_each_at_its_own_instant()
    {
        var clock = new ManualClock();
        var fired = new List<(string Timer, TimeSpan At)>();
        void Note(object? name) => fired.Add(((string?)name ?? "", clock.GetUtcNow() - Given.Now));
        using var second = clock.CreateTimer(Note, "second", TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        using var periodic = clock.CreateTimer(Note, "periodic", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        using var stopped = clock.CreateTimer(Note, "stopped", TimeSpan.FromSeconds(1), TimeSpan.Zero);
        stopped.Dispose();

        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([("periodic", TimeSpan.FromSeconds(1)), ("second", TimeSpan.FromSeconds(2)), ("periodic", TimeSpan.FromSeconds(4))], fired);
        Assert.Equal(Given.Now.AddSeconds(5), clock.GetUtcNow());
    }

    [Fact]
    public async Task Time_passes_while_everybody_sleeps_and_limits_are_no_sleep()
    {
        var clock = new ManualClock();
        var token = TestContext.Current.CancellationToken;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), clock);
        using var gate = new SemaphoreSlim(0);
        async Task Work()
        {
            await Task.Delay(TimeSpan.FromSeconds(5), clock, limit.Token);
            await gate.WaitAsync(limit.Token);
            await Task.Delay(TimeSpan.FromSeconds(5), clock, limit.Token);
        }

        var working = Work();
        Assert.Equal((1, 2), (clock.Sleepers, clock.WaitingTimers));
        var passing = clock.PassUntilAsync(working, cancellationToken: token);
        while (clock.Sleepers > 0)
        {
            await Task.Yield();
        }

        // Nobody sleeps: however often it is looked, no second passes.
        for (var look = 0; look < 1_000; look++)
        {
            await Task.Yield();
        }

        Assert.Equal(Given.Now.AddSeconds(5), clock.GetUtcNow());
        gate.Release();
        await passing;
        await working;
        Assert.Equal(Given.Now.AddSeconds(10), clock.GetUtcNow());
    }

    [Fact]
    public void The_manual_clock_does_not_go_back()
    {
        var clock = new ManualClock();

        Assert.Throws<ArgumentOutOfRangeException>(() => clock.Advance(TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.AdvanceTo(Given.Now.AddDays(-1)));
    }

    [Fact]
    public void Seeded_ids_are_the_same_in_every_run()
    {
        static Guid[] Three(ulong seed) => new SeededIds(new ManualClock(), seed) is var ids ? [ids.Next(), ids.Next(), ids.Next()] : [];

        Assert.Equal(Three(5), Three(5));
        Assert.Equal(6, Three(5).Concat(Three(6)).Distinct().Count());
        Assert.Equal("019b76da-a800-7000-", Three(5)[0].ToString()[..19]);
    }
}
