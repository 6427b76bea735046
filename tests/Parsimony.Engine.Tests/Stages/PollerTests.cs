namespace Parsimony.Engine.Tests;

public sealed class PollerTests
{
    [Fact]
    public async Task A_batch_the_provider_has_forgotten_for_hours_counts_as_missing()
    {
        await using var world = new StageWorld();
        var batch = await world.RunningAsync();
        world.Batches.Poll = static _ => new PollOutcome.NotFound();

        await world.RunAsync("poller", TimeSpan.FromHours(3));
        Assert.Equal(BatchState.Running, (await world.BatchAsync(batch.Id)).State);
        for (var look = 0; look < 8; look++)
        {
            await world.RunAsync("poller", TimeSpan.FromMinutes(2));
            await world.RunAsync("collector");
        }

        Assert.Equal(BatchState.Collected, (await world.BatchAsync(batch.Id)).State);
        Assert.All(await world.RequestsAsync(), request => Assert.Equal((RequestState.Queued, Reasons.LineMissing), (request.State, request.Reason)));
        Assert.All(await world.LedgerAsync(), row => Assert.Equal((null, 0.01m), (row.Entry.CostUsd, row.Entry.UpperBoundUsd)));
    }

    [Fact]
    public async Task A_batch_the_provider_finds_again_goes_on()
    {
        await using var world = new StageWorld();
        var batch = await world.RunningAsync();
        world.Batches.Poll = static _ => new PollOutcome.NotFound();
        for (var look = 0; look < 5; look++)
        {
            await world.RunAsync("poller", TimeSpan.FromMinutes(2));
        }

        world.Batches.Poll = FakeBatches.Ended;
        await world.RunAsync("poller", TimeSpan.FromMinutes(2));

        Assert.Equal(BatchState.Ended, (await world.BatchAsync(batch.Id)).State);
    }

    [Fact]
    public async Task A_batch_refused_while_it_was_being_cancelled_is_done_and_its_items_go_live()
    {
        await using var world = new StageWorld();
        var batch = await world.RunningAsync();
        await world.Store.Requests.CancelAsync("run", [(await world.RequestAsync(1)).Id, (await world.RequestAsync(2)).Id], world.Now, StageWorld.Token);
        await world.RunAsync("escalator");
        world.Batches.Poll = id => new PollOutcome.Seen(new BatchSnapshot
        {
            ProviderBatchId = id,
            Phase = BatchPhase.Rejected,
            Rejection = new ProviderFailure(FailureStage.Create, FailureCause.QueueLimit),
        });

        await world.RunAsync("poller", TimeSpan.FromMinutes(2));
        await world.RunAsync("collector");

        Assert.Equal(BatchState.Collected, (await world.BatchAsync(batch.Id)).State);
        Assert.All(await world.RequestsAsync(), request => Assert.Equal(RequestState.Cancelled, request.State));
        Assert.Empty(await world.LedgerAsync());
    }

    [Fact]
    public async Task A_batch_of_a_provider_that_was_removed_waits_until_it_is_back()
    {
        await using var world = new StageWorld();
        var batch = await world.RunningAsync();
        world.Batches.Poll = FakeBatches.Ended;
        world.Batches.Results = _ => StageWorld.Lines(batch, 1, 2);
        world.IsConfigured = false;
        world.Start();
        await world.RunAsync("poller", TimeSpan.FromHours(1));
        Assert.Equal(BatchState.Running, (await world.BatchAsync(batch.Id)).State);

        world.IsConfigured = true;
        world.Start();
        await world.RunAsync("poller", TimeSpan.FromHours(1));
        await world.RunAsync("collector");

        Assert.All(await world.RequestsAsync(), request => Assert.Equal(RequestState.Answered, request.State));
    }

    [Fact]
    public async Task Waits_as_long_as_the_provider_asks_between_two_looks()
    {
        await using var world = new StageWorld();
        var batch = await world.RunningAsync();
        world.Batches.Poll = id => new PollOutcome.Seen(new BatchSnapshot { ProviderBatchId = id, Phase = BatchPhase.Running, RetryAfter = TimeSpan.FromMinutes(30) });

        await world.RunAsync("poller", TimeSpan.FromMinutes(2));

        Assert.Equal(world.Now.AddMinutes(30), (await world.BatchAsync(batch.Id)).NotBefore);
    }

    [Fact]
    public async Task An_answer_that_comes_after_its_deadline_is_still_an_answer()
    {
        await using var world = new StageWorld(new EngineOptions { Uncertainty = UncertaintyPolicy.Wait });
        var batch = await world.RunningAsync(change: request => request with { Deadline = world.Now.AddHours(2), EscalateAt = world.Now.AddHours(1.8) });
        world.Batches.Results = _ => StageWorld.Lines(batch, 1, 2);
        await world.RunAsync("escalator", TimeSpan.FromHours(3));
        await world.RunAsync("sender");

        world.Batches.Poll = FakeBatches.Ended;
        await world.RunAsync("poller", TimeSpan.FromHours(1));
        await world.RunAsync("collector");

        Assert.All(await world.RequestsAsync(), request => Assert.True(request.State == RequestState.Answered && request.FinishedAt > request.Deadline));
    }

    [Fact]
    public async Task Notes_how_long_a_batch_took()
    {
        await using var world = new StageWorld();
        await world.RunningAsync();
        world.Batches.Poll = FakeBatches.Ended;

        await world.RunAsync("poller", TimeSpan.FromMinutes(40));

        var observed = Assert.Single(await world.Store.Observations.ReadAsync(ObservationKind.BatchCompletion, ProviderId.OpenAI, 10, StageWorld.Token));
        Assert.Equal((TimeSpan.FromMinutes(40), 2), (observed.Duration, observed.Size));
    }

    [Fact]
    public async Task Notes_of_a_cancelled_batch_how_long_it_ran_in_vain_and_how_long_the_cancel_took()
    {
        await using var world = new StageWorld();
        await world.RunningAsync(change: request => request with { Deadline = world.Now.AddHours(5), EscalateAt = world.Now.AddHours(4.8) });
        await world.RunAsync("escalator", TimeSpan.FromHours(4.8));
        world.Batches.Poll = FakeBatches.Ended;

        await world.RunAsync("poller", TimeSpan.FromMinutes(3));

        Assert.Equal(TimeSpan.FromHours(4.8), Assert.Single(await ObservedAsync(ObservationKind.BatchCut)).Duration);
        Assert.Equal(TimeSpan.FromMinutes(3), Assert.Single(await ObservedAsync(ObservationKind.BatchCancel)).Duration);
        Assert.Empty(await ObservedAsync(ObservationKind.BatchCompletion));

        Task<IReadOnlyList<Observation>> ObservedAsync(ObservationKind kind) => world.Store.Observations.ReadAsync(kind, ProviderId.OpenAI, 10, StageWorld.Token);
    }

    [Fact]
    public async Task Says_once_of_a_batch_that_it_will_hardly_end_in_time_and_leaves_it_where_it_is()
    {
        const int stuck = 1204;
        await using var world = new StageWorld();
        for (var minutes = 1; minutes <= 400; minutes++)
        {
            await world.Store.Observations.RecordAsync(
                new Observation(ObservationKind.BatchCompletion, ProviderId.OpenAI, "gpt-5-mini", 2, TimeSpan.FromMinutes(20 + (minutes % 20)), world.Now), StageWorld.Token);
        }

        await world.RunningAsync();
        await world.RunAsync("poller", TimeSpan.FromMinutes(20));
        Assert.DoesNotContain(stuck, world.Log.All);

        await world.RunAsync("poller", TimeSpan.FromHours(20));
        await world.RunAsync("poller", TimeSpan.FromHours(1));

        Assert.Single(world.Log.All, id => id == stuck);
        Assert.Empty(world.Batches.Cancels);
    }
}
