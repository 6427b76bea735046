using Parsimony.Testing;

namespace Parsimony.Engine.Tests;

public sealed class ExplicitCachingTests
{
    // Gemini 3.5 Flash: input 1.50 USD a million tokens, storage 1.00 a million and hour (https://ai.google.dev/gemini-api/docs/pricing, 2026-09-23).
    private const string Flash = "gemini-3.5-flash";

    private readonly FakeExplicitCaches _caches = new();

    [Fact]
    public async Task Calls_of_one_head_are_made_over_a_cache_once_that_pays_and_the_cache_is_booked()
    {
        await using var world = World();

        await SendAsync(world, 6);

        Assert.Equal([null, null, null, "caches/1", "caches/1", "caches/1"], world.Provider.LiveCalls.Select(call => call.Cache.ExplicitCache));
        var (rows, corrected) = await BookedAsync(world);
        Assert.Null(Assert.Single(rows).Entry.CostUsd);
        var entry = Assert.Single(corrected).Entry;
        Assert.Equal((5_000 * 1.5m / 1_000_000) + (5_000 * 1m / 12 / 1_000_000), entry.CostUsd);
        Assert.Equal(0m, entry.BaselineUsd);
        Assert.Equal(-entry.CostUsd, entry.SavedByCacheUsd);
        Assert.Equal(5_000, entry.Usage?.UncachedInput);
        Assert.Equal(entry.CostUsd, (await world.Store.Runs.ReadTotalsAsync("explicit-caches", StageWorld.Token))?.SpentUsd);
    }

    [Fact]
    public async Task Terms_that_say_the_head_is_shared_are_believed_at_its_first_return()
    {
        await using var world = World();
        world.CacheTerms = static _ => new CacheTerms { Reuse = ReuseHint.Shared };
        world.Start();

        await SendAsync(world, 3);

        Assert.Equal([null, "caches/1", "caches/1"], world.Provider.LiveCalls.Select(call => call.Cache.ExplicitCache));
    }

    [Fact]
    public async Task Calls_of_another_head_or_model_or_with_caching_off_share_nothing()
    {
        await using var world = World();
        for (var call = 0; call < 6; call++)
        {
            await SendAsync(world, 1, head: $"instructions {call}");
        }

        await SendAsync(world, 6, model: "gemini-4-argon");
        world.CacheTerms = static _ => new CacheTerms { Strategy = CacheStrategy.Automatic };
        world.Start();
        await SendAsync(world, 6);
        world.CacheTerms = static _ => null;
        world.Start();
        await SendAsync(world, 6);

        Assert.All(world.Provider.LiveCalls, call => Assert.Null(call.Cache.ExplicitCache));
        Assert.Empty(_caches.Made);
    }

    [Fact]
    public async Task A_cache_lives_on_while_calls_come_and_every_minute_is_paid_once()
    {
        await using var world = World();

        await SendAsync(world, 24, pause: TimeSpan.FromSeconds(30));

        Assert.Single(_caches.Made);
        Assert.Equal(2, _caches.Extended);
        var (_, corrected) = await BookedAsync(world);
        var minutes = (decimal)(_caches.Found(0).ExpiresAt - _caches.MadeAt[0] ?? default).TotalMinutes;
        Assert.Equal((5_000 * 1.5m / 1_000_000) + (5_000 * 1m * minutes / 60 / 1_000_000), corrected.Sum(row => row.Entry.CostUsd ?? 0), 12);
    }

    [Fact]
    public async Task Another_process_finds_the_cache_and_does_not_buy_it_again()
    {
        await using var world = World();
        await SendAsync(world, 6);
        world.Start();

        await SendAsync(world, 6);

        Assert.Single(_caches.Made);
        Assert.Equal("caches/1", world.Provider.LiveCalls[^1].Cache.ExplicitCache);
        Assert.Single((await BookedAsync(world)).Corrected);
    }

    [Fact]
    public async Task A_create_whose_reply_is_lost_is_found_by_its_label_and_bought_once()
    {
        await using var world = World();
        _caches.Lose = true;

        await SendAsync(world, 6);

        Assert.Single(_caches.Made);
        Assert.Equal("caches/1", world.Provider.LiveCalls[^1].Cache.ExplicitCache);
        Assert.Single((await BookedAsync(world)).Corrected);
    }

    [Fact]
    public async Task A_create_nobody_knows_of_stays_unknown_with_its_bound_and_is_not_tried_at_once()
    {
        await using var world = World();
        _caches.Failure = new ProviderFailure(FailureStage.Create, FailureCause.Timeout);

        await SendAsync(world, 10);

        var (rows, corrected) = await BookedAsync(world);
        Assert.True(Assert.Single(rows).Entry.UpperBoundUsd > 5_000 * 1.5m / 1_000_000);
        Assert.Empty(corrected);
        Assert.All(world.Provider.LiveCalls, call => Assert.Null(call.Cache.ExplicitCache));
    }

    [Fact]
    public async Task A_create_that_is_refused_costs_nothing_and_calls_go_on()
    {
        await using var world = World();
        _caches.Failure = new ProviderFailure(FailureStage.Create, FailureCause.InvalidRequest, 400);

        await SendAsync(world, 10);

        Assert.Equal(0m, Assert.Single((await BookedAsync(world)).Corrected).Entry.CostUsd);
        Assert.Equal(10, world.Provider.LiveCalls.Count);
    }

    [Fact]
    public async Task A_call_whose_cache_is_gone_is_made_without_it_at_once()
    {
        await using var world = World();
        await SendAsync(world, 5);
        world.Provider.Live = call => Task.FromResult<LiveOutcome>(call.Cache.ExplicitCache is null
            ? new LiveOutcome.Answered(Answer(call))
            : new LiveOutcome.Refused(new ProviderFailure(FailureStage.Send, FailureCause.Permission, 403)));

        await SendAsync(world, 3);

        Assert.Equal(["caches/1", null, null, null], world.Provider.LiveCalls.Skip(5).Select(call => call.Cache.ExplicitCache));
        Assert.Equal(RequestState.Answered, (await world.RequestAsync(6)).State);
    }

    [Fact]
    public async Task A_hard_budget_that_has_no_room_keeps_a_cache_from_being_made()
    {
        await using var world = World();
        await world.Store.Budgets.SetAsync(
            new Budget { Dimension = BudgetDimension.All, Period = BudgetPeriod.Day, LimitUsd = 0.045m, IsHard = true }, world.Now, StageWorld.Token);

        // The fourth call, which would make it, fits itself.
        await SendAsync(world, 4);

        Assert.Empty(_caches.Made);
        Assert.Empty((await BookedAsync(world)).Rows);
    }

    private StageWorld World()
    {
        var world = new StageWorld { Provider = new FakeProvider(ProviderId.Gemini) { ExplicitCaches = _caches }, CacheTerms = static _ => CacheTerms.Planned };
        _caches.Clock = world.Clock;
        world.Provider.Live = static call => Task.FromResult<LiveOutcome>(new LiveOutcome.Answered(Answer(call)));
        world.Start();
        return world;
    }

    private static Answer Answer(LiveCall call) => FakeBatches.Answer with
    {
        Usage = call.Cache.ExplicitCache is null ? new TokenUsage { UncachedInput = 6_000, Output = 10 } : new TokenUsage { CacheRead = 5_000, UncachedInput = 1_000, Output = 10 },
    };

    private static async Task SendAsync(StageWorld world, int calls, string head = "instructions", string model = Flash, TimeSpan? pause = null)
    {
        for (var call = 0; call < calls; call++)
        {
            var envelope = new ChatRequest
            {
                Turns =
                [
                    new ChatTurn(ChatTurnRole.System, [new ChatPart.Text(head + string.Join(' ', Enumerable.Range(0, 5_000)))]),
                    new ChatTurn(ChatTurnRole.User, [new ChatPart.Text($"document {world.Provider.LiveCalls.Count}")]),
                ],
            }.ToEnvelope(new ModelId(ProviderId.Gemini, model));
            var request = Given.LiveRequest($"document {world.Provider.LiveCalls.Count}");
            await world.EnqueueAsync(request with { Profile = request.Profile with { Model = envelope.Model }, Body = envelope.Bytes });
            await world.RunAsync("sender", pause ?? TimeSpan.FromSeconds(10));
        }
    }

    private static async Task<(IReadOnlyList<LedgerRow> Rows, IReadOnlyList<LedgerRow> Corrected)> BookedAsync(StageWorld world)
    {
        var rows = (await world.LedgerAsync()).Where(row => row.Entry.Route == Route.Live && row.Entry.Kind is LedgerKind.ExplicitCache or LedgerKind.Correction).ToArray();
        return ([.. rows.Where(row => row.Entry.Kind == LedgerKind.ExplicitCache)], [.. rows.Where(row => row.Entry.Kind == LedgerKind.Correction)]);
    }

    /// <summary>Explicit caches of a provider that makes, keeps and loses what a test says.</summary>
    private sealed class FakeExplicitCaches : IExplicitCaches
    {
        public List<ExplicitCache> Made { get; } = [];

        public List<DateTimeOffset> MadeAt { get; } = [];

        public int Extended { get; private set; }

        public bool Lose { get; set; }

        public ProviderFailure? Failure { get; set; }

        public TimeProvider Clock { get; set; } = TimeProvider.System;

        public ExplicitCache Found(int number) => Made[number];

        public ReadOnlyMemory<byte>? RenderHead(Envelope envelope) =>
            System.Text.Encoding.UTF8.GetBytes(ChatRequest.FromEnvelope(envelope).Turns[0].Parts.OfType<ChatPart.Text>().First().Value);

        public Task<ExplicitCache> CreateAsync(ModelId model, ReadOnlyMemory<byte> head, TimeSpan lifetime, string label, CancellationToken cancellationToken = default)
        {
            if (Failure is { } failure)
            {
                throw new ProviderException(model.Provider, failure);
            }

            Made.Add(new ExplicitCache { Name = $"caches/{Made.Count + 1}", Label = label, Tokens = 5_000, ExpiresAt = Clock.GetUtcNow() + lifetime });
            MadeAt.Add(Clock.GetUtcNow());
            return Lose ? throw new ProviderException(model.Provider, new ProviderFailure(FailureStage.Create, FailureCause.Transport)) : Task.FromResult(Made[^1]);
        }

        public Task<ExplicitCache> ExtendAsync(string name, TimeSpan lifetime, CancellationToken cancellationToken = default)
        {
            Extended++;
            var at = Made.FindIndex(cache => cache.Name == name);
            Made[at] = Made[at] with { ExpiresAt = Clock.GetUtcNow() + lifetime };
            return Task.FromResult(Made[at]);
        }

        public Task<ExplicitCache?> FindAsync(ModelId model, string label, CancellationToken cancellationToken = default) =>
            Task.FromResult(Made.Where(cache => cache.Label?.StartsWith(label, StringComparison.Ordinal) == true && cache.ExpiresAt > Clock.GetUtcNow()).MaxBy(cache => cache.ExpiresAt));

        public Task<ProviderFailure?> DeleteAsync(string name, CancellationToken cancellationToken = default) => Task.FromResult<ProviderFailure?>(null);
    }
}
