namespace Parsimony.EndToEnd.Tests;

/// <summary>How often each event happened.</summary>
internal sealed class EventCounts
{
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

    public override string ToString() => string.Join(Environment.NewLine, Enum.GetValues<SimulationEvent>().Select(what => $"{what} {this[what]}"));
}
