namespace Parsimony.Engine;

/// <summary>A row of decisions as stores read it.</summary>
/// <param name="First">The number of its first request.</param>
/// <param name="Context">The number of its context.</param>
/// <param name="Text">Its context.</param>
/// <param name="Reason">The number of its reason.</param>
/// <param name="Route">Its route.</param>
/// <param name="Inputs">What is its requests' own, see <see cref="DecisionPack"/>.</param>
internal sealed record DecisionRow(long First, long Context, string Text, long Reason, Route Route, ReadOnlyMemory<byte> Inputs)
{
    /// <summary>
    /// How far back a row of a request can begin. A chunk has 10,000 numbers at the most, and where several nodes are given numbers at the same time theirs lie in between.
    /// </summary>
    internal const long MostSpan = 1_000_000;

    /// <summary>Whether a request was decided by this row, and how.</summary>
    internal PackedDecision? Find(long sequence) => DecisionPack.Find(Inputs, First, sequence);
}
