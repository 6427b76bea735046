namespace Parsimony.Providers;

/// <summary>Where one of Google's services keeps explicit caches, and how it names what has to do with them.</summary>
/// <param name="Request">A request to a path of the service.</param>
/// <param name="Collection">The path of them all.</param>
/// <param name="Cache">The path of one, by its name.</param>
/// <param name="Model">The name of a model; null for one that has no such caches whatever its service says.</param>
internal sealed record CachePlace(Func<HttpMethod, string, HttpRequestMessage> Request, string Collection, Func<string, string> Cache, Func<string, string?> Model);
