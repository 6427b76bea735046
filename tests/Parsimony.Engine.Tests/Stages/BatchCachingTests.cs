namespace Parsimony.Engine.Tests;

public sealed class BatchCachingTests : IAsyncDisposable
{
    private readonly StageWorld _world = new();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Items_that_share_a_prefix_are_marked_at_its_end_and_the_expectation_is_recorded()
    {
        var caches = await SubmitAsync("gpt-5.6-sol", shared: true);

        Assert.All(caches, cache => Assert.Equal([0], cache.Marks.Select(mark => mark.BlockIndex)));
        var possible = Assert.Single(await ReadAsync(ObservationKind.BatchHitsPossible));
        Assert.Equal((10, 9L), (possible.Size, possible.Hits));
        Assert.Equal(5, Assert.Single(await ReadAsync(ObservationKind.BatchHitsExpected)).Hits);
    }

    [Fact]
    public async Task Items_that_share_nothing_decline_what_would_be_written_by_itself()
    {
        Assert.All(await SubmitAsync("gpt-5.6-sol", shared: false), cache => Assert.Equal(CacheControl.Declined, cache));
        Assert.Empty(await ReadAsync(ObservationKind.BatchHitsPossible));
    }

    [Fact]
    public async Task Nothing_is_asked_where_writing_is_free() =>
        Assert.All(await SubmitAsync("gpt-5-mini", shared: true), cache => Assert.True(cache.IsNone));

    [Fact]
    public async Task What_batches_showed_outweighs_what_was_believed()
    {
        // Nothing was ever read here: then a write does not pay, however many share it.
        for (var batch = 0; batch < 40; batch++)
        {
            var at = _world.Now.AddHours(-batch - 1);
            var model = new ModelId(ProviderId.OpenAI, "gpt-5.6-sol");
            await _world.Store.Observations.RecordAsync(Observation.OfHits(ObservationKind.BatchHitsPossible, model, 100, 99, at), StageWorld.Token);
            await _world.Store.Observations.RecordAsync(Observation.OfHits(ObservationKind.BatchHits, model, 100, 0, at), StageWorld.Token);
        }

        Assert.All(await SubmitAsync("gpt-5.6-sol", shared: true), cache => Assert.Empty(cache.Marks));
    }

    private Task<IReadOnlyList<Observation>> ReadAsync(ObservationKind kind) => _world.Store.Observations.ReadAsync(kind, ProviderId.OpenAI, 10, StageWorld.Token);

    private async Task<List<CacheControl>> SubmitAsync(string model, bool shared)
    {
        await _world.Engine.Intake.EnqueueAsync([.. Enumerable.Range(0, 10).Select(i => new IntakeRequest
        {
            Envelope = new ChatRequest
            {
                Turns =
                [
                    new(ChatTurnRole.System, [new ChatPart.Text(new string('x', 8000) + (shared ? "" : $" {i}"))]),
                    new(ChatTurnRole.User, [new ChatPart.Text($"question {i}")]),
                ],
            }.ToEnvelope(new ModelId(ProviderId.OpenAI, model)),
            Scope = "run",
            IsBulk = true,
        })], StageWorld.Token);
        await _world.Store.Batches.FlushAsync("run", _world.Now, StageWorld.Token);
        await _world.RunAsync("submitter");
        return [.. _world.Batches.Sent.Select(item => item.Cache)];
    }
}
