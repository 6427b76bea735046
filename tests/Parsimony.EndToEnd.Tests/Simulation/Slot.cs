namespace Parsimony.EndToEnd.Tests;

/// <summary>A place for a node: taken, or empty until the next comes.</summary>
internal sealed class Slot
{
    public SimulatedNode? Node { get; set; }

    /// <summary>When the next node comes; null once the schedule is over.</summary>
    public DateTimeOffset? JoinsAt { get; set; }
}
