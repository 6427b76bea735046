using Parsimony.Engine;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Storage.Sqlite;
using Parsimony.Testing;

namespace Parsimony.EndToEnd.Tests;

/// <summary>
/// One seed played to its end: one to three nodes of the real engine, through the real renderers, on one real store, against the sandbox's model. Nodes come
/// and go, are killed or stopped at any effect, lose the store or the providers; the providers have faults. Afterwards the invariants of promise 1 must hold.
/// </summary>
internal sealed class Simulation
{
    private const int MaxSteps = 60_000;
    private static readonly TimeSpan Morning = TimeSpan.FromHours(4);
    private readonly SimulationPlan _plan;
    private readonly SimulatedMarket _market;
    private readonly ManualClock _clock = new();
    private readonly SandboxWorld _world;
    private readonly SandboxMessageHandler _providers;
    private readonly SqliteEngineStore _store;
    private readonly Cluster _cluster;
    private readonly SimulationTrace _trace;
    private readonly DateTimeOffset _start;
    private bool _accepted;

    private Simulation(int seed, SimulatedMarket market, Sabotage sabotage, bool keepsText)
    {
        _plan = new SimulationPlan(seed, market);
        _market = market;
        _start = _clock.GetUtcNow();
        _trace = new SimulationTrace(keepsText);
        _world = new SandboxWorld(new SandboxOptions { Seed = (ulong)seed }, _clock);
        _providers = new SandboxMessageHandler(_world);
        _store = SqliteEngineStore.OpenInMemory(new SqliteStoreOptions { FillRandom = new Random(seed).NextBytes }, _clock);
        _cluster = new Cluster(_plan, market, _store, _providers, _clock, sabotage, _trace, Advance);
    }

    /// <summary>Plays a seed.</summary>
    /// <param name="seed">Which.</param>
    /// <param name="market">Who can be bought from; null for OpenAI and Anthropic together.</param>
    /// <param name="sabotage">What is broken on purpose; null for nothing.</param>
    /// <param name="keepsText">Whether the result tells all that happened.</param>
    public static async Task<SimulationResult> PlayAsync(int seed, SimulatedMarket? market = null, string? sabotage = null, bool keepsText = false)
    {
        var simulation = new Simulation(seed, market ?? SimulatedMarket.Two, Sabotage.Parse(sabotage), keepsText);
        await using (simulation._store)
        {
            IReadOnlyList<string> faults;
            try
            {
                faults = await simulation.RunAsync();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                faults = [exception.ToString()];
            }

            return new SimulationResult(faults, simulation._cluster.Counts, simulation._trace.Hash, simulation._trace.ToString());
        }
    }

    private async Task<IReadOnlyList<string>> RunAsync()
    {
        _cluster.Open();
        for (var foreign = 0; foreign < _plan.ForeignBatches; foreign++)
        {
            ForeignTraffic.CreateBatch(_market, _providers, _clock, foreign, 1 + _plan.Random.Next(4));
        }

        // The faults are ours alone: somebody else's batch that never ends would leave one of ours in quarantine as long.
        _world.Faults.Replace(_plan.FaultRules);
        _trace.Add($"faults {_plan.FaultRules}");
        for (var step = 0; step < MaxSteps; step++)
        {
            if (step % 32 == 0 && _accepted && await IsSettledAsync())
            {
                _cluster.Finish();
                Sweep();
                _trace.Add($"settled at {_clock.GetUtcNow():O}");
                var faults = await new Invariants(_store, _world).CheckAsync();
                return [.. _cluster.Leases.Faults, .. faults];
            }

            Advance(TimeSpan.FromMilliseconds(_plan.Random.Next(1_500)));
            StepOne();
        }

        return [$"not settled after {MaxSteps} steps", .. await new Invariants(_store, _world).DescribeOpenAsync()];
    }

    /// <summary>One stage of one node makes one effect, is disturbed, or begins.</summary>
    private void StepOne()
    {
        if (_cluster.Choose() is not { } node)
        {
            Advance(TimeSpan.FromMinutes(1));
            return;
        }

        var number = _plan.Random.Next(node.Turnstiles.Count);
        var lane = node.Turnstiles[number];
        if (lane.IsIdle)
        {
            Begin(node, number);
        }
        else if (!_cluster.Disturb(node, lane))
        {
            _trace.Add($"{node.Name}{number} {lane.Point}");
            lane.Step(Advance);
            node.GoOn(timersFirst: true);
            Note(node, lane);
        }
    }

    private void Begin(SimulatedNode node, int number)
    {
        if (node.IsLeaving)
        {
            return;
        }

        var lane = node.Turnstiles[number];
        if (!_accepted && _plan.Random.Next(3) == 0)
        {
            _trace.Add($"{node.Name}{number} enqueues");
            lane.Start("caller", () => EnqueueAsync(node), Advance);
        }
        else
        {
            if (node.IsQuiet)
            {
                // Whoever is reachable has nothing to do at this instant.
                // Late in the day only stuck batches are left, and they are waited for in longer steps; none so long that a deadline's last minutes pass unseen.
                Advance(TimeSpan.FromSeconds(_clock.GetUtcNow() - _start > Morning ? 200 + _plan.Random.Next(280) : 20 + _plan.Random.Next(240)));
                node.Quiet = 0;
            }

            var stage = node.Begin(number, Advance);
            _trace.Add($"{node.Name}{number} begins {stage} at {_clock.GetUtcNow():T}");
        }

        Note(node, lane);
    }

    private void Note(SimulatedNode node, Turnstile lane)
    {
        Cluster.ThrowUnlessOutage(lane);
        if (lane is { IsIdle: true, Result: > 0 })
        {
            // A status call concerns nobody else.
            foreach (var one in node.IsPolling(lane) ? [node] : _cluster.Nodes)
            {
                one.Quiet = 0;
            }
        }
        else if (lane.IsIdle)
        {
            node.Quiet++;
        }
    }

    /// <summary>The caller: asks for everything again until it hears that all was accepted.</summary>
    private async Task<int> EnqueueAsync(SimulatedNode node)
    {
        var seen = new Dictionary<Fingerprint, int>();
        var now = _clock.GetUtcNow();
        var requests = _plan.Requests.Select(request =>
        {
            var envelope = new ChatRequest
            {
                Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(request.Text)])],
                MaxOutputTokens = 64,
            }.ToEnvelope(ModelId.Parse(request.Model));
            var fingerprint = Fingerprinter.Of(envelope);
            var ordinal = seen.GetValueOrDefault(fingerprint);
            seen[fingerprint] = ordinal + 1;
            return new IntakeRequest
            {
                Envelope = envelope,
                Scope = "simulation",
                Ordinal = ordinal,
                Deadline = request.Deadline is { } span ? now + span : null,
                IsBulk = true,
                Constraints = DataConstraints.None with { NoBatch = request.Live },
            };
        }).ToList();
        var accepted = await node.Runtime.Intake.EnqueueAsync(requests);
        _accepted = accepted.Count == requests.Count;
        return accepted.Count;
    }

    private async Task<bool> IsSettledAsync()
    {
        var totals = await _store.Runs.ReadTotalsAsync("simulation");
        return totals is { Open: 0 } && totals.Total == _plan.Requests.Count && (await _store.Batches.ListOpenAsync(null, 10)).Count == 0;
    }

    /// <summary>A new node looks at everything twice, after all leases have ended: what the others left is booked.</summary>
    private void Sweep()
    {
        var node = _cluster.NewNode();
        for (var run = 0; run < 2 * node.StageCount; run++)
        {
            Advance(run % node.StageCount == 0 ? TimeSpan.FromMinutes(20) : TimeSpan.FromSeconds(1));
            var stage = node.Begin(0, Advance);
            var lane = node.Turnstiles[0];
            while (!lane.IsIdle)
            {
                lane.Step(Advance);
            }

            _trace.Add($"{stage} left {lane.Result}");
            Cluster.ThrowUnlessOutage(lane);
        }
    }

    private void Advance(TimeSpan by) => _clock.Advance(by);
}
