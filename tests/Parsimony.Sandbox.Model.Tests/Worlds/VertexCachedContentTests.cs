using System.Text;
using static Parsimony.Sandbox.Model.Tests.CacheGiven;

namespace Parsimony.Sandbox.Model.Tests;

/// <summary>Explicit caches below a project and a location; what they have in common with the Gemini API's is tested there.</summary>
public sealed class VertexCachedContentTests : IDisposable
{
    private const string Here = "projects/acme-1/locations/europe-west4";
    private const string There = "projects/acme-1/locations/us-central1";

    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_cache_is_named_below_its_project_and_location_and_billed_as_made_and_kept()
    {
        var made = await MakeAsync();

        Assert.Matches("^projects/[0-9]+/locations/europe-west4/cachedContents/[0-9a-z]+$", made.Of("name"));
        Assert.Matches($"^projects/[0-9]+/locations/europe-west4/publishers/google/models/{Flash}$", made.Of("model"));
        Assert.Equal([("vertexai", "live", 2_500L * 300_000), ("vertexai", "storage", 2_500_000_000L * 300 / 3_600)], _scene.World.Bill.Lines.Select(line => (line.Provider, line.Kind, line.AmountPico)));
    }

    [Fact]
    public async Task A_call_over_a_cache_reads_it_until_it_is_deleted()
    {
        var name = (await MakeAsync()).Of("name");

        var over = await AskAsync(name);
        Assert.Equal((200, 2_500), (over.Status, Usage(over, "cachedContentTokenCount")));

        Assert.Equal(200, (await CallAsync("PATCH", OwnPath(name) + "?updateMask=ttl", """{"ttl":"600s"}""")).Status);
        Assert.Equal([OwnPath(name)], Names(await CallAsync("GET", Here + "/cachedContents")).Select(OwnPath));
        Assert.Equal(200, (await CallAsync("DELETE", OwnPath(name))).Status);
        Assert.Equal((404, "NOT_FOUND"), (ErrorOf(await AskAsync(name)).Code, ErrorOf(await AskAsync(name)).Status));
    }

    [Fact]
    public async Task Another_location_does_not_know_it()
    {
        var name = (await MakeAsync()).Of("name");
        var elsewhere = OwnPath(name).Replace("europe-west4", "us-central1", StringComparison.Ordinal);

        Assert.Empty(Names(await CallAsync("GET", There + "/cachedContents")));
        Assert.Equal(404, (await CallAsync("GET", elsewhere)).Status);
        Assert.Equal(404, (await AskAsync(elsewhere)).Status);
        Assert.Equal(200, (await CallAsync("GET", OwnPath(name))).Status);
    }

    [Theory]
    [InlineData(Flash)]
    [InlineData($"models/{Flash}")]
    [InlineData("projects/acme-1/locations/europe-west4/publishers/anthropic/models/claude-sonnet-4-5")]
    public async Task A_model_is_named_in_full(string model)
    {
        var (code, status, message) = ErrorOf(await MakeAsync(model));

        Assert.Equal((400, "INVALID_ARGUMENT"), (code, status));
        Assert.Contains("projects/{project}/locations/{location}/publishers/google/models/{model}", message, StringComparison.Ordinal);
    }

    private static string OwnPath(string name) => $"{Here}/cachedContents/{name[(name.LastIndexOf('/') + 1)..]}";

    private Task<Sent> MakeAsync(string model = $"{Here}/publishers/google/models/{Flash}") =>
        CallAsync("POST", Here + "/cachedContents", $$"""{"model":"{{model}}","contents":[{{Turn(Document)}}],"ttl":"300s"}""");

    private Task<Sent> AskAsync(string cache) =>
        CallAsync("POST", $"{Here}/publishers/google/models/{Flash}:generateContent", $$"""{"contents":[{{Turn("and now?")}}],"cachedContent":"{{cache}}"}""");

    private Task<Sent> CallAsync(string method, string path, string? body = null) =>
        _scene.SendAsync("vertexai", method, "/v1/" + path, body is null ? null : Encoding.UTF8.GetBytes(body));
}
