namespace Parsimony.Engine;

/// <summary>Lines of results that were read together, decided, and in the order of their row numbers.</summary>
/// <param name="Chunks">What they do to their requests, a transaction each.</param>
/// <param name="Bytes">How much memory their answers hold.</param>
internal sealed record ResultWindow(IReadOnlyList<IReadOnlyList<Settlement>> Chunks, long Bytes);
