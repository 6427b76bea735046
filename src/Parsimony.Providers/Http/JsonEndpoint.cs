using System.Net.Http.Headers;

namespace Parsimony.Providers;

/// <summary>An address that takes JSON, under a key as bearer and the headers of a connection.</summary>
internal sealed class JsonEndpoint
{
    private readonly ProviderConnection _connection;
    private readonly bool _needsKey;
    private readonly string _base;

    /// <summary>Where a connection goes.</summary>
    /// <param name="connection">The address, the key and the headers.</param>
    /// <param name="own">The address where the connection has none.</param>
    /// <param name="needsKey">Whether nothing is answered without a key; where one may be absent, a header can be the credential in its place.</param>
    /// <param name="root">From the address as it was written, without a slash at its end, to what paths are below.</param>
    /// <exception cref="ArgumentException">The key, the address or a header cannot be used; the message says which.</exception>
    public JsonEndpoint(ProviderConnection connection, Uri own, bool needsKey, Func<string, string> root)
    {
        var address = connection.Endpoint ?? own;
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"The endpoint must be an absolute http or https address such as {own}.", nameof(connection));
        }

        var isFaulty = connection.ApiKey.Any(c => c is <= ' ' or > '~');
        if (needsKey ? connection.Authorizer is null && (isFaulty || connection.ApiKey.Length == 0) : isFaulty)
        {
            throw new ArgumentException($"The API key {(needsKey ? "is empty or " : "")}holds characters a header cannot carry.", nameof(connection));
        }

        if (connection.Headers.FirstOrDefault(h => h.Key.Any(c => c <= ' ') || h.Value.Any(c => c < ' ')) is { Key: not null } bad)
        {
            throw new ArgumentException($"The header '{bad.Key}' cannot be sent.", nameof(connection));
        }

        _base = root(address.GetLeftPart(UriPartial.Path).TrimEnd('/'));
        _connection = connection;
        _needsKey = needsKey;
        Address = address;
    }

    /// <summary>The address as it was given.</summary>
    public Uri Address { get; }

    /// <summary>A POST of JSON to a path below the root.</summary>
    public HttpRequestMessage Post(string path, ReadOnlyMemory<byte> json, string? callKey = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{_base}/{path}")
        {
            Content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        if (_connection.Authorizer is null && _connection.ApiKey.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_connection.ApiKey}");
        }

        foreach (var (name, value) in _connection.Headers.Where(header => !_needsKey || !header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)))
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
