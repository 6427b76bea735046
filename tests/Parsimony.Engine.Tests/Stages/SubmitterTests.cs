namespace Parsimony.Engine.Tests;

public sealed class SubmitterTests
{
    [Fact]
    public async Task Sends_no_create_when_the_lease_would_not_outlast_it()
    {
        await using var world = new StageWorld();
        world.Reached = point => world.Clock.Advance(point == EffectPoint.CreateBefore ? TimeSpan.FromMinutes(6) : TimeSpan.Zero);

        var batch = await world.RunningAsync();

        Assert.Empty(world.Batches.Creates);
        Assert.Equal(BatchState.Submitting, (await world.BatchAsync(batch.Id)).State);
    }

    [Fact]
    public async Task A_create_that_was_not_sent_is_sent_after_its_lease_and_two_searches()
    {
        await using var world = new StageWorld();
        world.Reached = point => world.Clock.Advance(point == EffectPoint.CreateBefore ? TimeSpan.FromMinutes(6) : TimeSpan.Zero);
        var batch = await world.RunningAsync();
        world.Reached = static _ => { };

        Assert.Equal(0, await world.RunAsync("rescuer", TimeSpan.FromMinutes(9)));
        await world.RunAsync("rescuer", TimeSpan.FromMinutes(3));
        await world.RunAsync("rescuer", TimeSpan.FromMinutes(2));
        await world.RunAsync("submitter");

        Assert.Equal((2, 1), (world.Batches.Searches, world.Batches.Creates.Count));
        Assert.Equal(BatchState.Running, (await world.BatchAsync(batch.Id)).State);
    }

    [Fact]
    public async Task Tells_the_provider_how_large_the_lines_were_measured_to_be()
    {
        await using var world = new StageWorld();
        long? told = null;
        world.Batches.Create = input =>
        {
            told = input.MostBytes;
            return new CreateOutcome.Accepted("b-1");
        };

        var batch = await world.RunningAsync(3);

        Assert.True(batch.Bytes > 0);
        Assert.Equal(batch.Bytes, told);
    }

    [Fact]
    public async Task Uploads_again_when_an_item_has_left_since_the_upload()
    {
        await using var world = new StageWorld();
        world.Batches.Create = static _ => new CreateOutcome.Refused(new ProviderFailure(FailureStage.Create, FailureCause.RateLimited, 429));
        await world.RunningAsync(3);
        world.Batches.Create = null;

        await world.Store.Requests.CancelAsync("run", [(await world.RequestAsync(2)).Id], world.Now, StageWorld.Token);
        await world.RunAsync("submitter", TimeSpan.FromMinutes(1));

        Assert.Equal([3, 2], world.Batches.Uploads);
        Assert.Equal([3, 2], world.Batches.Creates);
    }

    [Fact]
    public async Task Keeps_the_upload_when_only_the_create_was_refused_for_now()
    {
        await using var world = new StageWorld();
        world.Batches.Create = static _ => new CreateOutcome.Refused(new ProviderFailure(FailureStage.Create, FailureCause.RateLimited, 429));
        await world.RunningAsync(3);
        world.Batches.Create = null;

        await world.RunAsync("submitter", TimeSpan.FromMinutes(1));

        Assert.Equal((1, 2), (world.Batches.Uploads.Count, world.Batches.Creates.Count));
    }

    [Fact]
    public async Task A_create_refused_for_good_gets_its_upload_again_before_the_items_go_live()
    {
        await using var world = new StageWorld();
        world.Batches.Create = static _ => new CreateOutcome.Refused(StageWorld.Refusal);
        var batch = await world.RunningAsync();

        for (var attempt = 0; attempt < 3; attempt++)
        {
            await world.RunAsync("submitter", TimeSpan.FromMinutes(3));
        }

        Assert.Equal((2, 3), (world.Batches.Uploads.Count, world.Batches.Creates.Count));
        Assert.Equal(BatchState.Rejected, (await world.BatchAsync(batch.Id)).State);
        Assert.All(await world.RequestsAsync(), request => Assert.Equal((RequestState.Queued, Route.Live), (request.State, request.Route)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.999)]
    public async Task Pauses_double_from_five_seconds_to_fifteen_minutes_with_at_most_a_quarter_more(double chance)
    {
        await using var world = new StageWorld(chance: chance);
        world.Batches.Create = static _ => new CreateOutcome.Refused(new ProviderFailure(FailureStage.Create, FailureCause.Overloaded, 429));
        var batch = await world.SealedAsync();

        var pauses = new List<double>();
        for (var attempt = 0; attempt < 12; attempt++)
        {
            await world.RunAsync("submitter");
            var until = (await world.BatchAsync(batch.Id)).NotBefore ?? world.Now;
            pauses.Add((until - world.Now).TotalSeconds / (1 + (chance / 4)));
            world.Clock.AdvanceTo(until);
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900], pauses.Select(pause => Math.Round(pause)));
    }

    [Fact]
    public async Task Waits_as_long_as_the_provider_asks_when_that_is_longer()
    {
        await using var world = new StageWorld();
        var asked = new ProviderFailure(FailureStage.Create, FailureCause.RateLimited, 429, RetryAfter: TimeSpan.FromMinutes(20));
        world.Batches.Create = _ => new CreateOutcome.Refused(asked);

        var batch = await world.RunningAsync();

        Assert.Equal(world.Now.AddMinutes(20), batch.NotBefore);
    }

    [Fact]
    public async Task Waits_for_room_in_the_providers_queue_of_requests()
    {
        await using var world = new StageWorld();
        world.Batches.Limits = world.Batches.Limits with { MaxQueuedRequests = 5 };
        var first = await world.RunningAsync(3);
        var second = await world.SealedAsync(3, scope: "other");

        Assert.Equal(0, await world.RunAsync("submitter"));
        world.Batches.Poll = FakeBatches.Ended;
        await world.RunAsync("poller", TimeSpan.FromMinutes(2));
        Assert.Equal(1, await world.RunAsync("submitter"));

        Assert.Equal((BatchState.Ended, BatchState.Running), ((await world.BatchAsync(first.Id)).State, (await world.BatchAsync(second.Id)).State));
    }

    [Fact]
    public async Task Waits_until_an_open_batch_has_ended_where_the_provider_takes_only_so_many()
    {
        await using var world = new StageWorld();
        world.Batches.Limits = world.Batches.Limits with { OpenBatchCaps = [new OpenBatchCap(1)] };
        var first = await world.RunningAsync(3);
        var second = await world.SealedAsync(3, scope: "other");

        Assert.Equal(0, await world.RunAsync("submitter"));
        world.Batches.Poll = FakeBatches.Ended;
        await world.RunAsync("poller", TimeSpan.FromMinutes(2));
        Assert.Equal(1, await world.RunAsync("submitter"));

        Assert.Equal((BatchState.Ended, BatchState.Running), ((await world.BatchAsync(first.Id)).State, (await world.BatchAsync(second.Id)).State));
    }

    [Fact]
    public async Task Waits_for_room_in_the_providers_queue_of_tokens()
    {
        await using var world = new StageWorld();
        world.Batches.Limits = world.Batches.Limits with { MaxQueuedTokens = 59 };
        await world.RunningAsync(3);
        var second = await world.SealedAsync(3, scope: "other");

        Assert.Equal(0, await world.RunAsync("submitter"));
        world.Batches.Limits = world.Batches.Limits with { MaxQueuedTokens = 60 };
        Assert.Equal(1, await world.RunAsync("submitter"));

        Assert.Equal(BatchState.Running, (await world.BatchAsync(second.Id)).State);
    }

    [Fact]
    public async Task Sends_a_batch_larger_than_the_queue_when_nothing_else_is_in_it()
    {
        await using var world = new StageWorld();
        world.Batches.Limits = world.Batches.Limits with { MaxQueuedRequests = 2 };

        var batch = await world.RunningAsync(3);

        Assert.Equal(BatchState.Running, batch.State);
    }

    [Fact]
    public async Task Never_has_two_unresolved_creates_of_one_size_where_only_size_finds_them_again()
    {
        await using var world = new StageWorld();
        world.Batches.Limits = world.Batches.Limits with { OrphanSearch = OrphanSearch.BySizeAndTime };
        world.Batches.Create = static _ => new CreateOutcome.Uncertain(new ProviderFailure(FailureStage.Create, FailureCause.Timeout));
        await world.RunningAsync(3);
        await world.SealedAsync(3, scope: "same size");

        Assert.Equal(0, await world.RunAsync("submitter"));
        await world.SealedAsync(4, scope: "another size");
        Assert.Equal(1, await world.RunAsync("submitter"));
    }

    [Fact]
    public async Task Leaves_the_batches_of_a_provider_that_is_not_configured_any_more()
    {
        await using var world = new StageWorld();
        var batch = await world.SealedAsync();
        world.IsConfigured = false;
        world.Start();

        Assert.Equal(0, await world.RunAsync("submitter"));
        Assert.Equal(BatchState.Sealed, (await world.BatchAsync(batch.Id)).State);
        world.IsConfigured = true;
        world.Start();
        await world.RunAsync("submitter");

        Assert.Equal(BatchState.Running, (await world.BatchAsync(batch.Id)).State);
    }

    [Fact]
    public async Task A_batch_all_of_whose_items_were_cancelled_is_never_submitted()
    {
        await using var world = new StageWorld();
        var batch = await world.SealedAsync();

        await world.Store.Requests.CancelAsync("run", null, world.Now, StageWorld.Token);
        await world.RunAsync("submitter");

        Assert.Empty(world.Batches.Uploads);
        Assert.Equal(BatchState.Rejected, (await world.BatchAsync(batch.Id)).State);
    }
}
