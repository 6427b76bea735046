using System.Text;

namespace Parsimony.Sandbox.Model.Tests;

public sealed class OwnBatchJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sandbox-").FullName;

    private SandboxOptions Options => new() { StateFile = Path.Combine(_folder, "state") };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_killed_sandbox_comes_back_with_the_jobs_of_every_provider_and_finishes_them()
    {
        var scene = new Scene(Options);
        var (mistral, xai, fireworks) = (await scene.MistralJobAsync(), await scene.XaiBatchAsync(), await scene.FireworksJobAsync());
        scene.Pass(TimeSpan.FromMinutes(2));
        var before = await DescribeAsync(scene, mistral, xai, fireworks);
        var now = scene.Clock.Now;
        scene.Dispose();

        using var restored = new Scene(Options, now);

        Assert.Equal(before, await DescribeAsync(restored, mistral, xai, fireworks));
        restored.Pass(TimeSpan.FromHours(1));
        var output = (await restored.GetAsync("mistral", "/v1/batch/jobs/" + mistral)).GetProperty("output_file").GetString();
        Assert.Equal(10, (await restored.CallAsync("mistral", "GET", $"/v1/files/{output}/content")).Lines.Length);
        Assert.Equal(10, (await restored.GetAsync("xai", $"/v1/batches/{xai}/results")).GetProperty("results").GetArrayLength());
        Assert.Equal(10, (await restored.FetchAsync((await restored.AddressesAsync("job-out"))["BIJOutputSet.jsonl"])).Lines.Length);
        Assert.Equal(30, restored.World.Bill.Lines.Count);
    }

    private static async Task<string> DescribeAsync(Scene scene, string mistral, string xai, string fireworks) => new StringBuilder()
        .AppendLine((await scene.CallAsync("mistral", "GET", "/v1/batch/jobs/" + mistral)).Text)
        .AppendLine((await scene.CallAsync("xai", "GET", "/v1/batches/" + xai)).Text)
        .AppendLine((await scene.CallAsync("fireworks", "GET", fireworks)).Text)
        .AppendLine((await scene.CallAsync("fireworks", "GET", "/v1/accounts/acme/datasets/job-in")).Text)
        .ToString();
}
