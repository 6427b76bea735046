namespace Parsimony.Engine.Tests;

/// <summary>What was seen, and what requests are planned by then.</summary>
public sealed class LearntTimesTests
{
    private const string Model = "openAI/gpt-5-mini";

    [Fact]
    public async Task Before_anything_was_seen_the_prior_decides_and_says_so()
    {
        await using var world = new StageWorld();

        Assert.Contains("(prior)", Plan(world, hours: 4).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_seen_is_planned_by_after_the_next_look_of_a_stage()
    {
        await using var world = new StageWorld();
        await SeenAsync(world, ObservationKind.BatchCompletion, 100, TimeSpan.FromHours(6), "gpt-5-mini");
        Assert.Equal(Route.Batch, Plan(world, hours: 4).Route);

        await world.RunAsync("poller", TimeSpan.FromSeconds(2));

        var plan = Plan(world, hours: 4);
        Assert.Equal(Route.Live, plan.Route);
        Assert.Contains("(99 seen)", plan.Reason, StringComparison.Ordinal);
        Assert.Equal(Route.Batch, Plan(world, hours: 9).Route);
    }

    /// <summary>A run enqueues before any stage has had its turn.</summary>
    [Fact]
    public async Task A_process_looks_once_before_its_first_request_and_not_again_while_it_accepts()
    {
        await using var world = new StageWorld();
        await SeenAsync(world, ObservationKind.BatchCompletion, 100, TimeSpan.FromHours(6), "gpt-5-mini");

        var first = await world.Engine.Intake.EnqueueAsync([Asked(world, 4, Model)], StageWorld.Token);
        await SeenAsync(world, ObservationKind.BatchCompletion, 200, TimeSpan.FromHours(6), "gpt-5-mini");
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        var second = await world.Engine.Intake.EnqueueAsync([Asked(world, 4, Model) with { Scope = "other" }], StageWorld.Token);

        Assert.Contains("(100 seen)", (await world.RequestAsync(first[0].Sequence)).Reason, StringComparison.Ordinal);
        Assert.Contains("(100 seen)", (await world.RequestAsync(second[0].Sequence)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Learning_that_is_switched_off_leaves_the_fixed_prior()
    {
        await using var world = new StageWorld(new EngineOptions { LearnTimes = false });
        await SeenAsync(world, ObservationKind.BatchCompletion, 100, TimeSpan.FromHours(6), "gpt-5-mini");
        await world.RunAsync("poller", TimeSpan.FromSeconds(2));

        Assert.StartsWith("batch: 4h00m of room, prior fixed-1h", Plan(world, hours: 4).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_of_its_own_times_is_told_from_the_others()
    {
        await using var world = new StageWorld();
        await SeenAsync(world, ObservationKind.BatchCompletion, 200, TimeSpan.FromMinutes(20), "gpt-5-mini");
        await SeenAsync(world, ObservationKind.BatchCompletion, 200, TimeSpan.FromHours(7), "gpt-5");
        await world.RunAsync("poller", TimeSpan.FromSeconds(2));

        Assert.Equal(Route.Batch, Plan(world, hours: 2).Route);
        Assert.Equal(Route.Live, Plan(world, hours: 2, "openAI/gpt-5").Route);
    }

    [Fact]
    public async Task Large_batches_have_times_of_their_own()
    {
        await using var world = new StageWorld(new EngineOptions { FillCount = 50_000 });
        await SeenAsync(world, ObservationKind.BatchCompletion, 200, TimeSpan.FromMinutes(20), "gpt-5-mini");
        await SeenAsync(world, ObservationKind.BatchCompletion, 200, TimeSpan.FromHours(7), "gpt-5-mini", size: 40_000);
        await world.RunAsync("poller", TimeSpan.FromSeconds(2));

        Assert.Equal(Route.Live, Plan(world, hours: 3).Route);
    }

    [Fact]
    public async Task Slow_cancels_are_given_more_room_and_quick_ones_less_once_there_are_enough()
    {
        await using var world = new StageWorld();
        var before = Plan(world, hours: 8).EscalateAt;
        await SeenAsync(world, ObservationKind.BatchCancel, 1, TimeSpan.FromMinutes(20), "gpt-5-mini");
        await world.RunAsync("poller", TimeSpan.FromSeconds(2));
        var slow = Plan(world, hours: 8).EscalateAt;
        await SeenAsync(world, ObservationKind.BatchCancel, 1_000, TimeSpan.FromMinutes(1), "gpt-5-mini");
        await world.RunAsync("poller", TimeSpan.FromSeconds(2));

        Assert.Equal(before + TimeSpan.FromSeconds(2) - TimeSpan.FromMinutes(17), slow);
        Assert.True(Plan(world, hours: 8).EscalateAt > before + TimeSpan.FromMinutes(5));
    }

    /// <summary>A batch whose window passed was not done: what it lacked never would have been.</summary>
    [Fact]
    public async Task Batches_that_their_window_ended_are_stuck_ones()
    {
        await using var world = new StageWorld();
        await SeenAsync(world, ObservationKind.BatchCompletion, 300, TimeSpan.FromHours(27), "gpt-5-mini");
        await world.RunAsync("poller", TimeSpan.FromSeconds(2));

        Assert.Equal(Route.Live, Plan(world, hours: 26).Route);
    }

    /// <summary>Else only the fast ones would be known of what was begun lately.</summary>
    [Fact]
    public async Task What_still_runs_counts_as_not_done_by_its_age()
    {
        await using var world = new StageWorld();
        for (var count = 0; count < 250; count++)
        {
            await world.RunningAsync(1, request => request with { Deadline = world.Now.AddDays(3), EscalateAt = world.Now.AddDays(2.9) }, scope: $"run {count}");
        }

        Assert.Equal(Route.Batch, Plan(world, hours: 4).Route);
        await world.RunAsync("poller", TimeSpan.FromHours(12));

        Assert.Equal(Route.Live, Plan(world, hours: 4).Route);
    }

    [Fact]
    public async Task A_route_that_the_configuration_asks_for_is_obeyed_and_named()
    {
        await using var world = new StageWorld();
        var intake = new RequestIntake(world.Engine.Context, new IdSource(world.Clock, null)) { Preference = static _ => new RoutePreference(Route.Live, "optimizationStrategy=cache_only") };

        var plan = intake.Prepare(Asked(world, 8, Model), world.Now);

        Assert.StartsWith("live: optimizationStrategy=cache_only", plan.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_cache_would_do_is_weighed_where_somebody_keeps_count()
    {
        await using var world = new StageWorld();
        var intake = new RequestIntake(world.Engine.Context, new IdSource(world.Clock, null)) { CacheOutlook = static _ => new CacheOutlook(1_000_000, 1, 0, 0.05, 1.25, StacksWithBatch: false) };

        var plan = intake.Prepare(Asked(world, 8, Model) with { Envelope = Long() }, world.Now);

        Assert.Equal(Route.Live, plan.Route);
        Assert.Contains("cache hits 100% live and none in batches", plan.Reason, StringComparison.Ordinal);

        static Envelope Long() => new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(new string('a', 100_000))])] }.ToEnvelope(ModelId.Parse(Model));
    }

    private static NewRequest Plan(StageWorld world, double hours, string model = Model) => world.Engine.Intake.Prepare(Asked(world, hours, model), world.Now);

    private static IntakeRequest Asked(StageWorld world, double hours, string model) => new()
    {
        Envelope = new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("hello")])] }.ToEnvelope(ModelId.Parse(model)),
        Scope = "run",
        Deadline = world.Now.AddHours(hours),
    };

    private static async Task SeenAsync(StageWorld world, ObservationKind kind, int count, TimeSpan took, string model, int size = 10)
    {
        for (var index = 0; index < count; index++)
        {
            await world.Store.Observations.RecordAsync(new Observation(kind, ProviderId.OpenAI, model, size, took * (0.9 + (index % 5 * 0.05)), world.Now), StageWorld.Token);
        }
    }
}
