namespace Parsimony.Engine.Tests;

/// <summary>Requests that go into the provider's slower tier.</summary>
public sealed class FlexTests : IAsyncDisposable
{
    private readonly StageWorld _world = new();

    public FlexTests()
    {
        _world.Provider.IsFlexible = true;
        _world.FlexEnabled = true;
        _world.Start();
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_call_in_the_slower_tier_is_booked_at_its_price()
    {
        _world.Provider.Live = static _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Answered(FakeBatches.Answer with { Route = Route.Flex }));

        var request = await SendAsync();

        Assert.Equal((RequestState.Answered, Route.Flex), (request.State, request.Route));
        Assert.Equal(Route.Flex, Assert.Single(_world.Provider.LiveCalls).Route);
        var entry = Assert.Single(await _world.LedgerAsync()).Entry;
        Assert.Equal(Route.Flex, entry.Route);
        Assert.Equal(PriceList.Default.Price(request.Profile.Model, entry.Usage!.Value, PriceTier.Flex, _world.Now).Usd, entry.CostUsd);
        Assert.Equal(entry.BaselineUsd - entry.CostUsd, entry.SavedByTierUsd);
        Assert.True(entry.SavedByTierUsd > 0);
    }

    [Fact]
    public async Task An_answer_of_the_plain_tier_is_booked_at_the_plain_price()
    {
        _world.Provider.Live = static _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Answered(FakeBatches.Answer));

        await SendAsync();

        var entry = Assert.Single(await _world.LedgerAsync()).Entry;
        Assert.Equal((Route.Live, entry.BaselineUsd), (entry.Route, entry.CostUsd));
    }

    [Theory]
    [InlineData(FailureCause.TierFull)]
    [InlineData(FailureCause.InvalidRequest)]
    public async Task Where_the_tier_has_no_room_the_plain_call_follows_at_once_and_is_the_first_try(FailureCause cause)
    {
        _world.Provider.Live = call => Task.FromResult<LiveOutcome>(call.Route == Route.Flex
            ? new LiveOutcome.Refused(new ProviderFailure(FailureStage.Send, cause, 429))
            : new LiveOutcome.Answered(FakeBatches.Answer));

        var refused = await SendAsync();
        await _world.RunAsync("sender");

        Assert.Equal((RequestState.Queued, Route.Live, 0), (refused.State, refused.Route, refused.Sends));
        Assert.Equal((RequestState.Answered, Route.Live), ((await _world.RequestAsync(1)).State, Assert.Single(await _world.LedgerAsync()).Entry.Route));
        Assert.Equal([Route.Flex, Route.Live], _world.Provider.LiveCalls.Select(call => call.Route));
    }

    [Fact]
    public async Task A_limit_of_the_account_is_waited_for()
    {
        _world.Provider.Live = static _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Refused(new ProviderFailure(FailureStage.Send, FailureCause.RateLimited, 429, TimeSpan.FromSeconds(40))));

        await SendAsync();
        await _world.RunAsync("sender");

        Assert.Single(_world.Provider.LiveCalls);
    }

    [Fact]
    public async Task What_waited_too_long_for_the_slower_tier_is_sent_plainly()
    {
        await EnqueueAsync();
        await _world.RunAsync("sender", after: TimeSpan.FromMinutes(20));

        Assert.Equal(Route.Live, Assert.Single(_world.Provider.LiveCalls).Route);
    }

    private Task EnqueueAsync() => _world.Engine.Intake.EnqueueAsync([new IntakeRequest
    {
        Envelope = new ChatRequest { Turns = [new(ChatTurnRole.User, [new ChatPart.Text("question")])], MaxOutputTokens = 20 }.ToEnvelope(ModelId.Parse("openAI/gpt-5-mini")),
        Scope = "run",
        Deadline = _world.Now.AddMinutes(30),
    }], StageWorld.Token);

    private async Task<StoredRequest> SendAsync()
    {
        await EnqueueAsync();
        await _world.RunAsync("sender");
        return await _world.RequestAsync(1);
    }
}
