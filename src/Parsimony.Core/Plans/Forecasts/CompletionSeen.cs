namespace Parsimony;

/// <summary>What was seen of one batch's time at its provider.</summary>
/// <param name="After">The time from its create to its end, or to when it was last looked at.</param>
/// <param name="IsCut">Whether it had not ended by then: it was cancelled, its window passed, or it still runs.</param>
/// <param name="Weight">What it counts, 0-1: less the older it is.</param>
public readonly record struct CompletionSeen(TimeSpan After, bool IsCut = false, double Weight = 1);
