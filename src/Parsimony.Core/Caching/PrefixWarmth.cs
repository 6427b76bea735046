namespace Parsimony;

/// <summary>What a provider keeps of a prompt now, as far as is known.</summary>
/// <param name="Tokens">Tokens that can be read, or are being written by a call under way; 0 for none.</param>
/// <param name="Until">Until when, unless it is read before.</param>
/// <param name="Chance">How likely what is thought to be kept is found, 0-1, by what was measured.</param>
public readonly record struct PrefixWarmth(int Tokens, DateTimeOffset Until, double Chance);
