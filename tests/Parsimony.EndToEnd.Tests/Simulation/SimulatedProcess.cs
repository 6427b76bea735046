using Parsimony.Engine;
using Parsimony.Providers;

namespace Parsimony.EndToEnd.Tests;

/// <summary>One process of the simulation: an engine of its own on the shared store, every effect behind its turnstile.</summary>
internal sealed class SimulatedProcess
{
    private readonly IReadOnlyList<IStage> _stages;
    private readonly HttpClient _http;

    public SimulatedProcess(IEngineStore store, HttpMessageHandler providers, TimeProvider clock, Random random, int number, Sabotage sabotage)
    {
        _http = new HttpClient(new SimulatedNetwork(providers, Turnstile)) { Timeout = Timeout.InfiniteTimeSpan };
        ProviderConnection Connection(string host) => new() { ApiKey = "simulated", Endpoint = new Uri(host) };
        var intercepted = sabotage.Wrap(new InterceptedStore(store, Turnstile));
        var ids = new Random(random.Next());
        Runtime = new EngineRuntime(new EngineSetup
        {
            Store = intercepted,
            Providers = new ProviderRegistry(
            [
                ProviderFactory.Create(ProviderId.OpenAI, Connection("http://openai.sandbox/v1"), _http, clock),
                ProviderFactory.Create(ProviderId.Anthropic, Connection("http://anthropic.sandbox"), _http, clock),
            ]),
            Clock = clock,
            // One thing at a time: no batch here has the thirty lines after which the collector reads ahead.
            Options = new EngineOptions { ParallelSends = 1, SettleChunk = 3 },
            Owner = $"process-{number}",
            Chance = ids.NextDouble,
            RandomBytes = ids.NextBytes,
        });
        _stages = [.. EngineLoop.Stages(Runtime.Context).Select(entry => entry.Stage).Where(stage => stage is not Pruner)];
    }

    public Turnstile Turnstile { get; } = new();

    public EngineRuntime Runtime { get; }

    /// <summary>Until when the process is paused; it keeps what it knew.</summary>
    public DateTimeOffset PausedUntil { get; set; }

    /// <summary>Consecutive stage runs that found nothing to do.</summary>
    public int Quiet { get; set; }

    public int StageCount => _stages.Count;

    public Task<int> RunStageAsync(int index, DateTimeOffset now) => _stages[index].RunOnceAsync(now);
}
