using System.Net.Http.Headers;

namespace Parsimony.Providers.Google;

/// <summary>Where Vertex AI's calls go (https://docs.cloud.google.com/vertex-ai/docs/reference/rest, read 2026-11-20).</summary>
/// <remarks>The multi-regions have hosts of their own form; seen at https://github.com/BerriAI/litellm/issues/29571, read 2026-11-22.</remarks>
internal sealed class VertexEndpoint
{
    private readonly string _base;
    private readonly ProviderConnection _connection;

    public VertexEndpoint(ProviderConnection connection)
    {
        if (connection.Cloud is not { Account: { Length: > 0 } project, Location: { Length: > 0 } location })
        {
            throw new ArgumentException("Vertex AI needs Cloud.Account (the project) and Cloud.Location (for example europe-west4, or global).", nameof(connection));
        }

        if (!IsSegment(project) || !IsSegment(location))
        {
            throw new ArgumentException("Cloud.Account or Cloud.Location holds characters no project or location has.", nameof(connection));
        }

        if (connection.Endpoint is { } given && (!given.IsAbsoluteUri || given.Scheme is not ("http" or "https")))
        {
            throw new ArgumentException("The endpoint must be an absolute http or https address.", nameof(connection));
        }

        Location = location;
        Parent = $"projects/{project}/locations/{location}";
        Address = connection.Endpoint ?? new Uri(location switch
        {
            "global" => "https://aiplatform.googleapis.com",
            "eu" or "us" => $"https://aiplatform.{location}.rep.googleapis.com",
            _ => $"https://{location}-aiplatform.googleapis.com",
        });
        _base = Address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _connection = connection;
    }

    /// <summary>The address everything is below.</summary>
    public Uri Address { get; }

    public string Location { get; }

    /// <summary><c>projects/.../locations/...</c>.</summary>
    public string Parent { get; }

    /// <summary>Where explicit caches are. Models of Anthropic's have none.</summary>
    public CachePlace Caches => new(
        Request, $"{Parent}/cachedContents", name => Own("cachedContents", name),
        model => VertexModel.IsClaude(model) ? null : $"{Parent}/{VertexModel.ResourceOf(model)}");

    /// <summary>A request to a path below <c>/v1/</c>; the authorizer adds who calls.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, $"{_base}/v1/{path}");
        foreach (var (name, value) in _connection.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
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

    /// <summary>The path of a call to a model.</summary>
    public string Model(string model, string verb) => $"{Parent}/{VertexModel.ResourceOf(model)}:{verb}";

    /// <summary>The path of a job; a full resource name is taken as it is, but only below our own project and location.</summary>
    /// <exception cref="ArgumentException">The name is empty, or another's.</exception>
    public string Job(string name, string verb = "") => Own("batchPredictionJobs", name) + verb;

    private string Own(string collection, string name)
    {
        var id = name.StartsWith("projects/", StringComparison.Ordinal) ? name[(name.LastIndexOf('/') + 1)..] : name;
        return IsSegment(id) ? $"{Parent}/{collection}/{id}" : throw new ArgumentException("An id is needed.", nameof(name));
    }

    private static bool IsSegment(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ':' or '.') && text is not ("." or "..");
}
