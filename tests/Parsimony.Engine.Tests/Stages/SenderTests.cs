using Parsimony.Testing;

namespace Parsimony.Engine.Tests;

public sealed class SenderTests
{
    [Fact]
    public async Task A_live_call_asks_the_prompt_cache_only_where_that_is_switched_on()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(LongRequest());
        await world.RunAsync("sender");
        world.CacheTerms = static _ => CacheTerms.Planned;
        world.Start();
        await world.EnqueueAsync(Given.LiveRequest("another") with { Profile = LongRequest().Profile, Body = LongRequest().Body });
        await world.RunAsync("sender");

        Assert.Equal([CacheControl.None, CacheControl.Declined], world.Provider.LiveCalls.Select(call => call.Cache));
        Assert.Equal(1, Assert.Single(world.Engine.Client.Caches.Standings()).Calls);
    }

    [Fact]
    public async Task Planning_that_fails_does_not_fail_the_call()
    {
        await using var world = new StageWorld { CacheTerms = static _ => throw new InvalidOperationException("The configuration is gone.") };
        world.Start();
        await world.EnqueueAsync(LongRequest());

        await world.RunAsync("sender");

        Assert.Equal(RequestState.Answered, (await world.RequestAsync(1)).State);
        Assert.Equal(CacheControl.None, Assert.Single(world.Provider.LiveCalls).Cache);
    }

    [Fact]
    public async Task A_call_whose_process_ended_is_booked_as_unknown_and_bought_again_once()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest());
        world.Provider.Live = static _ => throw new InvalidOperationException("The process ends.");
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.RunAsync("sender"));
        world.Provider.Live = static _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Answered(FakeBatches.Answer));

        await world.RunAsync("sender", TimeSpan.FromMinutes(16));
        Assert.Single(world.Provider.LiveCalls);
        await world.RunAsync("sender", TimeSpan.FromMinutes(2));

        Assert.Equal([LedgerKind.Live, LedgerKind.PossibleDuplicate], (await world.LedgerAsync()).Select(row => row.Entry.Kind));
        Assert.Equal(RequestState.Answered, (await world.RequestAsync(1)).State);
    }

    [Fact]
    public async Task Makes_no_call_when_the_lease_would_not_outlast_it()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest());
        world.Reached = point => world.Clock.Advance(point == EffectPoint.SendBefore ? TimeSpan.FromMinutes(6) : TimeSpan.Zero);

        await world.RunAsync("sender");

        Assert.Empty(world.Provider.LiveCalls);
        Assert.Equal(RequestState.Sending, (await world.RequestAsync(1)).State);
    }

    [Fact]
    public async Task Gives_up_after_its_tries()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest() with { Deadline = null });
        world.Provider.Live = static _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Refused(new ProviderFailure(FailureStage.Send, FailureCause.ServerError, 503)));

        for (var attempt = 0; attempt < 6; attempt++)
        {
            await world.RunAsync("sender", TimeSpan.FromMinutes(1));
        }

        Assert.Equal(3, world.Provider.LiveCalls.Count);
        Assert.Equal((RequestState.Failed, "send.server_error"), await world.RequestAsync(1) is var request ? (request.State, request.FailureCode) : default);
        Assert.Empty(await world.LedgerAsync());
    }

    [Fact]
    public async Task A_refusal_for_another_reason_shows_that_the_key_works_again()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest() with { Deadline = null });
        world.Provider.Live = static _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Refused(new ProviderFailure(FailureStage.Send, FailureCause.Credential, 401)));
        await world.RunAsync("sender");
        Assert.Equal(FailureCause.Credential, Assert.Single(world.Engine.Signals.Halts).Failure.Cause);

        world.Provider.Live = static _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Refused(new ProviderFailure(FailureStage.Send, FailureCause.InvalidRequest, 400)));
        await world.RunAsync("sender", TimeSpan.FromMinutes(5));

        Assert.Empty(world.Engine.Signals.Halts);
    }

    [Fact]
    public async Task A_request_without_a_bound_is_not_bought_a_second_time()
    {
        await using var world = new StageWorld();
        await world.EnqueueAsync(Given.LiveRequest() with { BoundUsd = null });
        world.Provider.Live = static _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Uncertain(new ProviderFailure(FailureStage.Send, FailureCause.Timeout)));

        await world.RunAsync("sender");
        await world.RunAsync("sender");

        Assert.Equal(Reasons.HedgeLimit, (await world.RequestAsync(1)).Reason);
        Assert.Single(world.Provider.LiveCalls);
    }

    private static NewRequest LongRequest()
    {
        var request = Given.LiveRequest(string.Join(' ', Enumerable.Range(0, 2_000)));
        return request with { Profile = request.Profile with { Model = new ModelId(ProviderId.OpenAI, "gpt-5.6-sol") } };
    }
}
