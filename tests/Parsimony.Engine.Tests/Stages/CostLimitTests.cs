using Parsimony.Testing;

namespace Parsimony.Engine.Tests;

public sealed class CostLimitTests
{
    [Fact]
    public async Task Requests_beyond_the_limit_are_held_until_answers_turn_out_cheaper_than_their_bounds()
    {
        await using var world = new StageWorld();
        await world.Store.Runs.BeginAsync("run", "limited", 0.025m, world.Now, StageWorld.Token);
        await world.EnqueueAsync([.. Given.Requests(5).Select(request => request with { Route = Route.Live, Lane = null })]);

        Assert.Equal(2, await world.RunAsync("admitter"));
        Assert.Equal(3, (await world.TotalsAsync()).Held);
        await world.RunAsync("sender");
        Assert.Equal(2, world.Provider.LiveCalls.Count);
        Assert.Equal(2, await world.RunAsync("admitter"));
        await world.RunAsync("sender");

        Assert.Equal((4L, 1L), await world.TotalsAsync() is var totals ? (totals.Answered, totals.Held) : default);
    }

    [Fact]
    public async Task Nothing_is_admitted_while_bounds_fill_the_limit()
    {
        await using var world = new StageWorld();
        await world.Store.Runs.BeginAsync("run", "limited", 0.025m, world.Now, StageWorld.Token);
        await world.EnqueueAsync(Given.Requests(5));

        await world.RunAsync("admitter");
        Assert.Equal(0, await world.RunAsync("admitter"));

        Assert.Equal((3L, 0.02m), await world.TotalsAsync() is var totals ? (totals.Held, totals.ReservedUsd) : default);
    }

    [Fact]
    public async Task Held_requests_expire_at_their_deadline()
    {
        await using var world = new StageWorld();
        await world.Store.Runs.BeginAsync("run", "limited", 0m, world.Now, StageWorld.Token);
        await world.EnqueueAsync(Given.Requests(2));

        await world.RunAsync("sender", TimeSpan.FromHours(25));

        Assert.Equal((2L, 0L), await world.TotalsAsync() is var totals ? (totals.Expired, totals.Held) : default);
        Assert.Empty(world.Provider.LiveCalls);
    }

    [Fact]
    public async Task A_held_run_does_not_disappear_behind_newer_ones()
    {
        await using var world = new StageWorld();
        await world.Store.Runs.BeginAsync("run", "limited", 1m, world.Now, StageWorld.Token);
        await world.EnqueueAsync(Given.Requests(2));
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await world.EnqueueAsync([.. Enumerable.Range(0, 150).Select(call => Given.LiveRequest("call", $"call-{call}"))]);

        Assert.Equal(2, await world.RunAsync("admitter"));
    }

    [Fact]
    public async Task Runs_that_reached_their_limit_do_not_hide_one_that_has_room()
    {
        await using var world = new StageWorld();
        for (var run = 0; run < 120; run++)
        {
            await world.Store.Runs.BeginAsync($"full-{run}", "limited", 0m, world.Now, StageWorld.Token);
            await world.EnqueueAsync(Given.LiveRequest("call", $"full-{run}"));
        }

        await world.Store.Runs.BeginAsync("room", "limited", 1m, world.Now, StageWorld.Token);
        await world.EnqueueAsync(Given.Requests(2, "room"));

        Assert.Equal(2, await world.RunAsync("admitter"));
    }

    [Fact]
    public async Task What_goes_back_to_the_queue_is_held_again()
    {
        await using var world = new StageWorld();
        await world.Store.Runs.BeginAsync("run", "limited", 0.02m, world.Now, StageWorld.Token);
        await world.EnqueueAsync(Given.LiveRequest());
        await world.RunAsync("admitter");
        world.Provider.Live = static _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Uncertain(new ProviderFailure(FailureStage.Send, FailureCause.Timeout)));
        await world.RunAsync("sender");

        Assert.Equal((1L, 0.01m), await world.TotalsAsync() is var totals ? (totals.Held, totals.UnknownBoundUsd) : default);
        Assert.Equal(1, await world.RunAsync("admitter"));
    }
}
