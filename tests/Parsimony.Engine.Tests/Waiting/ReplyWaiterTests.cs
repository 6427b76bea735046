using Parsimony.Testing;

namespace Parsimony.Engine.Tests;

public sealed class ReplyWaiterTests
{
    [Fact(Timeout = 300_000)]
    public async Task A_wait_ends_when_this_process_settles_the_request()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest());
        var wait = world.Engine.Client.WaitAsync((await world.RequestAsync(1)).Id, StageWorld.Token);

        await world.RunAsync("sender");

        Assert.Equal(RequestState.Answered, (await wait).Request.State);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_wait_ends_when_another_process_settles_the_request()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest());
        using var waiter = new ReplyWaiter(world.Store, new EngineSignals(), world.Options, world.Clock);
        var wait = waiter.WaitAsync((await world.RequestAsync(1)).Id, StageWorld.Token);
        await UntilAsync(() => world.Clock.WaitingTimers > 0);

        await world.RunAsync("sender");
        Assert.False(wait.IsCompleted);
        world.Clock.Advance(world.Options.WaitPollInterval);

        Assert.Equal(RequestState.Answered, await wait);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_wait_for_a_request_that_has_ended_ends_at_once()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest());
        await world.RunAsync("sender");

        var reply = await world.Engine.Client.WaitAsync((await world.RequestAsync(1)).Id, StageWorld.Token);

        Assert.Equal("{}", System.Text.Encoding.UTF8.GetString(reply.RequireBody().Span));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_wait_for_a_request_that_does_not_exist_fails()
    {
        await using var world = new StageWorld();

        await Assert.ThrowsAsync<KeyNotFoundException>(() => world.Engine.Client.WaitAsync(new RequestId(Guid.Empty), StageWorld.Token));
    }

    [Fact(Timeout = 300_000)]
    public async Task Nobody_is_asked_any_more_once_the_last_caller_gave_up()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest());
        using var patience = new CancellationTokenSource();
        var wait = world.Engine.Client.WaitAsync((await world.RequestAsync(1)).Id, patience.Token);
        await UntilAsync(() => world.Clock.WaitingTimers > 0);

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        world.Clock.Advance(world.Options.WaitPollInterval);

        await UntilAsync(() => world.Clock.WaitingTimers == 0);
        Assert.Equal(0, world.Clock.WaitingTimers);
    }

    [Fact(Timeout = 300_000)]
    public async Task One_caller_giving_up_leaves_the_others_waiting()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest());
        var id = (await world.RequestAsync(1)).Id;
        using var patience = new CancellationTokenSource();
        var impatient = world.Engine.Client.WaitAsync(id, patience.Token);
        var patient = world.Engine.Client.WaitAsync(id, StageWorld.Token);

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        await world.RunAsync("sender");

        Assert.Equal(RequestState.Answered, (await patient).Request.State);
    }

    [Fact(Timeout = 300_000)]
    public async Task Disposal_ends_all_waits()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest());
        var wait = world.Engine.Client.WaitAsync((await world.RequestAsync(1)).Id, StageWorld.Token);
        await UntilAsync(() => world.Clock.WaitingTimers > 0);

        await world.Engine.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            StageWorld.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
