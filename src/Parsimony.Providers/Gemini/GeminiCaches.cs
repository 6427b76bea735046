using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers;

/// <summary>
/// Explicit caches (<c>cachedContents</c>): the head of a prompt kept at Google for a while. Making one is billed as input, keeping it by token and
/// hour, reading it at the cached price. Calls are made once. Thread safe.
/// </summary>
/// <remarks>
/// Source: https://ai.google.dev/api/caching and .../gemini-api/docs/caching, read 2026-11-20; for Vertex AI
/// https://docs.cloud.google.com/gemini-enterprise-agent-platform/reference/rest/v1beta1/projects.locations.cachedContents, read 2026-11-22. Bound to one model; Gemini 4 and later have
/// implicit caching only. A cache used by a batch must outlive the whole job; Vertex AI takes none in batches.
/// </remarks>
public sealed class GeminiCaches : IExplicitCaches
{
    private const int PageSize = 1000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    // Raw members that say something of the head themselves.
    private static readonly string[] Heads = ["cachedContent", "systemInstruction", "system_instruction", "tools", "toolConfig", "tool_config"];

    private readonly ProviderHttp _http;
    private readonly BatchCalls _calls;
    private readonly CachePlace _place;
    private readonly GeminiRequestRenderer _renderer;

    internal GeminiCaches(ProviderHttp http, CachePlace place, GeminiRequestRenderer renderer)
    {
        _http = http;
        _calls = new BatchCalls(http, GeminiErrorReader.Instance);
        _place = place;
        _renderer = renderer;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? RenderHead(Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        if (_place.Model(envelope.Model.Name) is null || GeminiRequestRenderer.KindOf(envelope) != EndpointKind.Chat)
        {
            return null;
        }

        var request = ChatRequest.FromEnvelope(envelope);
        var head = request with { Turns = [.. request.Turns.Where(turn => turn.Role == ChatTurnRole.System)] };
        if (head is { Turns.Count: 0, Tools.Count: 0 } || (request.Raw is { } raw && Heads.Any(raw.ContainsKey)))
        {
            return null;
        }

        return Body(writer => _renderer.RenderPrefix(head, envelope.Model, writer));
    }

    /// <inheritdoc/>
    public Task<ExplicitCache> CreateAsync(ModelId model, ReadOnlyMemory<byte> head, TimeSpan lifetime, string label, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(label);
        return CreateAsync(model.Name, label, lifetime, writer => Copy(head, writer), cancellationToken);
    }

    /// <summary>Makes a cache of a prompt's head: instructions, tools and turns.</summary>
    /// <param name="model">The one model that can use it.</param>
    /// <param name="head">What requests will share; its limits and format are not kept.</param>
    /// <param name="lifetime">How long it lives; at least a second.</param>
    /// <param name="name">A name to find it by, at most 128 characters; null for none.</param>
    /// <param name="cancellationToken">Gives up waiting; the cache may exist all the same.</param>
    /// <exception cref="ProviderException">It was refused, or nobody knows; the stage is <see cref="FailureStage.Create"/> or <see cref="FailureStage.Render"/>.</exception>
    public Task<ExplicitCache> CreateAsync(string model, ChatRequest head, TimeSpan lifetime, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(head);
        return CreateAsync(model, name, lifetime, writer => _renderer.RenderPrefix(head, new ModelId(_http.Id, model), writer), cancellationToken);
    }

    private async Task<ExplicitCache> CreateAsync(string model, string? name, TimeSpan lifetime, Action<Utf8JsonWriter> head, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromSeconds(1));
        var named = _place.Model(model) ?? throw new ProviderException(_http.Id, new ProviderFailure(FailureStage.Render, FailureCause.Unsupported));
        var body = Body(writer =>
        {
            writer.WriteString("model"u8, named);
            if (name is not null)
            {
                writer.WriteString("displayName"u8, name);
            }

            head(writer);
            writer.WriteString("ttl"u8, Seconds(lifetime));
        });
        return await ReadAsync(() => Request(HttpMethod.Post, _place.Collection, body), FailureStage.Create, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets a cache live on for a while from now.</summary>
    /// <exception cref="ProviderException">It was refused, for example because the cache is gone.</exception>
    public Task<ExplicitCache> ExtendAsync(string name, TimeSpan lifetime, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromSeconds(1));
        var path = _place.Cache(name) + "?updateMask=ttl";
        var body = Body(writer => writer.WriteString("ttl"u8, Seconds(lifetime)));
        return ReadAsync(() => Request(HttpMethod.Patch, path, body), FailureStage.Create, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ExplicitCache?> FindAsync(ModelId model, string label, CancellationToken cancellationToken = default)
    {
        // No filter and no documented order: every page is read.
        var found = new List<ExplicitCache>();
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        var token = "";
        do
        {
            var path = $"{_place.Collection}?pageSize={PageSize}" + (token.Length > 0 ? "&pageToken=" + Uri.EscapeDataString(token) : "");
            var page = await _calls.PageAsync(() => _place.Request(HttpMethod.Get, path), root => Tuple.Create(root.Text("nextPageToken") ?? "", Named(root, model)), cancellationToken).ConfigureAwait(false);
            found.AddRange(page.Item2.Where(cache => cache.Label?.StartsWith(label, StringComparison.Ordinal) == true));
            token = page.Item1;
        }
        while (token.Length > 0 && tokens.Add(token));
        return found.MaxBy(cache => cache.ExpiresAt);
    }

    /// <summary>Deletes a cache; null when done or already gone.</summary>
    /// <remarks>Storage is charged for the time it was made to live; that deleting ends the charge is UNVERIFIED.</remarks>
    public async Task<ProviderFailure?> DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        var path = _place.Cache(name);
        var reply = await _http.SendForBodyAsync(
            () => _place.Request(HttpMethod.Delete, path), FailureStage.Clean, Limit, GeminiErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        if (reply is HttpReply.Ok ok)
        {
            ok.Dispose();
            return null;
        }

        // A cache that is gone is told as one we may not touch.
        return reply.WhyNot is { Status: 404 or 410 } or { Status: 403, Cause: FailureCause.Permission } ? null : reply.WhyNot;
    }

    /// <summary>A request whose first turns stand in a cache: they, the instructions and the tools are left out, and the cache is named.</summary>
    /// <param name="request">The whole request.</param>
    /// <param name="cache">The cache's name.</param>
    /// <param name="turns">How many of its turns, instructions not counted, the cache holds.</param>
    public static ChatRequest Over(ChatRequest request, string cache, int turns)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(cache);
        ArgumentOutOfRangeException.ThrowIfNegative(turns);
        var raw = request.Raw?.DeepClone() as JsonObject ?? [];
        raw["cachedContent"] = cache;
        return request with
        {
            Turns = [.. request.Turns.Where(turn => turn.Role != ChatTurnRole.System).Skip(turns)],
            Tools = [],
            ToolMode = null,
            RequiredTool = null,
            Raw = raw,
        };
    }

    private static string Seconds(TimeSpan span) => ((long)span.TotalSeconds).ToString(CultureInfo.InvariantCulture) + "s";

    private static ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter> members)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output, GeminiRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    private async Task<ExplicitCache> ReadAsync(Func<HttpRequestMessage> make, FailureStage stage, CancellationToken cancellationToken)
    {
        var reply = await _http.SendForBodyAsync(make, stage, Limit, GeminiErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(_http.Id);
        return BatchCalls.Parse(ok.Body, Read) ?? throw new ProviderException(_http.Id, new ProviderFailure(stage, FailureCause.Malformed, 200));
    }

    private HttpRequestMessage Request(HttpMethod method, string path, ReadOnlyMemory<byte> json)
    {
        var request = _place.Request(method, path);
        request.Content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return request;
    }

    // Vertex AI tells the project by its number, so that only the end of a model's name is known beforehand.
    private List<ExplicitCache> Named(JsonElement root, ModelId model) =>
        [.. root.Items("cachedContents").Where(item => Last(item.Text("model")) == Last(_place.Model(model.Name))).Select(Read).OfType<ExplicitCache>()];

    private static string? Last(string? name) => name?[(name.LastIndexOf('/') + 1)..];

    private static void Copy(ReadOnlyMemory<byte> head, Utf8JsonWriter writer)
    {
        using var document = JsonDocument.Parse(head, new JsonDocumentOptions { MaxDepth = GeminiRequestRenderer.MaxDepth });
        foreach (var member in document.RootElement.EnumerateObject())
        {
            member.WriteTo(writer);
        }
    }

    private static ExplicitCache? Read(JsonElement root) => root.Text("name") is not { Length: > 0 } name ? null : new ExplicitCache
    {
        Name = name,
        Label = root.Text("displayName"),
        Tokens = root.Object("usageMetadata") is { } usage ? GeminiNumbers.Whole(usage, "totalTokenCount") : null,
        ExpiresAt = GeminiNumbers.Time(root, "expireTime"),
    };
}
