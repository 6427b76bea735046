namespace Parsimony.Engine;

/// <summary>A worker's temporary right to act on a row.</summary>
/// <param name="Owner">The claim: node, process and a number, never the same for two claims.</param>
/// <param name="Until">When it ends by itself.</param>
public sealed record Lease(string Owner, DateTimeOffset Until);
