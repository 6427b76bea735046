using System.Net.Http.Headers;

namespace Parsimony.Providers;

/// <summary>Where calls go and with which headers (https://docs.cohere.com/reference/chat, read 2026-11-20).</summary>
internal sealed class CohereEndpoint
{
    /// <summary>Cohere's own address; that of its layer in OpenAI's words is another.</summary>
    public static readonly Uri Own = new("https://api.cohere.com");

    private readonly ProviderConnection _connection;
    private readonly string _base;

    public CohereEndpoint(ProviderConnection connection)
    {
        var address = connection.Endpoint ?? Own;
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"The endpoint must be an absolute http or https address such as {Own}.", nameof(connection));
        }

        if (connection.Authorizer is null && (connection.ApiKey.Length == 0 || connection.ApiKey.Any(c => c is <= ' ' or > '~')))
        {
            throw new ArgumentException("The API key is empty or holds characters a header cannot carry.", nameof(connection));
        }

        if (connection.Headers.FirstOrDefault(h => h.Key.Any(c => c <= ' ') || h.Value.Any(c => c < ' ')) is { Key: not null } bad)
        {
            throw new ArgumentException($"The header '{bad.Key}' cannot be sent.", nameof(connection));
        }

        // Versions differ by call, so the address is below none of them; one that was copied with its version is understood.
        var path = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _base = path.EndsWith("/v1", StringComparison.Ordinal) || path.EndsWith("/v2", StringComparison.Ordinal) ? path[..^3] : path;
        _connection = connection;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>A request to a path with its version.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, $"{_base}/{path}");
        if (_connection.Authorizer is null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_connection.ApiKey}");
        }

        foreach (var (name, value) in _connection.Headers.Where(header => !header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)))
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>A POST of JSON.</summary>
    public HttpRequestMessage Post(string path, ReadOnlyMemory<byte> json, string? callKey = null)
    {
        var request = Request(HttpMethod.Post, path);
        request.Content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        if (callKey is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Client-Request-Id", OpenAIEndpoint.HeaderText(callKey));
        }

        return request;
    }
}
