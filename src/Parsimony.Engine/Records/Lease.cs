namespace Parsimony.Engine;

/// <summary>A worker's temporary right to act on a row.</summary>
/// <param name="Owner">The worker: node and process, unique per start.</param>
/// <param name="Until">When it ends by itself.</param>
public sealed record Lease(string Owner, DateTimeOffset Until);
