using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Parsimony.Engine;
using Parsimony.Providers;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Storage.Sqlite;

namespace Parsimony.EndToEnd.Tests;

/// <summary>A pile of documents under one long instruction, bought in batches of a simulated provider in one of several ways.</summary>
internal sealed class SharedPrefixRun : IAsyncDisposable
{
    // A time in which a batch of forty minutes takes a few seconds.
    private const double BatchSpeed = 600;

    // A time in which a call's patience and a cache's life last for seconds.
    private const double LiveSpeed = 20;

    private readonly PacedClock _pace;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly SandboxWorld _world;
    private readonly HttpClient _http;
    private readonly SqliteEngineStore _store;
    private readonly EngineRuntime _runtime;
    private readonly Task _run;

    public SharedPrefixRun(ProviderId provider, Func<ModelId, CacheTerms?> caching, bool isLive = false, bool weighs = false, bool takesFlex = false)
    {
        _pace = new PacedClock(new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.Zero), isLive ? LiveSpeed : BatchSpeed);
        _clock = _pace.Time;
        _store = SqliteEngineStore.OpenInMemory(clock: _clock);
        _world = new SandboxWorld(new SandboxOptions { BatchDurationMin = TimeSpan.FromMinutes(40), BatchDurationMax = TimeSpan.FromMinutes(40) }, _clock);
        _http = new HttpClient(new SandboxMessageHandler(_world, _clock)) { Timeout = Timeout.InfiniteTimeSpan };
        var address = provider == ProviderId.OpenAI ? "http://openai.sandbox/v1" : $"http://{provider.Value}.sandbox";
        _runtime = new EngineRuntime(new EngineSetup
        {
            Store = _store,
            Providers = new ProviderRegistry([ProviderFactory.Create(provider, new ProviderConnection { ApiKey = "sandbox", Endpoint = new Uri(address) }, _http, _clock)]),
            Clock = _clock,
            // Thousands of long prompts take their real time to be written, and that is hours of a batch's.
            Options = new EngineOptions { FillTime = TimeSpan.FromMinutes(2), SendLimit = TimeSpan.FromHours(8), LeaseTime = TimeSpan.FromHours(12) },
            BatchCacheTerms = caching,
            CacheTerms = request => caching(request.Profile.Model),
            PlannedCacheTerms = weighs ? request => caching(request.Envelope.Model) : null,
            FlexEnabled = _ => takesFlex,
        });
        _run = _runtime.RunAsync(_stop.Token);
    }

    public IEngineStore Store => _store;

    /// <summary>The simulated providers' bill, in USD.</summary>
    public decimal BillUsd => _world.Bill.Lines.Sum(line => line.AmountPico) / 1_000_000_000_000m;

    /// <summary>The share of the bill's requests that read the cache.</summary>
    public double HitRate => _world.Bill.Lines.Count(line => line.Usage.CacheRead > 0) / (double)_world.Bill.Lines.Count;

    /// <summary>How the answers were bought, and how often.</summary>
    public IEnumerable<(string Kind, int Count)> Kinds => _world.Bill.Lines.CountBy(line => line.Kind).Select(kind => (kind.Key, kind.Value));

    /// <summary>Buys the answers and waits for them.</summary>
    public async Task BuyAsync(IEnumerable<Envelope> envelopes, bool isLive = false, TimeSpan? within = null)
    {
        var accepted = await _runtime.Intake.EnqueueAsync(
            [.. envelopes.Select(envelope => new IntakeRequest
            {
                Envelope = envelope,
                Scope = "simulation",
                IsBulk = true,
                Deadline = within is { } time ? _clock.GetUtcNow() + time : null,
                Constraints = DataConstraints.None with { NoBatch = isLive },
            })], TestContext.Current.CancellationToken);
        var replies = await Task.WhenAll(accepted.Select(request => _runtime.Client.WaitAsync(request.Id, TestContext.Current.CancellationToken)));
        Assert.All(replies, reply => Assert.Equal(RequestState.Answered, reply.Request.State));
        Assert.Empty(await new Invariants(_store, _world).CheckAsync());
    }

    /// <summary>Waits until a batch's hits are recorded, which follows its last answer.</summary>
    public async Task<Observation> HitsAsync(ProviderId provider)
    {
        while (true)
        {
            if (await _store.Observations.ReadAsync(ObservationKind.BatchHits, provider, 1, TestContext.Current.CancellationToken) is [var hits])
            {
                return hits;
            }

            await Task.Delay(TimeSpan.FromMinutes(1), _clock, TestContext.Current.CancellationToken);
        }
    }

    public static IEnumerable<Envelope> Documents(ModelId model, int count) => Enumerable.Range(0, count).Select(number => new ChatRequest
    {
        Turns =
        [
            new ChatTurn(ChatTurnRole.System, [new ChatPart.Text(Instructions)]),
            new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(Document(number))]),
        ],
        MaxOutputTokens = 32,
    }.ToEnvelope(model));

    /// <summary>The same with the mark where many put it: at the end of every prompt.</summary>
    public static IEnumerable<Envelope> MarkedAtTheEnd(ModelId model, int count) => Enumerable.Range(0, count).Select(number =>
    {
        var body = new JsonObject
        {
            ["model"] = model.Name,
            ["max_tokens"] = 32,
            ["system"] = Instructions,
            ["messages"] = new JsonArray(new JsonObject
            {
                ["role"] = "user",
                ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = Document(number), ["cache_control"] = new JsonObject { ["type"] = "ephemeral" } }),
            }),
        };
        return new Envelope { Kind = EndpointKind.Messages, Dialect = Dialect.Anthropic, Model = model, Bytes = Encoding.UTF8.GetBytes(body.ToJsonString()) };
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        await _runtime.DisposeAsync();
        await _pace.DisposeAsync();
        await _store.DisposeAsync();
        _world.Dispose();
        _http.Dispose();
        _stop.Dispose();
    }

    // About 6,000 tokens.
    private static string Instructions { get; } = string.Join(' ', Enumerable.Range(0, 3000).Select(number => string.Create(CultureInfo.InvariantCulture, $"rule{number % 977:000}")));

    private static string Document(int number) => string.Create(CultureInfo.InvariantCulture, $"Document {number}: which of the rules applies to case {number * 7919 % 10007}, and why?");
}
