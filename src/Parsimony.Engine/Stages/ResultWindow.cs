namespace Parsimony.Engine;

/// <summary>Lines of results that were read together, decided and in the order of their row numbers.</summary>
/// <param name="Settlements">What they do to their requests.</param>
/// <param name="Bytes">How much memory their answers hold.</param>
/// <param name="IsLast">Whether no more lines follow.</param>
internal sealed record ResultWindow(IReadOnlyList<Settlement> Settlements, long Bytes, bool IsLast);
