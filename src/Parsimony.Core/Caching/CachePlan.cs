namespace Parsimony;

/// <summary>The marks of one prompt, and what they were decided on.</summary>
/// <param name="Marks">After how many leading blocks each mark stands, and for which lifetime; empty for none.</param>
/// <param name="Hit">How many leading blocks are taken to be readable from the cache.</param>
public sealed record CachePlan(IReadOnlyList<PrefixMark> Marks, int Hit)
{
    /// <summary>Probability that a later prompt begins with all of this one while its entry lives.</summary>
    public double ContinuedProbability { get; init; }

    /// <summary>Probability that a later prompt shares the first <see cref="SharedDepth"/> blocks while their entry lives.</summary>
    public double SharedProbability { get; init; }

    /// <summary>How many leading blocks other prompts had too.</summary>
    public int SharedDepth { get; init; }

    /// <summary>The prefix the prompt ended at, and its last block, by which the planner knows it again.</summary>
    internal int End { get; init; }

    internal ulong Block { get; init; }

    /// <summary>When it was made, in the planner's seconds.</summary>
    internal double At { get; init; }
}
