using Parsimony.Sandbox;
using static Parsimony.Providers.Tests.GeminiGiven;

namespace Parsimony.Providers.Tests;

/// <summary>Over a real socket, where the twins lie below a path and sessions have an address of their own.</summary>
public sealed class GeminiHostTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_session_is_reached_below_the_twins_path()
    {
        await using var host = await SandboxHost.StartAsync(new SandboxHostOptions(), Token);
        using var http = ProviderFactory.CreateHttpClient();
        var gemini = new GeminiProvider(new ProviderConnection { ApiKey = "k", Endpoint = host.AddressOf("gemini") }, http, TimeProvider.System);
        var place = VertexGiven.Place with { StorageEndpoint = host.AddressOf("gcs") };
        var vertex = new Google.VertexAIProvider(new ProviderConnection { ApiKey = "k", Cloud = place, Endpoint = host.AddressOf("vertexai") }, http, TimeProvider.System);

        var staged = Assert.IsType<StageOutcome.Staged>(await gemini.Batches.StageAsync(Input(new BatchItem("k-1", Canonical())), Token)).Input;
        var created = await gemini.Batches.CreateAsync(Input(new BatchItem("k-1", Canonical())), staged, Token);
        var input = VertexGiven.Input(new BatchItem("k-1", VertexGiven.Canonical()));
        var stored = Assert.IsType<StageOutcome.Staged>(await vertex.Batches!.StageAsync(input, Token)).Input;
        var job = await vertex.Batches.CreateAsync(input, stored, Token);

        Assert.IsType<CreateOutcome.Accepted>(created);
        Assert.IsType<CreateOutcome.Accepted>(job);
    }
}
