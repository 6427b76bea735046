namespace Parsimony.Sandbox.Model;

/// <summary>One simulated provider: its name, what it answers, how its batches go, and its surface.</summary>
/// <param name="Name">The product's identifier in lower case, or an object store's name; the first part of its path in the host.</param>
/// <param name="ClientPath">What follows the name in the base address its official client takes, e.g. <c>/v1</c>; empty for nothing.</param>
/// <param name="Endpoints">What it answers, live or in a batch.</param>
/// <param name="Batches">How its batches go; null when it has none.</param>
/// <param name="Create">Makes its surface over a world.</param>
internal sealed record Twin(
    string Name, string ClientPath, IReadOnlyList<Endpoint> Endpoints, BatchHabits? Batches, Func<WorldState, BatchEngine, Twin, ProviderApi> Create)
{
    /// <summary>The endpoints by the path batches and bills name.</summary>
    public IReadOnlyDictionary<string, Endpoint> ByPath { get; } = Endpoints.ToDictionary(e => e.Path, StringComparer.Ordinal);
}
