namespace Parsimony.Engine.Tests;

/// <summary>One request of a batch goes live before the others, which may read what it wrote.</summary>
public sealed class BatchWarmUpTests : IAsyncDisposable
{
    private static readonly ModelId Sol = new(ProviderId.OpenAI, "gpt-5.6-sol");

    private readonly StageWorld _world = new();

    public BatchWarmUpTests() => Use(warms: true);

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task One_goes_live_with_the_mark_of_all_and_the_others_follow_half_a_minute_later()
    {
        await EnqueueAsync(40);

        await _world.RunAsync("submitter");
        await _world.RunAsync("sender");
        await _world.RunAsync("submitter");

        Assert.Empty(_world.Batches.Sent);
        var call = Assert.Single(_world.Provider.LiveCalls);
        Assert.Equal([0], call.Cache.Marks.Select(mark => mark.BlockIndex));
        var first = Assert.Single(await _world.RequestsAsync(40), request => request.State == RequestState.Answered);
        Assert.Equal(LedgerKind.Live, Assert.Single(await _world.LedgerAsync()).Entry.Kind);

        await _world.RunAsync("submitter", after: TimeSpan.FromSeconds(31));

        Assert.Equal(39, _world.Batches.Sent.Count);
        Assert.All(_world.Batches.Sent, item => Assert.Equal([0], item.Cache.Marks.Select(mark => mark.BlockIndex)));
        Assert.All((await _world.RequestsAsync(40)).Where(request => request.Sequence != first.Sequence), request => Assert.Equal(RequestState.Batched, request.State));
        Assert.Single(_world.Provider.LiveCalls);
    }

    [Fact]
    public async Task A_batch_is_submitted_whatever_became_of_its_warm_up()
    {
        _world.Provider.Live = static _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Refused(new ProviderFailure(FailureStage.Send, FailureCause.Overloaded, 529, TimeSpan.FromHours(1))));
        await EnqueueAsync(40);

        await _world.RunAsync("submitter");
        await _world.RunAsync("sender");
        await _world.RunAsync("submitter", after: TimeSpan.FromSeconds(31));

        Assert.Equal(39, _world.Batches.Sent.Count);
    }

    [Fact]
    public async Task Nothing_is_sent_before_a_batch_unless_it_is_asked_for()
    {
        Use(warms: false);
        await EnqueueAsync(40);

        await _world.RunAsync("submitter");

        Assert.Equal(40, _world.Batches.Sent.Count);
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(40, false)]
    public async Task Too_few_or_what_shares_nothing_is_submitted_at_once(int count, bool shared)
    {
        await EnqueueAsync(count, shared);

        await _world.RunAsync("submitter");

        Assert.Equal(count, _world.Batches.Sent.Count);
    }

    [Fact]
    public async Task Where_batches_read_nearly_always_one_more_live_call_does_not_pay()
    {
        for (var batch = 0; batch < 50; batch++)
        {
            var at = _world.Now.AddHours(-batch - 1);
            await _world.Store.Observations.RecordAsync(Observation.OfHits(ObservationKind.BatchHitsPossible, Sol, 100, 99, at), StageWorld.Token);
            await _world.Store.Observations.RecordAsync(Observation.OfHits(ObservationKind.BatchHits, Sol, 100, 99, at), StageWorld.Token);
        }

        await EnqueueAsync(12);

        await _world.RunAsync("submitter");

        Assert.Equal(12, _world.Batches.Sent.Count);
    }

    private void Use(bool warms)
    {
        var terms = CacheTerms.Planned with { WarmsBatches = warms };
        (_world.BatchCacheTerms, _world.CacheTerms) = (_ => terms, _ => terms);
        _world.Start();
    }

    private async Task EnqueueAsync(int count, bool shared = true)
    {
        await _world.Engine.Intake.EnqueueAsync([.. Enumerable.Range(0, count).Select(number => new IntakeRequest
        {
            Envelope = new ChatRequest
            {
                Turns = [new(ChatTurnRole.System, [new ChatPart.Text((shared ? "" : $"{number} ") + new string('x', 8_000))]), new(ChatTurnRole.User, [new ChatPart.Text($"question {number}")])],
            }.ToEnvelope(Sol),
            Scope = "run",
            IsBulk = true,
        })], StageWorld.Token);
        await _world.Store.Batches.FlushAsync("run", _world.Now, StageWorld.Token);
    }
}
