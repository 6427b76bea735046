namespace Parsimony.EndToEnd.Tests;

/// <summary>How one seed ended.</summary>
/// <param name="Faults">What is wrong, an invariant a line; empty when nothing is.</param>
/// <param name="Counts">What happened in it.</param>
/// <param name="Hash">Of everything that happened.</param>
/// <param name="Text">Everything that happened, if it was to be kept.</param>
internal sealed record SimulationResult(IReadOnlyList<string> Faults, EventCounts Counts, ulong Hash, string Text);
