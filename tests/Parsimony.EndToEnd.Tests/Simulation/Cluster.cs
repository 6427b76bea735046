using Parsimony.Engine;

namespace Parsimony.EndToEnd.Tests;

/// <summary>The nodes of one schedule, and what befalls them: they come, leave, are killed, stop for a while, and lose the store or the providers.</summary>
internal sealed class Cluster(
    SimulationPlan plan, SimulatedMarket market, IEngineStore store, HttpMessageHandler providers, TimeProvider clock, Sabotage sabotage, SimulationTrace trace, Action<TimeSpan> advance)
{
    private static readonly TimeSpan LeaseAndMargin = TimeSpan.FromMinutes(18);
    private readonly SharedClock _shared = new(clock, sabotage.LeasesByNodeClock);
    private readonly Slot[] _slots = [.. Enumerable.Range(0, plan.Nodes).Select(_ => new Slot())];
    private int _started;

    public EventCounts Counts { get; } = new();

    public LeaseBook Leases { get; private set; } = null!;

    public IEnumerable<SimulatedNode> Nodes => _slots.Select(slot => slot.Node).OfType<SimulatedNode>();

    /// <summary>The first nodes; some come later.</summary>
    public void Open()
    {
        Leases = new LeaseBook(clock, Counts);
        Counts.Count(SimulationEvent.OneNode + plan.Nodes - 1);
        foreach (var slot in _slots)
        {
            if (slot == _slots[0] || plan.Random.Next(3) > 0)
            {
                slot.Node = NewNode();
            }
            else
            {
                slot.JoinsAt = clock.GetUtcNow() + TimeSpan.FromMinutes(plan.Random.Next(120));
            }
        }

        Counts.Count(SimulationEvent.ClocksApart, Nodes.Any() && Nodes.Max(node => node.Clock.Skew) - Nodes.Min(node => node.Clock.Skew) > TimeSpan.FromSeconds(30) ? 1 : 0);
    }

    /// <summary>A node that can do something now; null when all are stopped or away.</summary>
    public SimulatedNode? Choose()
    {
        var now = clock.GetUtcNow();
        var from = plan.Random.Next(_slots.Length);
        SimulatedNode? quiet = null;
        for (var step = 0; step < _slots.Length; step++)
        {
            var slot = _slots[(from + step) % _slots.Length];
            Settle(slot, now);
            if (slot.Node is not { } node || node.PausedUntil > now)
            {
                continue;
            }

            if (!node.IsQuiet)
            {
                return node;
            }

            quiet ??= node;
        }

        return quiet;
    }

    /// <summary>Perhaps something befalls the node where the lane stands.</summary>
    /// <returns>True when it did.</returns>
    public bool Disturb(SimulatedNode node, Turnstile lane)
    {
        if (plan.Random.Next(lane.IsCritical ? 9 : 120) > 0 || plan.TakeDisturbance() is not { } disturbance)
        {
            return false;
        }

        trace.Add($"{node.Name}: {disturbance} {lane.Point}");
        switch (disturbance)
        {
            case Disturbance.Kill:
                Counts.Count(SimulationEvent.Killed);
                Remove(node, isKilled: true);
                break;
            case Disturbance.Leave:
                node.IsLeaving = true;
                break;
            case Disturbance.Pause:
                Pause(node, lane);
                break;
            default:
                LoseLink(node, lane, isBoth: plan.Random.Next(4) == 0);
                break;
        }

        return true;
    }

    /// <summary>The schedule is over: everybody is reached again, and ends what is under way.</summary>
    public void Finish()
    {
        foreach (var node in Nodes.ToList())
        {
            node.Link.Mend();
            node.GoOn(timersFirst: true);
            node.Clock.GoOn();
            foreach (var lane in node.Turnstiles)
            {
                while (!lane.IsIdle)
                {
                    lane.Step(advance);
                }

                ThrowUnlessOutage(lane);
            }
        }
    }

    public SimulatedNode NewNode()
    {
        var name = $"node-{++_started}";
        var skew = TimeSpan.FromMilliseconds(plan.Random.Next(-30_000, 30_001));
        var link = new NodeLink(clock, Counts);
        var path = new StorePath(link, _shared, Leases, sabotage.ForgesOwners);
        trace.Add($"{name} comes, its clock off by {skew}");
        return new SimulatedNode(market, new InterceptedStore(store, path), providers, link, new SkewedClock(clock, skew), plan.Random, $"{name}/", sabotage);
    }

    /// <summary>A stage may fail while its node cannot reach the store, for no other reason.</summary>
    public static void ThrowUnlessOutage(Turnstile lane)
    {
        if (lane.Fault is { } fault && !SimulatedOutage.IsIn(fault))
        {
            throw new InvalidOperationException("A stage failed.", fault);
        }
    }

    private void Settle(Slot slot, DateTimeOffset now)
    {
        if (slot.Node is { IsLeaving: true, IsIdle: true } leaving)
        {
            Counts.Count(SimulationEvent.Left);
            Remove(leaving, isKilled: false);
        }

        if (slot.Node is null && slot.JoinsAt <= now)
        {
            Counts.Count(SimulationEvent.Joined);
            slot.Node = NewNode();
        }

        if (slot.Node is { Clock.IsStopped: true } paused && paused.PausedUntil <= now)
        {
            paused.GoOn(plan.Random.Next(2) == 0);
        }
    }

    private void Remove(SimulatedNode node, bool isKilled)
    {
        var slot = _slots.Single(one => one.Node == node);
        slot.Node = null;
        slot.JoinsAt = clock.GetUtcNow() + TimeSpan.FromMinutes(Math.Max(0, plan.Random.Next(-40, 40)));
        if (isKilled)
        {
            node.Kill(advance);
        }
    }

    private void Pause(SimulatedNode node, Turnstile lane)
    {
        var length = plan.Random.Next(3) == 0 ? TimeSpan.FromSeconds(plan.Random.Next(900)) : LeaseAndMargin + TimeSpan.FromSeconds(plan.Random.Next(2_400));
        node.PausedUntil = clock.GetUtcNow() + length;
        node.Clock.Stop();
        Counts.Count(SimulationEvent.Paused);
        if (length < LeaseAndMargin || !Leases.Holds(node.Name))
        {
            return;
        }

        Counts.Count(SimulationEvent.PausedPastLease);
        if (lane.IsCritical)
        {
            Counts.Count(lane.Kind == EffectKind.Provider ? SimulationEvent.PausedAfterProviderAnswered
                : lane.Point == $"after {nameof(ISubmissionStore.MarkCreateSentAsync)}" || lane.Point == $"after {nameof(IRequestStore.ClaimForSendAsync)}"
                    ? SimulationEvent.PausedAfterIntent : SimulationEvent.PausedAfterClaim);
        }
    }

    private void LoseLink(SimulatedNode node, Turnstile lane, bool isBoth)
    {
        lane.Lose();
        var until = clock.GetUtcNow() + TimeSpan.FromSeconds(Math.Max(0, plan.Random.Next(-1_800, 1_800)));
        if (isBoth || lane.Kind == EffectKind.Store)
        {
            node.Link.StoreLostUntil = until;
        }

        if (isBoth || lane.Kind == EffectKind.Provider)
        {
            node.Link.ProvidersLostUntil = until;
        }

        Counts.Count(isBoth ? SimulationEvent.BothLost : lane.Kind == EffectKind.Store ? SimulationEvent.StoreLost : SimulationEvent.ProviderLost);
    }
}
