namespace Parsimony.Engine.Tests;

/// <summary>What the prompt cache keeps, and what requests share, decides between live calls and batches.</summary>
public sealed class CacheWeighingTests : IAsyncDisposable
{
    private static readonly ModelId Sol = new(ProviderId.OpenAI, "gpt-5.6-sol");

    private readonly StageWorld _world = new();

    public CacheWeighingTests()
    {
        _world.CacheTerms = static _ => CacheTerms.Planned with { Reuse = ReuseHint.Shared };
        _world.PlannedCacheTerms = static _ => CacheTerms.Planned with { Reuse = ReuseHint.Shared };
        _world.Provider.Live = static call => Task.FromResult<LiveOutcome>(new LiveOutcome.Answered(FakeBatches.Answer with
        {
            Usage = call.Cache.Marks.Count > 0 ? new TokenUsage { CacheWriteShort = 12_000, Output = 10 } : new TokenUsage { UncachedInput = 12_000, Output = 10 },
        }));
        _world.Start();
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Many_that_begin_alike_go_live_where_reads_are_cheaper_than_a_batch_that_may_miss()
    {
        var decisions = await AcceptAsync(400);

        Assert.All(decisions, decision => Assert.Equal(Route.Live, decision.Route));
        var outlook = Assert.Single(decisions.Select(decision => decision.Input.Cache).Distinct());
        // 95 % of 399 of 400, cut to a twentieth; batches by their prior.
        Assert.Equal((0.9, 0.45, 0.1, 1.25, true, null), (outlook!.LiveHitRate, outlook.BatchHitRate, outlook.ReadMultiplier, outlook.WriteMultiplier, outlook.StacksWithBatch, outlook.WarmFor));
        Assert.InRange(outlook.PrefixTokens, 9_000, 13_000);
        Assert.Contains("cache hits 90% live and 45% in batches", Assert.Single(decisions.Select(decision => decision.Reason).Distinct()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decisions_that_weighed_the_cache_share_one_context_and_are_made_again_alike()
    {
        var decisions = await AcceptAsync(400);

        Assert.Single(decisions.Select(decision => decision.Context).Distinct());
        Assert.All(decisions, decision => Assert.Empty(decision.Replay().Differences));
    }

    [Fact]
    public async Task What_shares_nothing_goes_into_a_batch()
    {
        var decisions = await AcceptAsync(50, static number => $"{number} of a kind");

        Assert.All(decisions, decision => Assert.Equal((Route.Batch, null), (decision.Route, decision.Input.Cache)));
    }

    [Fact]
    public async Task Batches_that_were_seen_to_read_are_taken_again()
    {
        for (var batch = 0; batch < 60; batch++)
        {
            var at = _world.Now.AddMinutes(-batch - 1);
            await _world.Store.Observations.RecordAsync(Observation.OfHits(ObservationKind.BatchHitsPossible, Sol, 100, 99, at), StageWorld.Token);
            await _world.Store.Observations.RecordAsync(Observation.OfHits(ObservationKind.BatchHits, Sol, 100, 98, at), StageWorld.Token);
        }

        Assert.All(await AcceptAsync(400), decision => Assert.Equal(Route.Batch, decision.Route));
    }

    [Fact]
    public async Task More_live_calls_than_the_time_allows_are_not_counted_upon()
    {
        // 400 calls of ten seconds, sixteen at a time, are four minutes: twice that is more than there is.
        var decisions = await AcceptAsync(400, deadline: TimeSpan.FromMinutes(7));

        Assert.All(decisions, decision => Assert.Equal(0, decision.Input.Cache?.LiveHitRate));
    }

    [Fact]
    public async Task Chunks_that_went_live_before_take_time_from_the_next()
    {
        for (var chunk = 0; chunk < 3; chunk++)
        {
            var decisions = await AcceptAsync(1_000, deadline: TimeSpan.FromHours(1), scope: $"run{chunk}");

            Assert.Equal(chunk < 2 ? Route.Live : Route.Batch, Assert.Single(decisions.Select(decision => decision.Route).Distinct()));
        }
    }

    [Fact]
    public async Task A_prompt_that_is_kept_now_goes_live_and_into_a_batch_when_it_is_not_any_more()
    {
        Assert.Equal(Route.Batch, Plan(_world).Route);
        await _world.Engine.Intake.EnqueueAsync([Ask("first") with { Constraints = DataConstraints.None with { NoBatch = true } }], StageWorld.Token);
        await _world.RunAsync("sender");

        var warm = Plan(_world);
        _world.Clock.Advance(TimeSpan.FromMinutes(31));
        var cold = Plan(_world);

        Assert.Equal(Route.Live, warm.Route);
        Assert.Contains("live (warm for 30m)", warm.Reason, StringComparison.Ordinal);
        Assert.Equal((Route.Batch, null), (cold.Route, cold.Decision?.Input.Cache));
    }

    [Fact]
    public async Task A_process_that_does_not_weigh_the_cache_records_none()
    {
        _world.PlannedCacheTerms = null;
        _world.Start();

        Assert.All(await AcceptAsync(400), decision => Assert.Equal((Route.Batch, null), (decision.Route, decision.Input.Cache)));
    }

    private static NewRequest Plan(StageWorld world) => world.Engine.Intake.Prepare(Ask("later") with { Deadline = world.Now.AddHours(20) }, world.Now);

    private static IntakeRequest Ask(string question, string? instruction = null, string scope = "run") => new()
    {
        Envelope = new ChatRequest
        {
            Turns = [new(ChatTurnRole.System, [new ChatPart.Text((instruction ?? "shared") + new string('x', 44_000))]), new(ChatTurnRole.User, [new ChatPart.Text(question)])],
            MaxOutputTokens = 20,
        }.ToEnvelope(Sol),
        Scope = scope,
    };

    private async Task<List<StoredDecision>> AcceptAsync(int count, Func<int, string>? instruction = null, TimeSpan? deadline = null, string scope = "run")
    {
        var accepted = await _world.Engine.Intake.EnqueueAsync([.. Enumerable.Range(0, count).Select(number => Ask($"question {number}", instruction?.Invoke(number), scope) with
        {
            IsBulk = true,
            Deadline = deadline is { } time ? _world.Now + time : null,
        })], StageWorld.Token);
        var decisions = new List<StoredDecision>();
        foreach (var request in accepted)
        {
            decisions.Add(Assert.IsType<StoredDecision>(await _world.Store.Requests.ReadDecisionAsync(request.Sequence, StageWorld.Token)));
        }

        return decisions;
    }
}
