using System.Net.Http.Headers;
using System.Text;

namespace Parsimony.Providers;

/// <summary>Where calls go and with which headers (https://platform.openai.com/docs/api-reference, read 2026-11-20).</summary>
internal sealed class OpenAIEndpoint
{
    private readonly string _base;
    private readonly ProviderConnection _connection;
    private readonly string? _keyHeader;

    public OpenAIEndpoint(ProviderConnection connection, OpenAIProfile profile)
    {
        var address = connection.Endpoint ?? profile.Address
            ?? throw new ArgumentException($"{profile.Id} needs an address: set its endpoint.", nameof(connection));
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"The endpoint must be an absolute http or https address{(profile.Address is { } known ? $" such as {known}" : "")}.", nameof(connection));
        }

        if (connection.Authorizer is null && (connection.ApiKey.Length == 0 ? profile.NeedsKey : connection.ApiKey.Any(c => c <= ' ' || c > '~')))
        {
            throw new ArgumentException("The API key is empty or holds characters a header cannot carry.", nameof(connection));
        }

        if (connection.Headers.FirstOrDefault(h => h.Key.Any(c => c <= ' ') || h.Value.Any(c => c < ' ')) is { Key: not null } bad)
        {
            throw new ArgumentException($"The header '{bad.Key}' cannot be sent.", nameof(connection));
        }

        var path = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _base = profile.Root.Length == 0 || path.EndsWith(profile.Root, StringComparison.Ordinal) ? path : path + profile.Root;
        _connection = connection;
        _keyHeader = profile.KeyHeader;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>A request to a path below the base address.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, $"{_base}/{path}");
        if (_connection.Authorizer is null && _connection.ApiKey.Length > 0)
        {
            request.Headers.TryAddWithoutValidation(_keyHeader ?? "Authorization", _keyHeader is null ? $"Bearer {_connection.ApiKey}" : _connection.ApiKey);
        }

        foreach (var (name, value) in _connection.Headers)
        {
            if (!name.Equals(_keyHeader ?? "Authorization", StringComparison.OrdinalIgnoreCase))
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    /// <summary>A POST of JSON.</summary>
    public HttpRequestMessage Post(string path, ReadOnlyMemory<byte> json)
    {
        var request = Request(HttpMethod.Post, path);
        request.Content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return request;
    }

    /// <summary>The path of a kind below the base address; null for kinds that have none.</summary>
    public static string? PathOf(EndpointKind kind) => kind switch
    {
        EndpointKind.Chat => "chat/completions",
        EndpointKind.Responses => "responses",
        EndpointKind.Embeddings => "embeddings",
        EndpointKind.Images => "images/generations",
        _ => null,
    };

    /// <summary>The kind's name in a batch, behind a prefix: in its line url and the batch's endpoint, the same whatever the base address is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kind cannot be batched.</exception>
    public static string BatchPathOf(EndpointKind kind) =>
        PathOf(kind) ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind cannot go in a batch.");

    /// <summary>An id as a path segment.</summary>
    /// <exception cref="ArgumentException">The id is empty: the path would name the collection.</exception>
    public static string Segment(string id) =>
        string.IsNullOrWhiteSpace(id) || id is "." or ".." ? throw new ArgumentException("An id is needed.", nameof(id)) : Uri.EscapeDataString(id);

    /// <summary>What of our call key a header can carry (printable ASCII, at most 512).</summary>
    public static string HeaderText(string key)
    {
        var text = new StringBuilder(key.Length);
        text.AppendJoin("", key.Where(c => c is > ' ' and <= '~').Take(512));
        return text.ToString();
    }
}
