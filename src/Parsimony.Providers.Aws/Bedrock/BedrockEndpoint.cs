namespace Parsimony.Providers.Aws;

/// <summary>Where Bedrock's calls go: models at one host, jobs at another; a configured address serves both.</summary>
/// <remarks>Hosts: https://docs.aws.amazon.com/general/latest/gr/bedrock.html, read 2026-11-21.</remarks>
internal sealed class BedrockEndpoint
{
    private readonly ProviderConnection _connection;
    private readonly string _runtime;
    private readonly string _control;

    /// <summary>Reads the connection.</summary>
    /// <exception cref="ArgumentException">No region, or an address or a header that cannot be used; the message says which.</exception>
    public BedrockEndpoint(ProviderConnection connection)
    {
        Region = AwsRegion.Of(connection.Cloud?.Location ?? connection.Region);
        if (connection.Endpoint is { } given && (!given.IsAbsoluteUri || given.Scheme is not ("http" or "https")))
        {
            throw new ArgumentException("The endpoint must be an absolute http or https address.", nameof(connection));
        }

        if (connection.Headers.FirstOrDefault(h => h.Key.Any(c => c <= ' ') || h.Value.Any(c => c < ' ')) is { Key: not null } bad)
        {
            throw new ArgumentException($"The header '{bad.Key}' cannot be sent.", nameof(connection));
        }

        var suffix = AwsRegion.Suffix(Region);
        _runtime = (connection.Endpoint?.GetLeftPart(UriPartial.Path) ?? $"https://bedrock-runtime.{Region}.{suffix}").TrimEnd('/');
        _control = (connection.Endpoint?.GetLeftPart(UriPartial.Path) ?? $"https://bedrock.{Region}.{suffix}").TrimEnd('/');
        _connection = connection;
    }

    /// <summary>The region all calls are signed for.</summary>
    public string Region { get; }

    /// <summary>Where models are called.</summary>
    public Uri Address => new(_runtime);

    /// <summary>Whether a header may carry a value: visible ASCII, so that nothing can start a header of its own.</summary>
    public static bool IsHeaderSafe(string value) => value.Length is > 0 and <= 512 && value.All(c => c is >= '!' and <= '~');

    /// <summary>A call of a model.</summary>
    /// <param name="model">Its id or ARN.</param>
    /// <param name="operation"><c>converse</c>, <c>converse-stream</c> or <c>invoke</c>.</param>
    /// <param name="body">The body.</param>
    /// <param name="callKey">Our key of the call; null for none.</param>
    public HttpRequestMessage Model(string model, string operation, ReadOnlyMemory<byte> body, string? callKey = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        var request = Request(HttpMethod.Post, $"{_runtime}/model/{Uri.EscapeDataString(model)}/{operation}", body);
        request.Headers.TryAddWithoutValidation("Accept", operation == "converse-stream" ? "application/vnd.amazon.eventstream" : "application/json");
        if (callKey is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Client-Request-Id", callKey);
        }

        return request;
    }

    /// <summary>A call about jobs.</summary>
    public HttpRequestMessage Control(HttpMethod method, string path, ReadOnlyMemory<byte>? body = null) => Request(method, $"{_control}/{path}", body);

    private HttpRequestMessage Request(HttpMethod method, string address, ReadOnlyMemory<byte>? body)
    {
        var request = new HttpRequestMessage(method, address);
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }

        foreach (var (name, value) in _connection.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}
