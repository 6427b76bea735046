namespace Parsimony.Sandbox.Model;

/// <summary>How one of Google's two services names explicit caches and the models they are for.</summary>
/// <param name="Provider">Which service.</param>
/// <param name="Path">Where they are, for the bill.</param>
/// <param name="Cache">The name of one.</param>
/// <param name="Model">The name of its model.</param>
/// <param name="ModelOf">The model in a name; null where that has not the service's form.</param>
/// <param name="IdOf">The place and the id in a name; null where that has not the service's form.</param>
/// <param name="Malformed">Tells of a model's name without that form.</param>
/// <param name="Gone">Tells of a cache that is not there, by its id.</param>
internal sealed record CacheNames(
    string Provider, string Path, Func<StoredCache, string> Cache, Func<StoredCache, string> Model,
    Func<string, string?> ModelOf, Func<string, (string Place, string Id)?> IdOf, Refusal Malformed, Func<string, Refusal> Gone)
{
    // Replies tell a project by its number. Here all have this one.
    private const string Project = "projects/812345678901/locations/";

    /// <summary>The Gemini API's: <c>cachedContents/id</c> and <c>models/name</c> (https://ai.google.dev/api/caching, read 2026-11-22).</summary>
    /// <remarks>
    /// How a cache is told of that has expired, was deleted, never was or is somebody else's: observed, not documented. Another observation (github.com/ax-llm/ax issue 566, read 2026-11-22)
    /// has 400 for one that has expired, of an unnamed one of the two services. UNVERIFIED.
    /// </remarks>
    public static CacheNames Gemini { get; } = new(
        "gemini", "/v1beta/cachedContents", static cache => "cachedContents/" + cache.Id, static cache => "models/" + cache.Model,
        static name => name.Split('/') is ["models", { Length: > 0 } model] ? model : null,
        static name => name.Split('/') is ["cachedContents", var id] ? ("", id) : null,
        Refusal.Invalid("* CreateCachedContentRequest.cached_content.model: unexpected model name format"),
        static _ => new Refusal(403, "permission_error", "CachedContent not found (or permission denied)"));

    /// <summary>
    /// Vertex AI's, below a project and a location (https://docs.cloud.google.com/gemini-enterprise-agent-platform/reference/rest/v1beta1/projects.locations.cachedContents, read 2026-11-22). The
    /// words for a model's name are those of a report (https://github.com/ax-llm/ax/pull/513, read 2026-11-22); those for a cache that is not there, and their 404, are UNVERIFIED.
    /// </summary>
    public static CacheNames Vertex { get; } = new(
        VertexJobs.Provider, "/v1/projects/locations/cachedContents", static cache => $"{Project}{cache.Place}/cachedContents/{cache.Id}",
        static cache => $"{Project}{cache.Place}/publishers/google/models/{cache.Model}",
        static name => name.Split('/') is ["projects", _, "locations", _, "publishers", "google", "models", { Length: > 0 } model] ? model : null,
        static name => name.Split('/') is ["projects", _, "locations", var place, "cachedContents", var id] ? (place, id) : null,
        Refusal.Invalid("The Model name is malformed and it should be in form of projects/{project}/locations/{location}/publishers/google/models/{model}"),
        static id => new Refusal(404, "not_found_error", $"Not found: cached content metadata for {id}."));

    /// <summary>Whether a model is known and can have explicit caches: Gemini 2.5 and 3, not 4 and later (https://ai.google.dev/gemini-api/docs/generate-content/caching, read 2026-11-20).</summary>
    public bool Offers(string model) => GeminiPrompt.Generation(model) is >= 2.5 and < 4 && SandboxPrices.Knows(Provider, model);

    /// <summary>The pages name one smallest size for both kinds of cache; refusals of 2.5 Flash seen in 2025 had 1,024.</summary>
    public int SmallestOf(string model) => CacheRules.For(Provider, model, batch: false).MinPrefixTokens;
}
