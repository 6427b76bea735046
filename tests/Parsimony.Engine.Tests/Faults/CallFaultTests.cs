namespace Parsimony.Engine.Tests;

/// <summary>Faults that can strike any call, and those of live calls.</summary>
public sealed class CallFaultTests
{
    [Theory]
    [InlineData("batch.create", "POST /v1/batches")]
    [InlineData("file.upload", "POST /v1/files")]
    public async Task A_call_told_to_wait_is_not_made_again_before(string operation, string call)
    {
        await using var world = new EngineWorld();
        world.Fault("rate_limited", operation, "\"value\":600");

        await world.AskAsync(4);
        await world.PassAsync(TimeSpan.FromSeconds(600));
        Assert.Equal(1, world.Road.Count(call));
        await world.SettleAsync();

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Fact]
    public async Task A_call_turned_away_without_a_time_is_made_again_with_a_pause_of_its_own()
    {
        await using var world = new EngineWorld();
        world.Fault("rate_limited", "batch.create", "\"times\":3");

        await world.AskAsync(4);
        await world.SettleAsync();

        Assert.Equal(4, world.Road.Count("POST /v1/batches"));
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Theory]
    [InlineData("\"times\":5,\"value\":60")]
    [InlineData("\"times\":5")]
    public async Task A_live_call_turned_away_waits_without_using_up_its_tries(string rule)
    {
        await using var world = new EngineWorld();
        world.Fault("rate_limited", "chat.create", rule);

        await world.AskAsync(1, isLive: true);
        await world.SettleAsync();

        Assert.Equal(6, world.Road.Count("POST /v1/chat/completions"));
        await world.AssertAnsweredAsync(batches: 0, liveCalls: 1);
    }

    [Theory]
    [InlineData("batch.get")]
    [InlineData("batch.results")]
    public async Task A_provider_that_fails_for_an_hour_is_asked_until_it_answers(string operation)
    {
        await using var world = new EngineWorld();
        world.Fault("server_error", operation, "\"times\":null,\"value\":500");

        await world.AskAsync(4, EngineWorld.Anthropic);
        await world.PassAsync(TimeSpan.FromHours(1));
        world.Mend();
        await world.SettleAsync();

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Fact]
    public async Task A_live_call_the_provider_failed_at_is_bought_again_once_as_a_possible_duplicate()
    {
        await using var world = new EngineWorld();
        world.Fault("server_error", "chat.create", "\"value\":500");

        await world.AskAsync(1, isLive: true);
        await world.SettleAsync();

        Assert.Single(await world.EntriesAsync(LedgerKind.PossibleDuplicate));
        await world.AssertAnsweredAsync(batches: 0, liveCalls: 1);
    }

    [Fact]
    public async Task A_live_call_an_overloaded_provider_turned_away_costs_no_second_purchase()
    {
        await using var world = new EngineWorld();
        world.Fault("server_error", "chat.create", "\"times\":2,\"value\":503");

        await world.AskAsync(1, isLive: true);
        await world.SettleAsync();

        Assert.Equal(LedgerKind.Live, Assert.Single(await world.EntriesAsync()).Kind);
        await world.AssertAnsweredAsync(batches: 0, liveCalls: 1);
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI)]
    [InlineData(EngineWorld.Anthropic)]
    public async Task A_wrong_key_halts_its_provider_loses_nothing_and_goes_on_when_mended(string model)
    {
        await using var world = new EngineWorld();
        world.Fault("wrong_key", more: "\"times\":null");

        await world.AskAsync(4, model);
        await world.AskAsync(2, model, isLive: true);
        await world.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(ModelId.Parse(model).Provider, Assert.Single(world.Engine.Signals.Halts).Provider);
        Assert.All(await world.RequestsAsync(), request => Assert.False(RequestMoves.IsFinal(request.State)));
        world.Mend();
        await world.SettleAsync();

        Assert.Empty(world.Engine.Signals.Halts);
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 2);
    }

    [Theory]
    [InlineData("batch.get")]
    [InlineData("file.content")]
    public async Task A_key_that_stops_working_under_way_halts_until_the_call_it_stopped_is_answered(string operation)
    {
        await using var world = new EngineWorld();
        world.Fault("wrong_key", operation, "\"times\":null");

        await world.AskAsync(4);
        await world.PassAsync(TimeSpan.FromHours(1));
        Assert.Single(world.Engine.Signals.Halts);
        world.Mend();
        await world.SettleAsync();

        Assert.Empty(world.Engine.Signals.Halts);
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI, "chat.create")]
    [InlineData(EngineWorld.Anthropic, "messages.create")]
    public async Task A_lost_live_reply_is_booked_as_unknown_and_bought_again_once(string model, string operation)
    {
        await using var world = new EngineWorld();
        world.Fault("live_reply_lost", operation);

        await world.AskAsync(1, model, isLive: true);
        await world.SettleAsync();

        var unknown = Assert.Single(await world.EntriesAsync(LedgerKind.Live));
        Assert.Equal((null, true), (unknown.CostUsd, unknown.UpperBoundUsd > 0));
        Assert.Single(await world.EntriesAsync(LedgerKind.PossibleDuplicate));
        await world.AssertAnsweredAsync(batches: 0, liveCalls: 2);
    }

    [Fact]
    public async Task A_live_reply_lost_twice_is_not_bought_a_third_time()
    {
        await using var world = new EngineWorld();
        world.Fault("live_reply_lost", "chat.create", "\"times\":null");

        await world.AskAsync(1, isLive: true);
        await world.SettleAsync();

        Assert.Equal("send.uncertain", Assert.Single(await world.RequestsAsync()).FailureCode);
        Assert.Equal(2, world.LiveCallsBought);
        await world.AssertBooksAgreeAsync();
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI, "chat.create")]
    [InlineData(EngineWorld.Anthropic, "messages.create")]
    public async Task A_live_call_the_provider_refuses_fails_at_once_and_costs_nothing(string model, string operation)
    {
        await using var world = new EngineWorld();
        world.Fault("live_refused", operation);

        await world.AskAsync(1, model, isLive: true);
        await world.SettleAsync();

        Assert.Equal("send.invalid_request", Assert.Single(await world.RequestsAsync()).FailureCode);
        Assert.Empty(world.Sandbox.Bill.Lines);
        await world.AssertBooksAgreeAsync();
    }

    [Fact]
    public async Task A_live_answer_broken_in_the_middle_is_booked_as_unknown_and_bought_again_once()
    {
        await using var world = new EngineWorld();
        world.Fault("disconnect_download", "chat.create");

        await world.AskAsync(1, isLive: true);
        await world.SettleAsync();

        Assert.Single(await world.EntriesAsync(), entry => entry is { CostUsd: null, UpperBoundUsd: > 0 });
        await world.AssertAnsweredAsync(batches: 0, liveCalls: 2);
    }
}
