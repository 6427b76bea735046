using System.Globalization;
using Parsimony.Engine;
using Parsimony.Providers;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;

namespace Parsimony.EndToEnd.Tests;

/// <summary>An engine whose loops run, against the sandbox's model, in a time that passes 200 times as fast.</summary>
internal sealed class RunningEngine : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SandboxWorld _world;
    private readonly HttpClient _http;
    private readonly IEngineStore _store;
    private readonly Task _run;

    private RunningEngine(IEngineStore store, TimeProvider clock)
    {
        _store = store;
        _world = new SandboxWorld(new SandboxOptions { BatchDurationMin = TimeSpan.FromMinutes(1), BatchDurationMax = TimeSpan.FromMinutes(1) }, clock);
        _http = new HttpClient(new SandboxMessageHandler(_world)) { Timeout = Timeout.InfiniteTimeSpan };
        var provider = ProviderFactory.Create(
            ProviderId.OpenAI, new ProviderConnection { ApiKey = "sandbox", Endpoint = new Uri("http://openai.sandbox/v1") }, _http, clock);
        Runtime = new EngineRuntime(new EngineSetup
        {
            Store = store,
            Providers = new ProviderRegistry([provider]),
            Clock = clock,
            Options = new EngineOptions { FillTime = TimeSpan.FromSeconds(5) },
            Logger = Log,
        });
        _run = Runtime.RunAsync(_stop.Token);
    }

    public EngineRuntime Runtime { get; }

    public LogBook Log { get; } = new();

    /// <summary>Time as such an engine and its store live in it.</summary>
    public static PacedClock NewClock() => new(new DateTimeOffset(2026, 9, 1, 12, 0, 0, TimeSpan.Zero), 200);

    public static RunningEngine Start(IEngineStore store, TimeProvider clock) => new(store, clock);

    /// <summary>Brings requests, every other one for a batch.</summary>
    public Task<IReadOnlyList<EnqueuedRequest>> EnqueueAsync(int from, int count) => Runtime.Intake.EnqueueAsync([.. Enumerable.Range(from, count).Select(number => new IntakeRequest
    {
        Envelope = new ChatRequest
        {
            Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(string.Create(CultureInfo.InvariantCulture, $"Question {number}: {Words(number)}"))])],
            MaxOutputTokens = 64,
        }.ToEnvelope(ModelId.Parse("openAI/gpt-5-mini")),
        Scope = "simulation",
        IsBulk = true,
        Constraints = DataConstraints.None with { NoBatch = number % 2 == 0 },
    })]);

    public async Task<List<RequestState>> WaitAsync(IEnumerable<EnqueuedRequest> requests)
    {
        var replies = await Task.WhenAll(requests.Select(request => Runtime.Client.WaitAsync(request.Id, TestContext.Current.CancellationToken)));
        return [.. replies.Select(reply => reply.Request.State)];
    }

    /// <summary>What is wrong with outcomes, ledger and bill.</summary>
    public Task<IReadOnlyList<string>> CheckAsync() => new Invariants(_store, _world).CheckAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        await Runtime.DisposeAsync();
        _http.Dispose();
        _stop.Dispose();
    }

    // Different for each number, so that it takes its room.
    private static string Words(int number)
    {
        var random = new Random(number);
        return string.Join(' ', Enumerable.Range(0, 200).Select(_ => random.Next().ToString("x8", CultureInfo.InvariantCulture)));
    }
}
