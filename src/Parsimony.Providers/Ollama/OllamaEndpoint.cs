using System.Net.Http.Headers;

namespace Parsimony.Providers;

/// <summary>Where calls go and with which headers (https://github.com/ollama/ollama/blob/main/docs/api.md, read 2026-11-20).</summary>
internal sealed class OllamaEndpoint
{
    /// <summary>Where a server of one's own listens.</summary>
    public static readonly Uri Local = new("http://localhost:11434");

    private readonly ProviderConnection _connection;
    private readonly string _base;

    public OllamaEndpoint(ProviderConnection connection)
    {
        var address = connection.Endpoint ?? Local;
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"The endpoint must be an absolute http or https address such as {Local}.", nameof(connection));
        }

        if (connection.ApiKey.Any(c => c is <= ' ' or > '~'))
        {
            throw new ArgumentException("The API key holds characters a header cannot carry.", nameof(connection));
        }

        if (connection.Headers.FirstOrDefault(h => h.Key.Any(c => c <= ' ') || h.Value.Any(c => c < ' ')) is { Key: not null } bad)
        {
            throw new ArgumentException($"The header '{bad.Key}' cannot be sent.", nameof(connection));
        }

        // Written with and without the root of the API: the cloud's pages name https://ollama.com/api.
        var path = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _base = path.EndsWith("/api", StringComparison.Ordinal) ? path[..^4] : path;
        _connection = connection;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>A POST of JSON to a path below the API's root.</summary>
    public HttpRequestMessage Post(string path, ReadOnlyMemory<byte> json, string? callKey = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{_base}/api/{path}")
        {
            Content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        // A server of one's own ignores it; the cloud asks for it.
        if (_connection.Authorizer is null && _connection.ApiKey.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_connection.ApiKey}");
        }

        foreach (var (name, value) in _connection.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (callKey is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Client-Request-Id", OpenAIEndpoint.HeaderText(callKey));
        }

        return request;
    }
}
