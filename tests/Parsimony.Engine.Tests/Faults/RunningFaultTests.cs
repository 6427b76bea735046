namespace Parsimony.Engine.Tests;

/// <summary>Faults of batches under way: lagging, stuck, expired, cancelled.</summary>
public sealed class RunningFaultTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromHours(3);

    [Theory]
    [InlineData(EngineWorld.OpenAI)]
    [InlineData(EngineWorld.Anthropic)]
    public async Task Counts_that_lag_behind_change_nothing(string model)
    {
        await using var world = await EngineWorld.PlayAsync(5, model, [new("counts_lag", "batch.create", "\"value\":3000")]);

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI)]
    [InlineData(EngineWorld.Anthropic)]
    public async Task A_stuck_batch_is_cancelled_in_time_and_what_it_left_goes_live(string model)
    {
        await using var world = await EngineWorld.PlayAsync(8, model, [new("job_stuck", "batch.create", "\"value\":0.5")], Deadline);

        Assert.All(await world.RequestsAsync(), request => Assert.True(request.FinishedAt < request.Deadline));
        Assert.Equal((4, 1), (world.BatchLinesBought, world.Road.CountEnding("/cancel")));
        Assert.Empty(await world.EntriesAsync(LedgerKind.Hedge));
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 4);
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI)]
    [InlineData(EngineWorld.Anthropic)]
    public async Task A_batch_that_expires_half_way_keeps_what_was_paid_and_sends_the_rest_live(string model)
    {
        await using var world = await EngineWorld.PlayAsync(8, model, [new("expires_halfway", "batch.create", "\"value\":0.5")]);

        Assert.Equal(4, (await world.EntriesAsync(LedgerKind.Batch)).Count(entry => entry.CostUsd > 0));
        Assert.Equal(4, world.BatchLinesBought);
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 4);
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI)]
    [InlineData(EngineWorld.Anthropic)]
    public async Task A_cancel_that_takes_minutes_and_finishes_some_is_waited_for(string model)
    {
        await using var world = await EngineWorld.PlayAsync(12, model, [new("job_stuck", "batch.create", "\"value\":0.5"), new("cancel_slow", "batch.cancel", "\"value\":360")], Deadline);

        Assert.Equal(8, world.BatchLinesBought);
        Assert.Empty(await world.EntriesAsync(LedgerKind.Hedge));
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 4);
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI)]
    [InlineData(EngineWorld.Anthropic)]
    public async Task A_cancel_that_outlasts_the_deadline_is_hedged_and_what_it_still_finishes_is_booked(string model)
    {
        await using var world = await EngineWorld.PlayAsync(12, model, [new("job_stuck", "batch.create", "\"value\":0.5"), new("cancel_slow", "batch.cancel", "\"value\":1800")], Deadline);

        Assert.All((await world.RequestsAsync()).Where(request => request.Attempt > 1), request => Assert.True(request.FinishedAt < request.Deadline));
        Assert.Equal(world.LiveCallsBought, (await world.EntriesAsync(LedgerKind.Hedge)).Count);
        Assert.InRange(world.LiveCallsBought, 5, 12);
        await world.AssertAnsweredAsync(batches: 1, liveCalls: world.LiveCallsBought);
    }
}
