using System.Net.Http.Headers;

namespace Parsimony.Providers;

/// <summary>Makes requests to one base address with one key.</summary>
internal sealed class AnthropicEndpoint
{
    /// <summary>Anthropic's own address.</summary>
    public static readonly Uri Own = new("https://api.anthropic.com");

    // The newest clients send a later version with the key as bearer; this one stays accepted (platform.claude.com/docs/en/api/versioning, read 2026-11-20).
    private const string Version = "2023-06-01";

    private readonly ProviderConnection _connection;

    public AnthropicEndpoint(ProviderConnection connection)
    {
        _connection = connection;
        var text = (connection.Endpoint ?? Own).AbsoluteUri.TrimEnd('/');
        // The address is given without the version; one copied from elsewhere with it is understood.
        Base = new Uri(text.EndsWith("/v1", StringComparison.Ordinal) ? text[..^3] : text);
    }

    /// <summary>The address everything is below.</summary>
    public Uri Base { get; }

    /// <summary>Whether a header may carry a value: visible ASCII, so that nothing can start a header of its own.</summary>
    public static bool IsHeaderSafe(string value) => value.Length is > 0 and <= 512 && value.All(c => c is >= '!' and <= '~');

    /// <summary>A request to a path below the base address.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content = null, string? callKey = null)
    {
        var request = new HttpRequestMessage(method, new Uri(Base.AbsoluteUri.TrimEnd('/') + path)) { Content = content };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("anthropic-version", Version);
        headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        foreach (var (name, value) in _connection.Headers ?? new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase))
        {
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, value);
        }

        // Key or bearer token, never both.
        if (headers.Authorization is null)
        {
            headers.Remove("x-api-key");
            headers.TryAddWithoutValidation("x-api-key", _connection.ApiKey);
        }

        if (callKey is not null)
        {
            headers.TryAddWithoutValidation("X-Client-Request-Id", callKey);
        }

        return request;
    }

    /// <summary>The path of a batch; the id is escaped, whatever form it takes one day.</summary>
    public static string Batch(string providerBatchId, string suffix = "")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(providerBatchId);
        return "/v1/messages/batches/" + Uri.EscapeDataString(providerBatchId) + suffix;
    }

    /// <summary>The path of results. An address of another host is not followed: the key would go with it.</summary>
    public string Results(string reference, string providerBatchId) =>
        Uri.TryCreate(reference, UriKind.Absolute, out var address)
        && Uri.Compare(address, Base, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
        && address.AbsolutePath.StartsWith(Base.AbsolutePath.TrimEnd('/') + "/", StringComparison.Ordinal)
            ? address.PathAndQuery[Base.AbsolutePath.TrimEnd('/').Length..]
            : Batch(providerBatchId, "/results");
}
