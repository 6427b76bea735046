using Parsimony.Engine;
using Parsimony.Providers;

namespace Parsimony.EndToEnd.Tests;

/// <summary>One node of the simulation: an engine of its own on the shared store, with a clock of its own. Two of its stages can be under way at once.</summary>
internal sealed class SimulatedNode
{
    private const int Lanes = 2;
    private readonly IReadOnlyList<IStage> _stages;
    private readonly IStage?[] _running = new IStage?[Lanes];
    private readonly HttpClient _http;
    private int _next;

    public SimulatedNode(
        SimulatedMarket market, InterceptedStore intercepted, HttpMessageHandler providers, NodeLink link, SkewedClock clock, Random random, string name, Sabotage sabotage)
    {
        Name = name;
        Link = link;
        Clock = clock;
        _http = new HttpClient(new SimulatedNetwork(providers, link)) { Timeout = Timeout.InfiniteTimeSpan };
        var ids = new Random(random.Next());
        Runtime = new EngineRuntime(new EngineSetup
        {
            Store = sabotage.Wrap(intercepted),
            Providers = new ProviderRegistry(market.Connect(_http, clock)),
            Clock = clock,
            // No batch here has the ten chunks of lines after which the collector reads ahead: order stays the seed's.
            Options = new EngineOptions { ParallelSends = 1, SettleChunk = Math.Max(3, market.FewestRequests / 6) },
            Owner = name,
            Chance = ids.NextDouble,
            RandomBytes = ids.NextBytes,
        });
        var stages = EngineLoop.Stages(Runtime.Context).Select(entry => entry.Stage).Where(stage => stage is not Pruner).ToArray();
        random.Shuffle(stages);
        _stages = stages;
        Turnstiles = [.. Enumerable.Range(0, Lanes).Select(lane => new Turnstile($"{name}{lane}"))];
    }

    public string Name { get; }

    public NodeLink Link { get; }

    public SkewedClock Clock { get; }

    public EngineRuntime Runtime { get; }

    public IReadOnlyList<Turnstile> Turnstiles { get; }

    /// <summary>Until when it is stopped; it keeps what it knew.</summary>
    public DateTimeOffset PausedUntil { get; set; }

    /// <summary>Asked to leave: what is under way ends, nothing is begun.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Consecutive stage runs that found nothing to do.</summary>
    public int Quiet { get; set; }

    /// <summary>Whether every stage found nothing to do.</summary>
    public bool IsQuiet => Quiet >= _stages.Count && IsIdle;

    public bool IsIdle => Turnstiles.All(lane => lane.IsIdle);

    public int StageCount => _stages.Count;

    /// <summary>
    /// Wakes it. Whether the timers that fell due meanwhile fire before or after its next effect is chance, but for a call it was about to make:
    /// there they fire first, or a create could leave long after its lease. Between the engine's last look at its clock and the first byte
    /// on the wire no program can exclude that; a provider would have to know the lease.
    /// </summary>
    public void GoOn(bool timersFirst)
    {
        if (Clock.IsStopped && (timersFirst || Turnstiles.Any(lane => lane is { IsIdle: false, Kind: EffectKind.Provider, IsCritical: false })))
        {
            Clock.GoOn();
        }
    }

    /// <summary>Begins the next stage that is not under way in the other lane: a process has one loop for each.</summary>
    /// <returns>The stage's name.</returns>
    public string Begin(int lane, Action<TimeSpan> advance)
    {
        _running[lane] = null;
        do
        {
            _next = (_next + 1) % _stages.Count;
        }
        while (_running.Contains(_stages[_next]));
        var stage = _stages[_next];
        _running[lane] = stage;
        Turnstiles[lane].Start(stage.Name, () => stage.RunOnceAsync(Clock.GetUtcNow()), advance);
        return stage.Name;
    }

    /// <summary>Whether the last stage of a lane was the poller.</summary>
    public bool IsPolling(Turnstile lane) => _running[Turnstiles.ToList().IndexOf(lane)] is Poller;

    public void Kill(Action<TimeSpan> advance)
    {
        foreach (var lane in Turnstiles)
        {
            lane.Kill(advance);
        }
    }
}
