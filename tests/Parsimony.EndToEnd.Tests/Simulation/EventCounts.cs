namespace Parsimony.EndToEnd.Tests;

/// <summary>How often each event happened.</summary>
internal sealed class EventCounts
{
    // For 1,000 seeds: about half of what was counted over 20,000.
    private static readonly (SimulationEvent What, int Least)[] Sensible =
    [
        (SimulationEvent.OneNode, 250), (SimulationEvent.TwoNodes, 250), (SimulationEvent.ThreeNodes, 250), (SimulationEvent.Killed, 1_000),
        (SimulationEvent.Left, 300), (SimulationEvent.Joined, 1_000), (SimulationEvent.Paused, 700), (SimulationEvent.PausedPastLease, 300),
        (SimulationEvent.PausedAfterClaim, 100), (SimulationEvent.PausedAfterIntent, 40), (SimulationEvent.PausedAfterProviderAnswered, 50),
        (SimulationEvent.StoreLost, 500), (SimulationEvent.ProviderLost, 80), (SimulationEvent.BothLost, 150), (SimulationEvent.StoreCallRefused, 1_000),
        (SimulationEvent.CommitUnknown, 400), (SimulationEvent.ProviderCallRefused, 100), (SimulationEvent.ProviderReplyLost, 80),
        (SimulationEvent.TakenOver, 500), (SimulationEvent.LateWriteRefused, 100), (SimulationEvent.StaleSendFound, 100), (SimulationEvent.Rescued, 500),
        (SimulationEvent.ClocksApart, 60),
    ];

    private readonly long[] _counts = new long[Enum.GetValues<SimulationEvent>().Length];

    public long this[SimulationEvent what] => _counts[(int)what];

    public void Count(SimulationEvent what, long times = 1) => Interlocked.Add(ref _counts[(int)what], times);

    public void Add(EventCounts other)
    {
        foreach (var what in Enum.GetValues<SimulationEvent>())
        {
            Count(what, other[what]);
        }
    }

    /// <summary>The events that were too rare for a number of seeds to prove anything.</summary>
    public IReadOnlyList<string> TooRare(int seeds) =>
        [.. Sensible.Where(pair => this[pair.What] * 1_000 < (long)pair.Least * seeds).Select(pair => $"{pair.What} happened {this[pair.What]} times in {seeds} seeds")];

    public override string ToString() => string.Join(Environment.NewLine, Enum.GetValues<SimulationEvent>().Select(what => $"{what} {this[what]}"));
}
