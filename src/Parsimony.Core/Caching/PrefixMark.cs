namespace Parsimony;

/// <summary>A mark planned after a number of leading blocks.</summary>
/// <param name="Depth">How many leading blocks it covers, from 1.</param>
/// <param name="IsLong">Whether it asks for the longer lifetime.</param>
public readonly record struct PrefixMark(int Depth, bool IsLong);
