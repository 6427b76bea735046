namespace Parsimony.Engine.Tests;

public sealed class CollectorTests
{
    [Fact]
    public async Task Asks_where_the_results_are_when_none_were_named_at_the_end()
    {
        await using var world = new StageWorld();
        var batch = await EndedAsync(world, references: []);
        world.Batches.Results = snapshot => snapshot.ResultReferences.Count > 0 ? StageWorld.Lines(batch, 1, 2) : [];
        world.Batches.Poll = FakeBatches.Ended;

        await world.RunAsync("collector");

        Assert.Equal(BatchState.Collected, (await world.BatchAsync(batch.Id)).State);
    }

    [Fact]
    public async Task Takes_nothing_for_missing_while_it_cannot_ask_where_the_results_are()
    {
        await using var world = new StageWorld();
        var batch = await EndedAsync(world, references: []);
        world.Batches.Poll = static _ => new PollOutcome.Failed(new ProviderFailure(FailureStage.Poll, FailureCause.Transport));

        for (var download = 0; download < 6; download++)
        {
            await world.RunAsync("collector", TimeSpan.FromMinutes(20));
        }

        Assert.Equal(BatchState.Ended, (await world.BatchAsync(batch.Id)).State);
        Assert.Empty(await world.LedgerAsync());
    }

    [Fact]
    public async Task Downloads_that_break_pause_longer_each_time_and_never_count_as_missing()
    {
        await using var world = new StageWorld();
        var batch = await EndedAsync(world);
        world.Batches.Results = static _ => throw new ProviderException(ProviderId.OpenAI, new ProviderFailure(FailureStage.Collect, FailureCause.Transport));

        var downloads = 0;
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            downloads += await world.RunAsync("collector", TimeSpan.FromMinutes(1));
        }

        Assert.InRange(downloads, 80, 120);
        Assert.Equal(BatchState.Ended, (await world.BatchAsync(batch.Id)).State);
    }

    [Fact]
    public async Task Results_that_are_gone_for_good_count_as_missing()
    {
        await using var world = new StageWorld();
        var batch = await EndedAsync(world);
        world.Batches.Results = static _ => throw new ProviderException(ProviderId.OpenAI, new ProviderFailure(FailureStage.Collect, FailureCause.NotFound, 404));

        for (var download = 0; download < 4; download++)
        {
            await world.RunAsync("collector", TimeSpan.FromMinutes(20));
        }

        Assert.Equal(BatchState.Collected, (await world.BatchAsync(batch.Id)).State);
        Assert.All(await world.RequestsAsync(), request => Assert.Equal(Reasons.LineMissing, request.Reason));
    }

    [Fact]
    public async Task Many_missing_items_are_bought_again_only_within_the_allowance()
    {
        await using var world = new StageWorld(new EngineOptions { MaxHedgeUsd = 0.025m });
        await EndedAsync(world, count: 5);

        for (var download = 0; download < 3; download++)
        {
            await world.RunAsync("collector", TimeSpan.FromMinutes(1));
        }

        var requests = await world.RequestsAsync(5);
        Assert.Equal(2, requests.Count(request => request.State == RequestState.Queued));
        Assert.Equal(3, requests.Count(request => request is { State: RequestState.Failed, FailureCode: "item.missing", Reason: Reasons.HedgeLimit }));
    }

    [Fact]
    public async Task A_worker_that_lost_its_lease_settles_nothing_more()
    {
        await using var world = new StageWorld(new EngineOptions { SettleChunk = 1 });
        var batch = await EndedAsync(world);
        world.Batches.Results = _ => StageWorld.Lines(batch, 1, 2);
        world.Reached = point =>
        {
            if (point == EffectPoint.CollectChunkAfter)
            {
                // Another worker takes over when the lease is over.
                world.Clock.Advance(TimeSpan.FromMinutes(16));
                Assert.Single(world.Store.Batches.ClaimForCollectAsync(new Lease("other", world.Now.AddMinutes(15)), 1, world.Now, CancellationToken.None).GetAwaiter().GetResult());
            }
        };

        await world.RunAsync("collector");

        Assert.Equal([RequestState.Answered, RequestState.Batched], (await world.RequestsAsync()).Select(request => request.State));
        Assert.Equal("other", (await world.BatchAsync(batch.Id)).Lease?.Owner);
    }

    [Fact]
    public async Task An_answer_without_usage_is_booked_as_unknown_with_its_bound()
    {
        await using var world = new StageWorld();
        var batch = await EndedAsync(world, count: 1);
        world.Batches.Results = _ => StageWorld.Lines(batch, 1).Select(line => line with { Answer = FakeBatches.Answer with { Usage = null } });

        await world.RunAsync("collector");

        Assert.Equal(RequestState.Answered, (await world.RequestAsync(1)).State);
        Assert.Equal((null, 0.01m), Assert.Single(await world.LedgerAsync()).Entry is var entry ? (entry.CostUsd, entry.UpperBoundUsd) : default);
    }

    private static async Task<Batch> EndedAsync(StageWorld world, int count = 2, IReadOnlyList<string>? references = null)
    {
        var batch = await world.RunningAsync(count);
        world.Batches.Poll = id => new PollOutcome.Seen(new BatchSnapshot { ProviderBatchId = id, Phase = BatchPhase.Ended, ResultReferences = references ?? ["file"] });
        await world.RunAsync("poller", TimeSpan.FromMinutes(2));
        return await world.BatchAsync(batch.Id);
    }
}
