using System.Net.Http.Headers;

namespace Parsimony.Providers;

/// <summary>Where the Gemini API's calls go and with which headers (https://ai.google.dev/api, read 2026-11-21).</summary>
internal sealed class GeminiEndpoint
{
    /// <summary>Google's own address.</summary>
    public static readonly Uri Own = new("https://generativelanguage.googleapis.com");

    private readonly string _base;
    private readonly ProviderConnection _connection;

    public GeminiEndpoint(ProviderConnection connection)
    {
        var address = connection.Endpoint ?? Own;
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException("The endpoint must be an absolute http or https address.", nameof(connection));
        }

        if (connection.ApiKey.Any(c => c <= ' ' || c > '~') || (connection is { ApiKey.Length: 0, Authorizer: null } && !connection.Headers.ContainsKey("Authorization")))
        {
            throw new ArgumentException("The API key is empty or holds characters a header cannot carry.", nameof(connection));
        }

        // The address is given without the version; one copied from elsewhere with it is understood.
        var text = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _base = text.EndsWith("/v1beta", StringComparison.Ordinal) ? text[..^7] : text;
        _connection = connection;
        Address = new Uri(_base);
    }

    /// <summary>The address everything is below.</summary>
    public Uri Address { get; }

    /// <summary>A request to a path below the base address.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, _base + path);
        foreach (var (name, value) in _connection.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        // Key or bearer token, never both.
        if (request.Headers.Authorization is null && _connection.ApiKey.Length > 0)
        {
            request.Headers.Remove("x-goog-api-key");
            request.Headers.TryAddWithoutValidation("x-goog-api-key", _connection.ApiKey);
        }

        return request;
    }

    /// <summary>Where its explicit caches are.</summary>
    public CachePlace Caches => new(Request, "/v1beta/cachedContents", static name => Resource(name, "cachedContents"), ModelName);

    /// <summary>A POST of JSON.</summary>
    public HttpRequestMessage Post(string path, ReadOnlyMemory<byte> json)
    {
        var request = Request(HttpMethod.Post, path);
        request.Content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return request;
    }

    /// <summary>
    /// Where an upload session goes on: an address of our own host as it is; another one's path below our base address when that was configured (a proxy),
    /// and a Google host otherwise; null for anything else. The session carries no key, its address is the permission.
    /// </summary>
    public Uri? Session(string? address)
    {
        if (!Uri.TryCreate(Address, address, out var session) || string.IsNullOrEmpty(address))
        {
            return null;
        }

        if (Uri.Compare(session, Address, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0)
        {
            return session;
        }

        return _connection.Endpoint is not null ? new Uri(_base + session.PathAndQuery)
            : session.Scheme == Uri.UriSchemeHttps && session.Host.EndsWith(".googleapis.com", StringComparison.OrdinalIgnoreCase) ? session
            : null;
    }

    /// <summary>The path of a call to a model; a name with its collection (<c>tunedModels/x</c>) is left as it is.</summary>
    public static string Model(string model, string verb) => $"/v1beta/{ModelName(model)}:{verb}";

    /// <summary>A model's resource name.</summary>
    public static string ModelName(string model)
    {
        var parts = model.Split('/', 2);
        return parts.Length == 2 && parts[0] is "models" or "tunedModels" ? $"{parts[0]}/{Segment(parts[1])}" : $"models/{Segment(model)}";
    }

    /// <summary>The path of a resource named <c>collection/id</c>.</summary>
    /// <exception cref="ArgumentException">The name has no such form: the path would name something else.</exception>
    public static string Resource(string name, string collection, string verb = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        var id = name.StartsWith(collection + "/", StringComparison.Ordinal) ? name[(collection.Length + 1)..] : name;
        return $"/v1beta/{collection}/{Segment(id)}{verb}";
    }

    private static string Segment(string id) =>
        string.IsNullOrWhiteSpace(id) || id is "." or ".." ? throw new ArgumentException("An id is needed.", nameof(id)) : Uri.EscapeDataString(id);
}
