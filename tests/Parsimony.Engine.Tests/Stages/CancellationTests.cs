using Parsimony.Testing;

namespace Parsimony.Engine.Tests;

public sealed class CancellationTests
{
    [Fact]
    public async Task Giving_up_waiting_cancels_nothing()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest());
        var request = await world.RequestAsync(1);
        using var patience = new CancellationTokenSource();
        var wait = world.Engine.Client.WaitAsync(request.Id, patience.Token);

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        await world.RunAsync("sender");

        Assert.Equal(RequestState.Answered, (await world.RequestAsync(1)).State);
    }

    [Fact]
    public async Task A_queued_request_is_cancelled_at_once()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest());

        Assert.Equal((1, 0), await world.Store.Requests.CancelAsync("run", null, world.Now, StageWorld.Token));
        await world.RunAsync("sender");

        Assert.Empty(world.Provider.LiveCalls);
    }

    [Fact]
    public async Task An_item_of_a_closed_batch_is_left_out_of_it()
    {
        await using var world = new StageWorld();
        await world.SealedAsync(3);

        Assert.Equal((1, 0), await CancelAsync(world, 2));
        await world.RunAsync("submitter");

        Assert.Equal([2], world.Batches.Creates);
    }

    [Fact]
    public async Task An_item_at_the_provider_ends_as_cancelled_unless_its_answer_comes_first()
    {
        await using var world = new StageWorld();
        var batch = await world.RunningAsync(3);
        Assert.Equal((0, 2), await CancelAsync(world, 1, 2));
        world.Batches.Poll = FakeBatches.Ended;
        world.Batches.Results = _ =>
        [
            .. StageWorld.Lines(batch, 1, 3),
            new BatchLine { LineNumber = 3, Kind = BatchLineKind.Expired, CustomId = CustomId.Write(batch.Key, 2, 1) },
        ];

        await world.RunAsync("poller", TimeSpan.FromMinutes(2));
        await world.RunAsync("collector");

        Assert.Equal([RequestState.Answered, RequestState.Cancelled, RequestState.Answered], (await world.RequestsAsync(3)).Select(request => request.State));
        Assert.Equal(2, (await world.LedgerAsync()).Count);
    }

    [Fact]
    public async Task A_provider_batch_is_cancelled_only_when_all_its_items_are()
    {
        await using var world = new StageWorld();
        await world.RunningAsync(2);
        await CancelAsync(world, 1);
        await world.RunAsync("escalator");
        Assert.Empty(world.Batches.Cancels);

        await CancelAsync(world, 2);
        await world.RunAsync("escalator");

        Assert.Single(world.Batches.Cancels);
    }

    [Fact]
    public async Task A_provider_batch_is_cancelled_when_what_is_not_cancelled_has_to_leave_it()
    {
        await using var world = new StageWorld();
        await world.RunningAsync(2, request => request with { Deadline = world.Now.AddHours(3), EscalateAt = world.Now.AddHours(2.8) });
        await CancelAsync(world, 1);
        await world.RunAsync("escalator", TimeSpan.FromHours(1));
        Assert.Empty(world.Batches.Cancels);

        await world.RunAsync("escalator", TimeSpan.FromHours(1.8));

        Assert.Single(world.Batches.Cancels);
    }

    [Fact]
    public async Task A_live_call_under_way_is_not_bought_again_after_its_request_was_cancelled()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest());
        world.Provider.Live = async _ =>
        {
            await CancelAsync(world, 1);
            return new LiveOutcome.Uncertain(new ProviderFailure(FailureStage.Send, FailureCause.Timeout));
        };

        await world.RunAsync("sender");
        await world.RunAsync("sender");

        Assert.Single(world.Provider.LiveCalls);
        Assert.Equal(RequestState.Cancelled, (await world.RequestAsync(1)).State);
        Assert.Equal(0.01m, Assert.Single(await world.LedgerAsync()).Entry.UpperBoundUsd);
    }

    private static async Task<(int Cancelled, int Marked)> CancelAsync(StageWorld world, params long[] sequences)
    {
        var ids = new List<RequestId>();
        foreach (var sequence in sequences)
        {
            ids.Add((await world.RequestAsync(sequence)).Id);
        }

        return await world.Store.Requests.CancelAsync("run", ids, world.Now, StageWorld.Token);
    }
}
