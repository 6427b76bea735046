namespace Parsimony;

/// <summary>A route that somebody asked for: obeyed where it can be, its regret recorded.</summary>
/// <param name="Route">The route.</param>
/// <param name="Setting">Who says so, for example <c>optimizationPreference=cache</c>.</param>
public sealed record RoutePreference(Route Route, string Setting);
