using Parsimony.Sandbox.Model;

namespace Parsimony.Engine.Tests;

/// <summary>What operators say about a provider is done by every stage.</summary>
public sealed class ProviderSwitchTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_paused_provider_is_sent_nothing_new_and_goes_on_when_resumed()
    {
        await using var world = new EngineWorld();
        await SetAsync(world, SwitchSetting.Paused);
        await world.AskAsync(3);
        await world.AskAsync(2, isLive: true);
        await world.PassAsync(Hour);

        Assert.Empty(world.Sandbox.Bill.Lines);
        Assert.Equal(3, (await world.RequestsAsync()).Count(request => request.State == RequestState.Batched));
        Assert.Equal(2, (await world.RequestsAsync()).Count(request => request.State == RequestState.Queued));

        await SetAsync(world, SwitchSetting.Open);
        await world.SettleAsync();
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 2);
    }

    [Fact]
    public async Task What_runs_at_a_paused_provider_is_collected()
    {
        await using var world = new EngineWorld();
        await world.AskAsync(3);
        await world.UntilBatchAsync(BatchState.Running);
        await SetAsync(world, SwitchSetting.Paused);
        await world.SettleAsync();

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Fact]
    public async Task A_running_batch_is_not_cancelled_for_a_deadline_that_nobody_could_hold()
    {
        await using var world = new EngineWorld(sandbox: new SandboxOptions { BatchDurationMin = 5 * Hour, BatchDurationMax = 5 * Hour });
        await world.AskAsync(3, deadline: 3 * Hour);
        await world.UntilBatchAsync(BatchState.Running);
        await SetAsync(world, SwitchSetting.Paused);
        await world.PassAsync(6 * Hour);

        Assert.All(await world.RequestsAsync(), request => Assert.Equal((RequestState.Answered, Route.Batch), (request.State, request.Route)));
        await world.AssertBooksAgreeAsync();
    }

    [Fact]
    public async Task A_deadline_missed_because_of_a_switch_says_so()
    {
        await using var world = new EngineWorld();
        await world.AskAsync(1, deadline: 3 * Hour);
        await world.AskAsync(1, deadline: TimeSpan.FromMinutes(10));
        await SetAsync(world, SwitchSetting.Paused, "maintenance");
        world.Clock.Advance(TimeSpan.FromSeconds(2));
        await world.PassAsync(4 * Hour);

        Assert.All(await world.RequestsAsync(), request => Assert.Equal(
            (RequestState.Expired, "provider.paused", "expired: the deadline passed while openAI is paused (maintenance)"), (request.State, request.FailureCode, request.Reason)));
        Assert.Empty(world.Sandbox.Bill.Lines);
    }

    [Theory]
    [InlineData(SwitchSetting.Draining)]
    [InlineData(SwitchSetting.Killed)]
    public async Task Nothing_new_is_accepted_for_a_provider_that_drains(SwitchSetting setting)
    {
        await using var world = new EngineWorld();
        await world.AskAsync(1);
        await SetAsync(world, setting, "moving house");
        world.Clock.Advance(TimeSpan.FromSeconds(2));

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => world.AskAsync(300));

        Assert.Equal("switched_off", refused.Code);
        Assert.Contains("(moving house)", refused.Message, StringComparison.Ordinal);
        await world.AskAsync(1, EngineWorld.Anthropic);
        Assert.Equal(2, (await world.RequestsAsync()).Count);
    }

    [Fact]
    public async Task A_killed_providers_batches_are_cancelled_and_their_items_wait_until_it_is_resumed()
    {
        await using var world = new EngineWorld();
        await world.AskAsync(4);
        await world.UntilBatchAsync(BatchState.Running);
        await SetAsync(world, SwitchSetting.Killed, "leaked key");
        await world.PassAsync(2 * Hour);

        Assert.Empty(await world.Store.Batches.ListOpenAsync(null, 10, Token));
        Assert.Contains(await world.RequestsAsync(), request => request is { State: RequestState.Queued, Reason: Reasons.Killed });
        Assert.Equal(0, world.LiveCallsBought);

        await SetAsync(world, SwitchSetting.Open);
        await world.SettleAsync();
        Assert.All(await world.RequestsAsync(), request => Assert.Equal(RequestState.Answered, request.State));
        await world.AssertBooksAgreeAsync();
    }

    [Fact]
    public async Task A_switch_of_one_credential_leaves_the_others_alone()
    {
        await using var world = new EngineWorld();
        await world.Store.Switches.SetAsync(Said(world, SwitchSetting.Killed, "") with { Credential = "another" }, Token);
        await world.AskAsync(2);
        await world.SettleAsync();

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    private static Task SetAsync(EngineWorld world, SwitchSetting setting, string reason = "") => world.Store.Switches.SetAsync(Said(world, setting, reason), Token);

    private static ProviderSwitch Said(EngineWorld world, SwitchSetting setting, string reason) =>
        new() { Provider = ProviderId.OpenAI, Setting = setting, Reason = reason, By = "operator", At = world.Clock.GetUtcNow() };
}
