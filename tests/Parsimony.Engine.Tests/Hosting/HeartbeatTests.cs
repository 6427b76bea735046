
namespace Parsimony.Engine.Tests;

public sealed class HeartbeatTests
{
    [Fact(Timeout = 300_000)]
    public async Task A_running_node_is_listed_and_one_that_was_stopped_in_order_says_so()
    {
        await using var world = new StageWorld();
        using var stop = new CancellationTokenSource();
        var run = world.Engine.RunAsync(stop.Token);
        while ((await NodesAsync(world)).Count == 0)
        {
            await Task.Yield();
        }

        Assert.Equal(("worker", NodeState.Running, world.Now), (await NodesAsync(world)) is [var node] ? (node.Owner, node.State, node.SeenAt) : default);

        await stop.CancelAsync();
        await run;
        Assert.Equal(NodeState.Stopped, Assert.Single(await NodesAsync(world)).State);
    }

    [Theory(Timeout = 300_000)]
    [InlineData(31, true)]
    [InlineData(-31, true)]
    [InlineData(29, false)]
    public async Task A_clock_far_off_the_stores_is_warned_of_once_and_told(int seconds, bool isWarned)
    {
        await using var world = new StageWorld();
        var store = new SkewedStore(world.Store, TimeSpan.FromSeconds(-seconds));
        var log = new EventLog();
        await using var engine = Engine(world, store, log);
        using var stop = new CancellationTokenSource();
        var run = engine.RunAsync(stop.Token);

        await BeatsAsync(world, store, 4);
        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.Single(await NodesAsync(world)).Skew);
        Assert.Equal(isWarned ? [2301] : [], log.Beats);

        store.Offset = TimeSpan.Zero;
        await BeatsAsync(world, store, 2);
        await stop.CancelAsync();
        await run;
        Assert.Equal(isWarned ? [2301, 2302] : [], log.Beats);
    }

    [Fact(Timeout = 300_000)]
    public async Task Nodes_unseen_for_a_day_are_forgotten()
    {
        await using var world = new StageWorld();
        await world.Store.Nodes.BeatAsync(new Node { Owner = "gone", Version = "1", StartedAt = world.Now }, world.Now, StageWorld.Token);
        world.Clock.Advance(TimeSpan.FromDays(1.1));
        using var stop = new CancellationTokenSource();
        var run = world.Engine.RunAsync(stop.Token);

        while (await NodesAsync(world) is not [{ Owner: "worker" }])
        {
            await Task.Yield();
        }

        await stop.CancelAsync();
        await run;
    }

    [Fact(Timeout = 300_000)]
    public async Task A_store_that_is_gone_is_warned_of_once_and_its_return_told()
    {
        await using var world = new StageWorld();
        var store = new SkewedStore(world.Store, TimeSpan.Zero);
        var log = new EventLog();
        await using var engine = Engine(world, store, log);
        using var stop = new CancellationTokenSource();
        var run = engine.RunAsync(stop.Token);
        await BeatsAsync(world, store, 2);

        store.Misses = 5;
        await BeatsAsync(world, store, 2);

        Assert.Equal(0, store.Misses);
        Assert.Equal([2303, 2304], log.Beats);
        await stop.CancelAsync();
        await run;
    }

    private static EngineRuntime Engine(StageWorld world, IEngineStore store, EventLog log) => new(new EngineSetup
    {
        Store = store,
        Providers = world.Engine.Context.Providers,
        Clock = world.Clock,
        Owner = "worker",
        Logger = log,
    });

    /// <summary>Lets time pass until the node was heard of so many times more, and has taken in what it heard: only while every stage and the heartbeat sleep, or a beat would take as long.</summary>
    private static async Task BeatsAsync(StageWorld world, SkewedStore store, int count)
    {
        var sleepers = EngineLoop.Stages(world.Engine.Context).Count + 1;
        for (var until = store.Forgets + count; store.Forgets < until || world.Clock.Sleepers < sleepers;)
        {
            StageWorld.Token.ThrowIfCancellationRequested();
            if (world.Clock.Sleepers >= sleepers)
            {
                world.Clock.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Yield();
        }
    }

    private static Task<IReadOnlyList<Node>> NodesAsync(StageWorld world) => world.Store.Nodes.ListAsync(StageWorld.Token);

    /// <summary>A store whose clock is not this machine's.</summary>
    private sealed class SkewedStore(IEngineStore inner, TimeSpan offset) : IEngineStore, INodeStore
    {
        internal TimeSpan Offset { get; set; } = offset;

        /// <summary>Beats that fail from now on.</summary>
        internal int Misses { get; set; }

        // What a beat ends with.
        internal int Forgets { get; private set; }

        public IRequestStore Requests => inner.Requests;

        public IBatchStore Batches => inner.Batches;

        public ISubmissionStore Submissions => inner.Submissions;

        public IOrphanStore Orphans => inner.Orphans;

        public ISettlementStore Settlements => inner.Settlements;

        public ILedgerStore Ledger => inner.Ledger;

        public IRunStore Runs => inner.Runs;

        public IObservationStore Observations => inner.Observations;

        public ISwitchStore Switches => inner.Switches;

        public INodeStore Nodes => this;

        public IPayloadStore Payloads => inner.Payloads;

        public IBudgetStore Budgets => inner.Budgets;

        public INoticeStore Notices => inner.Notices;

        public IEngineLock Lock => inner.Lock;

        public async Task<DateTimeOffset> BeatAsync(Node node, DateTimeOffset now, CancellationToken cancellationToken = default)
        {
            if (Misses > 0)
            {
                Misses--;
                throw new IOException("The store is gone.");
            }

            return await inner.Nodes.BeatAsync(node, now, cancellationToken) + Offset;
        }

        public Task<int> ReleaseAsync(string owner, DateTimeOffset now, CancellationToken cancellationToken = default) => inner.Nodes.ReleaseAsync(owner, now, cancellationToken);

        public Task<IReadOnlyList<Node>> ListAsync(CancellationToken cancellationToken = default) => inner.Nodes.ListAsync(cancellationToken);

        public Task<int> ForgetAsync(TimeSpan unseenFor, DateTimeOffset now, CancellationToken cancellationToken = default)
        {
            Forgets++;
            return inner.Nodes.ForgetAsync(unseenFor, now, cancellationToken);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
