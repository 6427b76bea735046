using Parsimony.Testing;

namespace Parsimony.Engine.Tests;

public sealed class EngineLoopTests
{
    [Fact(Timeout = 300_000)]
    public async Task A_second_engine_takes_over_when_the_lock_is_released()
    {
        await using var world = new StageWorld();
        var held = await world.Store.Lock.TryAcquireAsync(StageWorld.Token);
        Assert.NotNull(held);
        using var stop = new CancellationTokenSource();
        var run = world.Engine.RunAsync(stop.Token);
        await UntilAsync(world, () => world.Clock.WaitingTimers > 0);
        Assert.False(world.Engine.Loop.IsEngine);

        await held.DisposeAsync();
        await UntilAsync(world, () => world.Engine.Loop.IsEngine, world.Options.IdlePause);

        await stop.CancelAsync();
        await run;
        Assert.False(world.Engine.Loop.IsEngine);
        Assert.NotNull(await world.Store.Lock.TryAcquireAsync(StageWorld.Token));
    }

    [Fact(Timeout = 300_000)]
    public async Task Answers_a_request_from_end_to_end_and_is_woken_by_it()
    {
        await using var world = new StageWorld();
        using var stop = new CancellationTokenSource();
        var run = world.Engine.RunAsync(stop.Token);
        await UntilAsync(world, () => world.Engine.Loop.IsEngine);

        await world.EnqueueAsync(Given.LiveRequest());
        world.Engine.Signals.Wake();
        var wait = world.Engine.Client.WaitAsync((await world.RequestAsync(1)).Id, StageWorld.Token);
        await UntilAsync(world, () => wait.IsCompleted, world.Options.IdlePause, waiters: 1);

        Assert.Equal(RequestState.Answered, (await wait).Request.State);
        await stop.CancelAsync();
        await run;
    }

    [Fact(Timeout = 300_000)]
    public async Task A_stage_that_throws_goes_on_after_a_pause()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest() with { Deadline = null });
        var throws = true;
        world.Provider.Live = _ => throws ? throw new InvalidOperationException("A fault of our own.") : Task.FromResult<LiveOutcome>(new LiveOutcome.Answered(FakeBatches.Answer));
        using var stop = new CancellationTokenSource();
        var run = world.Engine.RunAsync(stop.Token);
        await UntilAsync(world, () => world.Provider.LiveCalls.Count > 0);

        throws = false;
        var wait = world.Engine.Client.WaitAsync((await world.RequestAsync(1)).Id, StageWorld.Token);
        await UntilAsync(world, () => wait.IsCompleted, TimeSpan.FromMinutes(1), waiters: 1);

        Assert.Equal(RequestState.Answered, (await wait).Request.State);
        await stop.CancelAsync();
        await run;
    }

    [Fact(Timeout = 300_000)]
    public async Task Stages_that_failed_however_often_are_tried_again_within_a_minute()
    {
        await using var world = new StageWorld();
        var clock = new PauseClock(world.Clock);
        var store = new GoneStore(world.Store);
        await using var engine = new EngineRuntime(new EngineSetup { Store = store, Providers = world.Engine.Context.Providers, Clock = clock, Owner = "worker" });
        using var stop = new CancellationTokenSource();
        var run = engine.RunAsync(stop.Token);

        await UntilAsync(world, () => store.Asked >= 300, TimeSpan.FromSeconds(10));

        Assert.InRange(clock.Longest, TimeSpan.FromSeconds(45), TimeSpan.FromMinutes(1));
        await stop.CancelAsync();
        while (!run.IsCompleted)
        {
            world.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await run;
    }

    [Fact(Timeout = 300_000)]
    public async Task What_is_under_way_may_end_when_the_engine_is_stopped()
    {
        await using var world = new StageWorld();
        var (run, reply, stop) = await InACallAsync(world);

        await stop.CancelAsync();
        reply.SetResult(new LiveOutcome.Answered(FakeBatches.Answer));
        await run;

        Assert.Equal(RequestState.Answered, (await world.RequestAsync(1)).State);
        Assert.Single(world.Provider.LiveCalls);
    }

    [Fact(Timeout = 300_000)]
    public async Task What_has_not_ended_by_the_drain_time_is_given_up_and_given_back()
    {
        await using var world = new StageWorld(new EngineOptions { DrainTime = TimeSpan.FromSeconds(7) });
        var (run, reply, stop) = await InACallAsync(world);

        await stop.CancelAsync();
        while (!run.IsCompleted)
        {
            world.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await run;
        Assert.Equal(RequestState.Sending, (await world.RequestAsync(1)).State);
        Assert.False(reply.Task.IsCompleted);
        // Given back: it is not waited for until its lease ends.
        world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single(await world.Store.Requests.ClaimStaleSendsAsync(new Lease("another#1", world.Now.AddMinutes(15)), 10, world.Now, StageWorld.Token));
    }

    [Fact]
    public void Every_stage_has_a_name_of_its_own()
    {
        var world = new StageWorld();

        Assert.Equal(
            ["sealer", "submitter", "rescuer", "poller", "collector", "escalator", "sender", "admitter", "budget watcher", "repricer", "cleaner", "pruner"],
            EngineLoop.Stages(world.Engine.Context).Select(entry => entry.Stage.Name));
    }

    [Theory]
    [InlineData(16, 4, 4)]
    [InlineData(10, 4, 4)]
    [InlineData(3, 4, 3)]
    [InlineData(1, 1, 1)]
    public async Task Senders_share_the_parallel_sends_among_them(int parallelSends, int senders, int loops)
    {
        await using var world = new StageWorld(new EngineOptions { ParallelSends = parallelSends });
        world.Options.Senders = senders;
        await world.EnqueueAsync([.. Enumerable.Range(0, 30).Select(call => Given.LiveRequest($"call {call}"))]);
        var stages = EngineLoop.Stages(world.Engine.Context).Select(entry => entry.Stage).OfType<Sender>().ToList();

        var calls = new List<int>();
        foreach (var sender in stages)
        {
            calls.Add(await sender.RunOnceAsync(world.Now, StageWorld.Token));
        }

        Assert.Equal((loops, parallelSends), (stages.Count, calls.Sum()));
        Assert.InRange(calls.Max() - calls.Min(), 0, 1);
    }

    /// <summary>An engine whose one live call waits for its reply.</summary>
    private static async Task<(Task Run, TaskCompletionSource<LiveOutcome> Reply, CancellationTokenSource Stop)> InACallAsync(StageWorld world)
    {
        await world.EnqueueAsync(Given.LiveRequest() with { Deadline = null });
        var reply = new TaskCompletionSource<LiveOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Provider.Live = _ => reply.Task;
        var stop = new CancellationTokenSource();
        var run = world.Engine.RunAsync(stop.Token);
        await UntilAsync(world, () => world.Provider.LiveCalls.Count > 0);
        return (run, reply, stop);
    }

    private static async Task UntilAsync(StageWorld world, Func<bool> condition, TimeSpan? step = null, int waiters = 0)
    {
        // Time passes only while every stage, the heartbeat and the caller who waits sleep: on a busy machine a lease would end within one step of a stage.
        var sleepers = EngineLoop.Stages(world.Engine.Context).Count + 1 + waiters;
        while (!condition())
        {
            StageWorld.Token.ThrowIfCancellationRequested();
            if (step is { } span && world.Clock.Sleepers >= (world.Engine.Loop.IsEngine ? sleepers : 1))
            {
                world.Clock.Advance(span);
            }

            await Task.Yield();
        }
    }

    /// <summary>A store nobody reaches.</summary>
    private sealed class GoneStore(IEngineStore inner) : IEngineStore
    {
        private int _asked;

        internal int Asked => Volatile.Read(ref _asked);

        public IRequestStore Requests => throw Gone();

        public IBatchStore Batches => throw Gone();

        public ISubmissionStore Submissions => inner.Submissions;

        public IOrphanStore Orphans => throw Gone();

        public ISettlementStore Settlements => inner.Settlements;

        public ILedgerStore Ledger => throw Gone();

        public IBudgetStore Budgets => throw Gone();

        public IRunStore Runs => throw Gone();

        public IObservationStore Observations => throw Gone();

        public ISwitchStore Switches => throw Gone();

        public INodeStore Nodes => inner.Nodes;

        public INoticeStore Notices => inner.Notices;

        public IPayloadStore Payloads => throw Gone();

        public IEngineLock Lock => inner.Lock;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private IOException Gone()
        {
            Interlocked.Increment(ref _asked);
            return new IOException("The store is gone.");
        }
    }

    /// <summary>Remembers the longest time it was asked to wait.</summary>
    private sealed class PauseClock(TimeProvider inner) : TimeProvider
    {
        private readonly Lock _lock = new();

        internal TimeSpan Longest { get; private set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (_lock)
            {
                Longest = dueTime > Longest ? dueTime : Longest;
            }

            return inner.CreateTimer(callback, state, dueTime, period);
        }
    }
}
