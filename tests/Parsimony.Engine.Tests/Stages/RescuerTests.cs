namespace Parsimony.Engine.Tests;

public sealed class RescuerTests
{
    [Fact]
    public async Task Two_candidates_are_quarantined_until_a_custom_id_proves_one()
    {
        await using var world = new StageWorld();
        var batch = await UncertainAsync(world, "theirs", "ours");

        await world.RunAsync("rescuer", TimeSpan.FromMinutes(3));
        var quarantined = await world.BatchAsync(batch.Id);
        world.Batches.Poll = id => id == "ours" ? FakeBatches.Ended(id) : new PollOutcome.Seen(new BatchSnapshot { ProviderBatchId = id, Phase = BatchPhase.Running });
        world.Batches.Results = _ => StageWorld.Lines(batch, 1, 2);
        await world.RunAsync("rescuer", TimeSpan.FromMinutes(2));

        var proven = await world.BatchAsync(batch.Id);
        Assert.Equal((BatchState.Quarantined, 2), (quarantined.State, quarantined.Candidates.Count));
        Assert.Equal((BatchState.Running, "ours", false), (proven.State, proven.ProviderBatchId, proven.IsSuspected));
        Assert.Single(world.Batches.Creates);
    }

    [Fact]
    public async Task A_candidate_proven_foreign_leaves_the_other_one_suspected()
    {
        await using var world = new StageWorld();
        var batch = await UncertainAsync(world, "theirs", "ours");
        world.Batches.Poll = id => id == "theirs" ? FakeBatches.Ended(id) : new PollOutcome.Seen(new BatchSnapshot { ProviderBatchId = id, Phase = BatchPhase.Running });
        world.Batches.Results = _ => [FakeBatches.Answered("somebody-1")];

        await world.RunAsync("rescuer", TimeSpan.FromMinutes(3));
        await world.RunAsync("rescuer", TimeSpan.FromMinutes(3));

        var adopted = await world.BatchAsync(batch.Id);
        Assert.Equal((BatchState.Running, "ours", true), (adopted.State, adopted.ProviderBatchId, adopted.IsSuspected));
    }

    [Fact]
    public async Task When_every_candidate_is_foreign_the_create_counts_as_not_accepted()
    {
        await using var world = new StageWorld();
        var batch = await UncertainAsync(world, "theirs", "also theirs");
        world.Batches.Poll = FakeBatches.Ended;
        world.Batches.Results = _ => [FakeBatches.Answered("somebody-1")];
        world.Batches.Create = null;

        for (var look = 0; look < 6; look++)
        {
            await world.RunAsync("rescuer", TimeSpan.FromMinutes(3));
            await world.RunAsync("poller", TimeSpan.FromMinutes(1));
            await world.RunAsync("collector");
        }

        await world.RunAsync("submitter");
        Assert.Equal(2, world.Batches.Creates.Count);
        Assert.Equal("batch 1", (await world.BatchAsync(batch.Id)).ProviderBatchId);
        Assert.Empty(await world.LedgerAsync());
    }

    [Fact]
    public async Task A_suspected_batch_that_proves_foreign_is_released_and_nothing_is_booked()
    {
        await using var world = new StageWorld();
        var suspected = await world.SuspectedAsync();
        world.Batches.Poll = FakeBatches.Ended;
        world.Batches.Results = _ => [FakeBatches.Answered("somebody-1"), .. StageWorld.Lines(suspected, 1)];

        await world.RunAsync("poller", TimeSpan.FromMinutes(2));
        await world.RunAsync("collector");

        var released = await world.BatchAsync(suspected.Id);
        Assert.Equal((true, BatchState.Submitting, null), (suspected.IsSuspected, released.State, released.ProviderBatchId));
        Assert.All(await world.RequestsAsync(), request => Assert.Equal(RequestState.Batched, request.State));
        Assert.Empty(await world.LedgerAsync());
        Assert.Empty(world.Batches.Cleans);
    }

    [Fact]
    public async Task A_suspected_batch_its_provider_refused_is_searched_for_again()
    {
        await using var world = new StageWorld();
        var suspected = await world.SuspectedAsync();
        world.Batches.Poll = id => new PollOutcome.Seen(new BatchSnapshot { ProviderBatchId = id, Phase = BatchPhase.Rejected, Rejection = StageWorld.Refusal });

        await world.RunAsync("poller", TimeSpan.FromMinutes(2));

        Assert.Equal(BatchState.Submitting, (await world.BatchAsync(suspected.Id)).State);
        Assert.All(await world.RequestsAsync(), request => Assert.Equal(RequestState.Batched, request.State));
    }

    [Fact]
    public async Task A_quarantine_nobody_can_prove_any_more_is_booked_as_unknown_and_bought_again_once()
    {
        await using var world = new StageWorld();
        var batch = await QuarantinedAsync(world, static request => request with { Deadline = null });

        await world.RunAsync("rescuer", world.Batches.Limits.Window + world.Batches.Limits.ResultRetention);
        var waiting = await world.BatchAsync(batch.Id);
        await world.RunAsync("rescuer", TimeSpan.FromHours(1));
        await world.RunAsync("sender");

        Assert.Equal((BatchState.Quarantined, BatchState.Rejected), (waiting.State, (await world.BatchAsync(batch.Id)).State));
        Assert.All(await world.RequestsAsync(), request => Assert.Equal((RequestState.Answered, 2), (request.State, request.Attempt)));
        var entries = (await world.LedgerAsync()).Select(row => row.Entry).ToList();
        Assert.All(entries.Where(entry => entry.Attempt == 1), entry => Assert.Equal((LedgerKind.Batch, null, 0.01m), (entry.Kind, entry.CostUsd, entry.UpperBoundUsd)));
        Assert.Equal(2, entries.Count(entry => entry.Kind == LedgerKind.PossibleDuplicate));
    }

    [Fact]
    public async Task A_quarantine_nobody_can_prove_any_more_ends_also_where_the_provider_cannot_be_searched()
    {
        await using var world = new StageWorld(new EngineOptions { Uncertainty = UncertaintyPolicy.Wait });
        var batch = await QuarantinedAsync(world, static request => request with { Deadline = null });
        world.Batches.Find = static _ => throw new ProviderException(ProviderId.OpenAI, new ProviderFailure(FailureStage.Poll, FailureCause.ServerError, 500));

        await world.RunAsync("rescuer", TimeSpan.FromDays(40));

        Assert.Equal(BatchState.Rejected, (await world.BatchAsync(batch.Id)).State);
        Assert.All(await world.RequestsAsync(), request => Assert.Equal((RequestState.Failed, "item.unproven", Reasons.HedgeLimit), (request.State, request.FailureCode, request.Reason)));
        Assert.Equal(0.02m, (await world.TotalsAsync()).UnknownBoundUsd);
    }

    [Fact]
    public async Task Nothing_is_bought_again_after_its_deadline_when_a_quarantine_is_given_up()
    {
        await using var world = new StageWorld();
        await QuarantinedAsync(world);

        await world.RunAsync("rescuer", TimeSpan.FromDays(54));

        Assert.All(await world.RequestsAsync(), request => Assert.Equal((RequestState.Expired, "item.unproven"), (request.State, request.FailureCode)));
        Assert.All(await world.LedgerAsync(), row => Assert.Equal((null, 0.01m), (row.Entry.CostUsd, row.Entry.UpperBoundUsd)));
    }

    [Fact]
    public async Task Cancelling_its_run_ends_a_quarantine_unless_a_candidate_is_proven_then()
    {
        await using var world = new StageWorld();
        var batch = await QuarantinedAsync(world);

        await world.Store.Requests.CancelAsync("run", [(await world.RequestAsync(1)).Id], world.Now, StageWorld.Token);
        await world.RunAsync("rescuer", TimeSpan.FromMinutes(3));
        var waiting = await world.BatchAsync(batch.Id);
        await world.Store.Requests.CancelAsync("run", null, world.Now, StageWorld.Token);
        await world.RunAsync("rescuer", TimeSpan.FromMinutes(3));

        Assert.Equal((BatchState.Quarantined, BatchState.Rejected), (waiting.State, (await world.BatchAsync(batch.Id)).State));
        Assert.All(await world.RequestsAsync(), request => Assert.Equal(RequestState.Cancelled, request.State));
        Assert.All(await world.LedgerAsync(), row => Assert.Equal((null, 0.01m), (row.Entry.CostUsd, row.Entry.UpperBoundUsd)));
        Assert.Equal(2, (await world.LedgerAsync()).Count);
    }

    [Fact]
    public async Task Looks_for_nothing_when_no_create_was_sent()
    {
        await using var world = new StageWorld();
        world.Reached = static point => { if (point == EffectPoint.StageAfter) throw new InvalidOperationException("The process ends."); };
        var batch = await world.SealedAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.RunAsync("submitter"));
        world.Reached = static _ => { };

        await world.RunAsync("rescuer", TimeSpan.FromMinutes(18));

        Assert.Equal(0, world.Batches.Searches);
        Assert.Equal(BatchState.Sealed, (await world.BatchAsync(batch.Id)).State);
    }

    [Fact]
    public async Task A_search_the_key_is_refused_for_halts_until_a_search_succeeds()
    {
        await using var world = new StageWorld();
        await UncertainAsync(world);
        world.Batches.Find = static _ => throw new ProviderException(ProviderId.OpenAI, new ProviderFailure(FailureStage.Poll, FailureCause.Credential, 401));

        await world.RunAsync("rescuer", TimeSpan.FromMinutes(3));
        var halts = world.Engine.Signals.Halts.Count;
        world.Batches.Find = static _ => [];
        await world.RunAsync("rescuer", TimeSpan.FromMinutes(3));

        Assert.Equal((1, 0), (halts, world.Engine.Signals.Halts.Count));
    }

    private static async Task<Batch> QuarantinedAsync(StageWorld world, Func<NewRequest, NewRequest>? change = null)
    {
        world.Batches.Limits = world.Batches.Limits with { ResultRetention = TimeSpan.FromDays(29) };
        var batch = await UncertainAsync(world, change, "theirs", "ours");
        await world.RunAsync("rescuer", TimeSpan.FromMinutes(3));
        return batch;
    }

    private static Task<Batch> UncertainAsync(StageWorld world, params string[] candidates) => UncertainAsync(world, change: null, candidates);

    private static Task<Batch> UncertainAsync(StageWorld world, Func<NewRequest, NewRequest>? change, params string[] candidates)
    {
        world.Batches.Limits = world.Batches.Limits with { OrphanSearch = OrphanSearch.BySizeAndTime };
        world.Batches.Create = static _ => new CreateOutcome.Uncertain(new ProviderFailure(FailureStage.Create, FailureCause.Transport));
        world.Batches.Find = query => [.. candidates.Select(id => new OrphanCandidate(id, IsProven: false, query.From))];
        return world.RunningAsync(change: change);
    }
}
