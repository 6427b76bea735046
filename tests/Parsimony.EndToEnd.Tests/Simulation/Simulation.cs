using System.Text;
using Parsimony.Engine;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Storage.Sqlite;
using Parsimony.Testing;

namespace Parsimony.EndToEnd.Tests;

/// <summary>
/// One seed played to its end: two processes of the real engine, through the real renderers, on a real store, against the sandbox's model; crashes and
/// pauses at any effect, faults of the providers. Afterwards the invariants of promise 1 must hold.
/// </summary>
internal sealed class Simulation
{
    private const int MaxSteps = 60_000;
    private readonly SimulationPlan _plan;
    private readonly ManualClock _clock = new();
    private readonly SandboxWorld _world;
    private readonly SandboxMessageHandler _providers;
    private readonly SqliteEngineStore _store;
    private readonly Sabotage _sabotage;
    private readonly SimulatedProcess[] _processes = new SimulatedProcess[2];
    private readonly StringBuilder? _trace;
    private int _started;
    private bool _accepted;

    private Simulation(int seed, Sabotage sabotage, bool traces)
    {
        _plan = new SimulationPlan(seed);
        _sabotage = sabotage;
        _trace = traces ? new StringBuilder() : null;
        _world = new SandboxWorld(new SandboxOptions { Seed = (ulong)seed }, _clock);
        _providers = new SandboxMessageHandler(_world);
        _store = SqliteEngineStore.OpenInMemory(clock: _clock);
    }

    /// <summary>Plays a seed.</summary>
    /// <returns>What is wrong, an invariant a line; empty when nothing is.</returns>
    public static async Task<IReadOnlyList<string>> PlayAsync(int seed, string? sabotage = null, Action<string>? trace = null)
    {
        var simulation = new Simulation(seed, Sabotage.Parse(sabotage), trace is not null);
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

            trace?.Invoke(simulation._trace?.ToString() ?? "");
            return faults;
        }
    }

    private async Task<IReadOnlyList<string>> RunAsync()
    {
        _world.Faults.Replace(_plan.FaultRules);
        Trace($"faults {_plan.FaultRules}");
        _processes[0] = NewProcess();
        _processes[1] = NewProcess();
        for (var foreign = 0; foreign < _plan.ForeignBatches; foreign++)
        {
            await ForeignTraffic.CreateBatchAsync(_providers, 1 + _plan.Random.Next(4));
        }

        for (var step = 0; step < MaxSteps; step++)
        {
            if (step % 16 == 0 && _accepted && await IsSettledAsync())
            {
                Finish();
                return await new Invariants(_store, _world).CheckAsync();
            }

            Advance(TimeSpan.FromMilliseconds(_plan.Random.Next(1_500)));
            StepOne();
        }

        return [$"not settled after {MaxSteps} steps", .. await new Invariants(_store, _world).DescribeOpenAsync()];
    }

    /// <summary>One process makes one effect, dies, pauses, or begins its next stage.</summary>
    private void StepOne()
    {
        var index = _plan.Random.Next(_processes.Length);
        var process = _processes[index];
        if (process.PausedUntil > _clock.GetUtcNow())
        {
            index = 1 - index;
            process = _processes[index];
            if (process.PausedUntil > _clock.GetUtcNow())
            {
                Advance(TimeSpan.FromMinutes(1));
                return;
            }
        }

        if (process.Turnstile.IsIdle)
        {
            Begin(process, index);
        }
        else if (_plan.Crashes > 0 && _plan.Random.Next(40) == 0)
        {
            _plan.Crashes--;
            Trace($"{index} dies {process.Turnstile.Point}");
            process.Turnstile.Kill(Advance);
            _processes[index] = NewProcess();
        }
        else if (_plan.Pauses > 0 && _plan.Random.Next(60) == 0)
        {
            _plan.Pauses--;
            process.PausedUntil = _clock.GetUtcNow() + TimeSpan.FromMinutes(_plan.Random.Next(40));
            Trace($"{index} pauses {process.Turnstile.Point} until {process.PausedUntil:T}");
        }
        else
        {
            Trace($"{index} {process.Turnstile.Point}");
            process.Turnstile.Step(Advance);
            if (process.Turnstile.Fault is { } fault)
            {
                throw new InvalidOperationException("A stage failed.", fault);
            }
        }
    }

    private void Begin(SimulatedProcess process, int index)
    {
        process.Quiet = process.Turnstile.Result > 0 ? 0 : process.Quiet + 1;
        if (!_accepted && _plan.Random.Next(3) == 0)
        {
            process.Turnstile.Start(() => EnqueueAsync(process), Advance);
            return;
        }

        if (_processes.All(one => one.Quiet > one.StageCount))
        {
            // Nobody has anything to do at this instant.
            Advance(TimeSpan.FromSeconds(20 + _plan.Random.Next(240)));
            process.Quiet = 0;
        }

        var stage = _plan.Random.Next(process.StageCount);
        Trace($"{index} begins stage {stage} at {_clock.GetUtcNow():T}");
        process.Turnstile.Start(() => process.RunStageAsync(stage, _clock.GetUtcNow()), Advance);
        if (process.Turnstile.Fault is { } fault)
        {
            throw new InvalidOperationException("A stage failed.", fault);
        }
    }

    /// <summary>The caller: asks for everything again until it hears that all was accepted.</summary>
    private async Task<int> EnqueueAsync(SimulatedProcess process)
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
                NoBatch = request.Live,
            };
        }).ToList();
        var accepted = await process.Runtime.Intake.EnqueueAsync(requests);
        _accepted = accepted.Count == requests.Count;
        return accepted.Count;
    }

    private async Task<bool> IsSettledAsync()
    {
        var totals = await _store.Runs.ReadTotalsAsync("simulation");
        return totals is { Open: 0 } && totals.Total == _plan.Requests.Count && (await _store.Batches.ListOpenAsync(null, 10)).Count == 0;
    }

    /// <summary>Lets both processes finish what they are in the middle of: late effects must not harm what is settled.</summary>
    private void Finish()
    {
        foreach (var process in _processes)
        {
            while (!process.Turnstile.IsIdle)
            {
                process.Turnstile.Step(Advance);
            }
        }
    }

    private SimulatedProcess NewProcess() => new(_store, _providers, _clock, _plan.Random, ++_started, _sabotage);

    private void Advance(TimeSpan by) => _clock.Advance(by);

    private void Trace(string text) => _trace?.AppendLine(text);
}
