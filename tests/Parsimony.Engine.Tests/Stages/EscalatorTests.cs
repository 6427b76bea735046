using Parsimony.Testing;

namespace Parsimony.Engine.Tests;

public sealed class EscalatorTests
{
    private static readonly ProviderFailure Broken = new(FailureStage.Cancel, FailureCause.ServerError, 500);

    [Fact]
    public async Task Cancels_a_batch_when_its_items_have_to_leave_it()
    {
        await using var world = new StageWorld();
        var batch = await world.RunningAsync(change: Due(world, hours: 5));

        await world.RunAsync("escalator", TimeSpan.FromHours(4.85));

        Assert.Equal([batch.ProviderBatchId ?? ""], world.Batches.Cancels);
        Assert.Equal(BatchState.Cancelling, (await world.BatchAsync(batch.Id)).State);
    }

    [Fact]
    public async Task Cancels_no_batch_that_holds_an_item_which_may_wait()
    {
        await using var world = new StageWorld();
        var accepted = await world.EnqueueAsync(Due(world, hours: 5)(Given.Request("hurries")), Given.Request("waits"));
        await world.Store.Batches.FlushAsync(null, world.Now, StageWorld.Token);
        await world.RunAsync("submitter");

        await world.RunAsync("escalator", TimeSpan.FromHours(4.85));

        Assert.Equal(2, accepted.Count);
        Assert.Empty(world.Batches.Cancels);
    }

    [Fact]
    public async Task Cancels_a_batch_that_nobody_waits_for_any_more()
    {
        await using var world = new StageWorld();
        var batch = await world.RunningAsync(1, change: Due(world, hours: 5));
        // Somebody else looked at the batch when it was to be cancelled: its item left by a second purchase.
        var other = new Lease("other", world.Now.AddHours(6));
        await world.Store.Batches.ClaimForPollAsync(other, 1, world.Now.AddHours(4.97), batch.Id, StageWorld.Token);
        await world.RunAsync("escalator", TimeSpan.FromHours(4.97));
        Assert.Equal(RequestState.Queued, (await world.RequestAsync(1)).State);
        Assert.Empty(world.Batches.Cancels);
        await world.Store.Batches.MarkPolledAsync(batch.Id, other, world.Now, 0, StageWorld.Token);

        await world.RunAsync("escalator");

        Assert.Equal([batch.ProviderBatchId ?? ""], world.Batches.Cancels);
    }

    [Fact]
    public async Task Never_cancels_a_suspected_batch()
    {
        await using var world = new StageWorld();
        var suspected = await world.SuspectedAsync();

        await world.RunAsync("escalator", TimeSpan.FromHours(23));
        await world.RunAsync("sender");
        await world.RunAsync("escalator");

        Assert.True(suspected.IsSuspected);
        Assert.Empty(world.Batches.Cancels);
    }

    [Fact]
    public async Task Buys_a_second_time_only_within_the_allowance_and_else_the_answer_is_late()
    {
        await using var world = new StageWorld(new EngineOptions { MaxHedgeUsd = 0.015m });
        var batch = await world.RunningAsync(change: Due(world, hours: 5));
        await world.RunAsync("escalator", TimeSpan.FromHours(4.97));
        await world.RunAsync("sender");
        world.Batches.Poll = FakeBatches.Ended;
        world.Batches.Results = _ => StageWorld.Lines(batch, 1, 2);

        await world.RunAsync("poller", TimeSpan.FromHours(1));
        await world.RunAsync("collector");

        var requests = await world.RequestsAsync();
        Assert.All(requests, request => Assert.Equal(RequestState.Answered, request.State));
        Assert.Equal([2, 1], requests.Select(request => request.Attempt));
        Assert.True(requests[1].FinishedAt > requests[1].Deadline);
        Assert.Single(await world.LedgerAsync(), row => row.Entry.Kind == LedgerKind.Hedge);
    }

    [Fact]
    public async Task All_stages_buy_a_second_time_from_one_allowance()
    {
        await using var world = new StageWorld(new EngineOptions { MaxHedgeUsd = 0.015m });
        await world.RunningAsync(1, change: Due(world, hours: 5));
        await world.RunAsync("escalator", TimeSpan.FromHours(4.97));
        await world.RunAsync("sender");
        world.Provider.Live = static _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Uncertain(new ProviderFailure(FailureStage.Send, FailureCause.Timeout)));

        await world.EnqueueAsync(Given.LiveRequest("lost") with { Deadline = null });
        await world.RunAsync("sender");

        var lost = await world.RequestAsync(2);
        Assert.Equal((RequestState.Failed, Reasons.HedgeLimit), (lost.State, lost.Reason));
    }

    [Fact]
    public async Task The_allowance_counts_what_an_earlier_process_bought()
    {
        await using var world = new StageWorld(new EngineOptions { MaxHedgeUsd = 0.0105m });
        var unpriced = FakeBatches.Answer with { Usage = null };
        world.Provider.Live = _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Answered(unpriced));
        await world.RunningAsync(2, change: Due(world, hours: 5));
        await world.RunAsync("escalator", TimeSpan.FromHours(4.97));
        await world.RunAsync("sender");

        world.Start();
        await world.RunAsync("escalator");

        Assert.Single(world.Provider.LiveCalls);
        Assert.Equal(RequestState.Batched, (await world.RequestAsync(2)).State);
    }

    [Fact]
    public async Task Under_the_policy_to_wait_nothing_is_ever_bought_again()
    {
        await using var world = new StageWorld(new EngineOptions { Uncertainty = UncertaintyPolicy.Wait });
        world.Provider.Live = static _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Uncertain(new ProviderFailure(FailureStage.Send, FailureCause.Timeout)));
        await world.RunningAsync(change: Due(world, hours: 5));
        await world.EnqueueAsync(Given.LiveRequest("lost"));
        await world.RunAsync("sender");
        await world.RunAsync("escalator", TimeSpan.FromHours(4.97));
        Assert.All(await world.RequestsAsync(), request => Assert.Equal(RequestState.Batched, request.State));

        world.Batches.Poll = FakeBatches.Ended;
        await world.RunAsync("poller", TimeSpan.FromMinutes(2));
        for (var download = 0; download < 3; download++)
        {
            await world.RunAsync("collector", TimeSpan.FromMinutes(1));
        }

        await world.RunAsync("sender");
        Assert.Single(world.Provider.LiveCalls);
        Assert.All(await world.RequestsAsync(), request => Assert.Equal((RequestState.Failed, Reasons.HedgeLimit), (request.State, request.Reason)));
    }

    [Fact]
    public async Task Takes_items_out_of_a_batch_that_was_not_submitted_without_any_allowance()
    {
        await using var world = new StageWorld(new EngineOptions { MaxHedgeUsd = 0 });
        var batch = await world.SealedAsync(change: Due(world, hours: 5));

        await world.RunAsync("escalator", TimeSpan.FromHours(4.85));
        await world.RunAsync("sender");

        Assert.Equal(BatchState.Rejected, (await world.BatchAsync(batch.Id)).State);
        Assert.Equal(2, (await world.LedgerAsync()).Count(row => row.Entry.Kind == LedgerKind.Live));
    }

    [Fact]
    public async Task Without_a_deadline_the_reason_to_leave_is_the_batch_time_out()
    {
        await using var world = new StageWorld(new EngineOptions { MaxHedgeUsd = 0 });
        var timeout = world.Now.AddHours(24);
        Func<NewRequest, NewRequest> endless = request => request with { Deadline = null, EscalateAt = timeout };
        var running = await world.RunningAsync(1, endless);
        await world.SealedAsync(1, endless, scope: "other");

        await world.RunAsync("escalator", TimeSpan.FromHours(24));
        world.Batches.Poll = FakeBatches.Ended;
        world.Batches.Results = _ => [new BatchLine { LineNumber = 1, Kind = BatchLineKind.Cancelled, CustomId = CustomId.Write(running.Key, 1, 1) }];
        await world.RunAsync("poller", TimeSpan.FromMinutes(2));
        await world.RunAsync("collector");

        Assert.All(await world.RequestsAsync(), request => Assert.Equal((RequestState.Queued, Reasons.TimedOut), (request.State, request.Reason)));
    }

    [Fact]
    public async Task A_batch_somebody_else_cancelled_is_not_blamed_on_a_deadline()
    {
        await using var world = new StageWorld();
        var batch = await world.RunningAsync(1);
        world.Batches.Poll = FakeBatches.Ended;
        world.Batches.Results = _ => [new BatchLine { LineNumber = 1, Kind = BatchLineKind.Cancelled, CustomId = CustomId.Write(batch.Key, 1, 1) }];

        await world.RunAsync("poller", TimeSpan.FromMinutes(2));
        await world.RunAsync("collector");

        Assert.Equal(Reasons.BatchCancelled, (await world.RequestAsync(1)).Reason);
    }

    [Theory]
    [InlineData(RequestState.Expired)]
    [InlineData(RequestState.Cancelled)]
    [InlineData(RequestState.Failed)]
    public async Task A_batch_answer_is_kept_although_its_hedged_request_has_ended(RequestState ended)
    {
        await using var world = new StageWorld();
        var batch = await world.RunningAsync(1, change: Due(world, hours: 5));
        await world.RunAsync("escalator", TimeSpan.FromHours(4.97));
        var failure = new ProviderFailure(FailureStage.Send, ended == RequestState.Failed ? FailureCause.InvalidRequest : FailureCause.RateLimited, 400);
        world.Provider.Live = _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Refused(failure));
        await world.RunAsync("sender");
        if (ended == RequestState.Cancelled)
        {
            await world.Store.Requests.CancelAsync("run", null, world.Now, StageWorld.Token);
        }

        await world.RunAsync("sender", TimeSpan.FromHours(1));
        var before = await world.RequestAsync(1);
        world.Batches.Poll = FakeBatches.Ended;
        world.Batches.Results = _ => StageWorld.Lines(batch, 1);
        await world.RunAsync("poller");
        await world.RunAsync("collector");

        var after = await world.RequestAsync(1);
        Assert.Equal((ended, RequestState.Answered, Reasons.AnsweredLate, null), (before.State, after.State, after.Reason, after.FailureCode));
        Assert.NotNull(await world.Store.Requests.ReadAnswerAsync(1, StageWorld.Token));
        Assert.Equal((1L, 0L, 0m), await world.TotalsAsync() is var totals ? (totals.Answered, totals.Expired + totals.Cancelled + totals.Failed, totals.ReservedUsd) : default);
        Assert.Single(await world.LedgerAsync(), row => row.Entry.CostUsd > 0);
    }

    [Fact]
    public async Task An_item_whose_deadline_passed_before_its_batch_was_submitted_expires()
    {
        await using var world = new StageWorld();
        await world.SealedAsync(change: Due(world, hours: 5));

        await world.RunAsync("escalator", TimeSpan.FromHours(6));
        await world.RunAsync("sender");

        Assert.All(await world.RequestsAsync(), request => Assert.Equal((RequestState.Expired, "send.deadline_passed"), (request.State, request.FailureCode)));
        Assert.Empty(world.Provider.LiveCalls);
    }

    [Fact]
    public async Task Items_that_may_not_leave_do_not_hide_those_behind_them()
    {
        await using var world = new StageWorld(new EngineOptions { Uncertainty = UncertaintyPolicy.Wait });
        Func<NewRequest, NewRequest> early = request => Due(world, hours: 4)(request) with { Lane = Given.Lane with { MaxRequests = 5_000 } };
        await world.RunningAsync(1_500, early);
        await world.SealedAsync(1, Due(world, hours: 5), scope: "other");

        await world.RunAsync("escalator", TimeSpan.FromHours(4.9));

        Assert.Equal(RequestState.Queued, (await world.RequestAsync(1_501)).State);
        Assert.Equal(RequestState.Batched, (await world.RequestAsync(1)).State);
    }

    [Fact]
    public async Task A_refused_cancel_is_asked_for_again_with_growing_pauses()
    {
        await using var world = new StageWorld();
        world.Batches.Cancel = static _ => Broken;
        await world.RunningAsync(change: Due(world, hours: 5));
        world.Clock.Advance(TimeSpan.FromHours(4.85));

        for (var second = 0; second < 60; second++)
        {
            await world.RunAsync("escalator", TimeSpan.FromSeconds(1));
        }

        // At 0, 5, 15 and 35 seconds.
        Assert.Equal(4, world.Batches.Cancels.Count);
    }

    [Fact]
    public async Task A_batch_whose_cancel_is_refused_is_still_polled()
    {
        await using var world = new StageWorld();
        world.Batches.Cancel = static _ => Broken;
        var batch = await world.RunningAsync(change: Due(world, hours: 5));
        world.Clock.Advance(TimeSpan.FromHours(4.85));
        world.Batches.Poll = FakeBatches.Ended;

        await world.RunAsync("escalator");
        await world.RunAsync("poller");

        Assert.Equal(BatchState.Ended, (await world.BatchAsync(batch.Id)).State);
    }

    [Fact]
    public async Task Buys_a_second_time_when_the_results_cannot_be_read_before_the_deadline()
    {
        await using var world = new StageWorld();
        var batch = await world.RunningAsync(change: Due(world, hours: 5));
        world.Batches.Poll = FakeBatches.Ended;
        world.Batches.Results = static _ => throw new ProviderException(ProviderId.OpenAI, new ProviderFailure(FailureStage.Collect, FailureCause.ServerError, 500));
        await world.RunAsync("poller", TimeSpan.FromHours(4.97));
        await world.RunAsync("collector");

        await world.RunAsync("escalator");
        await world.RunAsync("sender");
        world.Batches.Results = _ => StageWorld.Lines(batch, 1, 2);
        await world.RunAsync("collector", TimeSpan.FromMinutes(1));

        Assert.All(await world.RequestsAsync(), request => Assert.True(request.State == RequestState.Answered && request.FinishedAt < request.Deadline));
        Assert.Equal(2, (await world.LedgerAsync()).Count(row => row.Entry.Kind == LedgerKind.Hedge));
        Assert.Equal(BatchState.Collected, (await world.BatchAsync(batch.Id)).State);
    }

    [Fact]
    public async Task Buys_nothing_a_second_time_from_a_provider_that_is_not_configured_any_more()
    {
        await using var world = new StageWorld();
        await world.RunningAsync(change: Due(world, hours: 5));
        world.IsConfigured = false;
        world.Start();

        await world.RunAsync("escalator", TimeSpan.FromHours(4.97));
        await world.RunAsync("poller");

        Assert.All(await world.RequestsAsync(), request => Assert.Equal(RequestState.Batched, request.State));
    }

    private static Func<NewRequest, NewRequest> Due(StageWorld world, double hours)
    {
        var deadline = world.Now.AddHours(hours);
        return request => request with { Deadline = deadline, EscalateAt = deadline.AddMinutes(-12) };
    }
}
