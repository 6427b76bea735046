using Parsimony.Engine;
using Parsimony.Providers;
using Parsimony.Providers.Google;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Storage.Sqlite;
using Parsimony.Testing;

namespace Parsimony.EndToEnd.Tests;

/// <summary>The engine's live calls at the simulated Gemini and Vertex AI under one head of 6,000 tokens: explicit caches where they pay, and a ledger that is the bill.</summary>
public sealed class ExplicitCacheTests : IAsyncDisposable
{
    private const string Gemini = "gemini/gemini-3.5-flash";
    private const string Vertex = "vertexAI/gemini-3.5-flash";

    // Longer than the simulated provider keeps anything by itself.
    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(14);

    private readonly List<IAsyncDisposable> _markets = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var market in _markets)
        {
            await market.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(Gemini)]
    [InlineData(Vertex)]
    public async Task Calls_too_seldom_for_the_providers_own_cache_are_made_over_one_that_is_kept_for_them(string model)
    {
        var plain = await BuyAsync(static _ => null, 30, Seldom, model);
        var learnt = await BuyAsync(static _ => CacheTerms.Planned, 30, Seldom, model);
        var told = await BuyAsync(static _ => CacheTerms.Planned with { Reuse = ReuseHint.Shared }, 30, Seldom, model);

        TestContext.Current.TestOutputHelper?.WriteLine($"{model}, 30 calls 14 minutes apart: plain {plain.BillUsd} USD, learnt {learnt.BillUsd} USD, told {told.BillUsd} USD");
        Assert.Equal(0, plain.Reads);
        Assert.True(learnt.BillUsd < plain.BillUsd * 0.6m);
        Assert.True(told.BillUsd < learnt.BillUsd);
        Assert.Equal((1, 1), (learnt.Made, told.Made));
    }

    [Fact]
    public async Task Where_the_provider_finds_the_head_by_itself_no_cache_is_made()
    {
        var plain = await BuyAsync(static _ => null, 50, TimeSpan.FromSeconds(40));
        var planned = await BuyAsync(static _ => CacheTerms.Planned, 50, TimeSpan.FromSeconds(40));

        Assert.Equal(49, planned.Reads);
        Assert.Equal((0, plain.BillUsd), (planned.Made, planned.BillUsd));
    }

    [Theory]
    [InlineData(Gemini)]
    [InlineData(Vertex)]
    public async Task A_cache_whose_create_is_lost_is_bought_and_booked_once(string model)
    {
        var market = await BuyAsync(static _ => CacheTerms.Planned, 12, Seldom, model, """{"rules":[{"fault":"create_reply_lost","operation":"cache.create","times":1}]}""");

        Assert.Equal(1, market.Made);
        Assert.True(market.Reads > 5);
    }

    [Theory]
    [InlineData(Gemini)]
    [InlineData(Vertex)]
    public async Task A_cache_that_somebody_deletes_fails_no_call(string model)
    {
        var market = await BuyAsync(static _ => CacheTerms.Planned, 8, Seldom, model);
        await market.DeleteCachesAsync();

        await market.SendAsync(3, Seldom);

        Assert.Equal(1, market.Made);
    }

    private async Task<Market> BuyAsync(Func<StoredRequest, CacheTerms?> caching, int calls, TimeSpan pause, string model = Gemini, string? fault = null)
    {
        var market = new Market(caching, ModelId.Parse(model), fault);
        _markets.Add(market);
        await market.SendAsync(calls, pause);
        return market;
    }

    /// <summary>An engine whose sender works when it is told to, before a provider that answers at once.</summary>
    private sealed class Market : IAsyncDisposable
    {
        private readonly ManualClock _clock = new(new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero));
        private readonly SandboxWorld _world;
        private readonly HttpClient _http;
        private readonly SqliteEngineStore _store;
        private readonly EngineRuntime _runtime;
        private readonly Sender _sender;
        private readonly ModelId _model;
        private readonly IProvider _provider;
        private int _sent;

        public Market(Func<StoredRequest, CacheTerms?> caching, ModelId model, string? fault)
        {
            _model = model;
            _store = SqliteEngineStore.OpenInMemory(clock: _clock);
            _world = new SandboxWorld(new SandboxOptions { LiveLatencyMin = TimeSpan.Zero, LiveLatencyMax = TimeSpan.Zero }, _clock);
            if (fault is not null)
            {
                _world.Faults.Replace(fault);
            }

            _http = new HttpClient(new SandboxMessageHandler(_world)) { Timeout = Timeout.InfiniteTimeSpan };
            var connection = new ProviderConnection
            {
                ApiKey = "sandbox",
                Endpoint = new Uri($"http://{model.Provider.Value.ToLowerInvariant()}.sandbox"),
                Cloud = new CloudPlace { Account = "acme-1", Location = "europe-west4" },
            };
            _provider = model.Provider == ProviderId.VertexAI ? new VertexAIProvider(connection, _http, _clock) : new GeminiProvider(connection, _http, _clock);
            _runtime = new EngineRuntime(new EngineSetup { Store = _store, Providers = new ProviderRegistry([_provider]), Clock = _clock, CacheTerms = caching });
            _sender = new Sender(_runtime.Context, 1);
        }

        private static CancellationToken Token => TestContext.Current.CancellationToken;

        public decimal BillUsd => _world.Bill.Lines.Sum(line => line.AmountPico) / 1_000_000_000_000m;

        /// <summary>Calls that read a cache.</summary>
        public int Reads => _world.Bill.Lines.Count(line => line.Usage.CacheRead > 0);

        /// <summary>Explicit caches that were made.</summary>
        public int Made { get; private set; }

        public async Task SendAsync(int calls, TimeSpan pause)
        {
            for (var call = 0; call < calls; call++)
            {
                var accepted = await _runtime.Intake.EnqueueAsync(
                    [new IntakeRequest { Envelope = SharedPrefixRun.Documents(_model, _sent++ + 1).Last(), Scope = "run", IsBulk = true, Constraints = DataConstraints.None with { NoBatch = true } }], Token);
                await _sender.RunOnceAsync(_clock.GetUtcNow(), Token);
                Assert.Equal(RequestState.Answered, (await _store.Requests.FindAsync(accepted[0].Id, Token))?.State);
                _clock.Advance(pause);
            }

            var booked = 0m;
            Made = 0;
            await foreach (var row in _store.Ledger.ReadAsync(null, Token))
            {
                booked += row.Entry.CostUsd ?? 0;
                Made += row.Entry is { Kind: LedgerKind.Correction, Usage.UncachedInput: > 0 } ? 1 : 0;
            }

            // The provider rounds storage down to a millionth of a millionth.
            Assert.Equal(BillUsd, booked, 10);
        }

        public async Task DeleteCachesAsync()
        {
            var caches = _provider.ExplicitCaches ?? throw new InvalidOperationException("The provider has explicit caches.");
            while (await caches.FindAsync(_model, "parsimony-", Token) is { } cache)
            {
                Assert.Null(await caches.DeleteAsync(cache.Name, Token));
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _runtime.DisposeAsync();
            await _store.DisposeAsync();
            _world.Dispose();
            _http.Dispose();
        }
    }
}
