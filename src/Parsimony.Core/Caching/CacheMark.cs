namespace Parsimony;

/// <summary>A cache mark: after which block of the prompt, and for how long the provider keeps the prefix.</summary>
/// <param name="BlockIndex">Index of the block in prefix order (tools, system, turns), from 0.</param>
/// <param name="Lifetime">The asked lifetime.</param>
public sealed record CacheMark(int BlockIndex, TimeSpan Lifetime);
