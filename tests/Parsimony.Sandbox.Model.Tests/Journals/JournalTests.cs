using System.Globalization;
using System.Text;

namespace Parsimony.Sandbox.Model.Tests;

public sealed class JournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sandbox-").FullName;

    private SandboxOptions Options => new() { StateFile = Path.Combine(_folder, "state") };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_killed_sandbox_comes_back_with_its_files_batches_faults_ordinals_and_bill()
    {
        var scene = new Scene(Options);
        scene.Fault("""{"fault":"server_error","operation":"embeddings.create","times":3}""");
        scene.Fault("""{"fault":"result_missing","custom_id":"item-3"}""");
        var (openAI, anthropic) = (await scene.OpenAIBatch(20), await scene.AnthropicBatch(20));
        await scene.Chat("again");
        await scene.OpenAI("POST", "/v1/embeddings", "{}");
        scene.Pass(TimeSpan.FromMinutes(3));
        var before = await Describe(scene, openAI, anthropic);
        var now = scene.Clock.Now;
        scene.Dispose();

        using var restored = new Scene(Options, now);

        Assert.Equal(before, await Describe(restored, openAI, anthropic));
        restored.Pass(TimeSpan.FromHours(1));
        Assert.DoesNotContain("item-3", Scene.Ids(await restored.Output(openAI)));
        Assert.Equal(19, (await restored.Output(openAI)).Lines.Length);
        Assert.Equal(20, (await restored.Results(anthropic)).Lines.Length);
        Assert.Contains("answer 2", (await restored.Chat("again")).Text, StringComparison.Ordinal);
        Assert.Equal(42, restored.World.Bill.Lines.Count);
        Assert.Equal(Enumerable.Range(1, 42).Select(n => (long)n), restored.World.Bill.Lines.Select(l => l.Number));
    }

    [Fact]
    public async Task A_record_cut_at_any_byte_leaves_the_world_as_it_was_before()
    {
        var scene = new Scene(Options);
        var batch = await scene.OpenAIBatch(3);
        await scene.Chat("one");
        var before = await Describe(scene, batch, null);
        var whole = new FileInfo(Path.Combine(_folder, "state")).Length;
        await scene.Chat("two");
        scene.Dispose();
        var bytes = await File.ReadAllBytesAsync(Path.Combine(_folder, "state"), TestContext.Current.CancellationToken);

        for (var length = (int)whole; length < bytes.Length; length++)
        {
            await File.WriteAllBytesAsync(Path.Combine(_folder, "state"), bytes[..length], TestContext.Current.CancellationToken);
            using var restored = new Scene(Options);
            Assert.Equal(before, await Describe(restored, batch, null));
            Assert.Equal(whole, new FileInfo(Path.Combine(_folder, "state")).Length);
        }
    }

    [Fact]
    public async Task Restored_results_are_the_bytes_they_were()
    {
        var scene = new Scene(Options);
        var batch = await scene.AnthropicBatch(10);
        scene.Pass(TimeSpan.FromHours(1));
        var before = await scene.Results(batch);
        var now = scene.Clock.Now;
        scene.Dispose();

        using var restored = new Scene(Options, now);

        Assert.Equal(before.Text, (await restored.Results(batch)).Text);
    }

    private static async Task<string> Describe(Scene scene, string openAI, string? anthropic)
    {
        var text = new StringBuilder();
        foreach (var line in scene.World.Bill.Lines)
            text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{line}"));
        text.AppendLine((await scene.OpenAI("GET", "/v1/files")).Text);
        text.AppendLine((await scene.OpenAI("GET", "/v1/batches/" + openAI)).Text);
        if (anthropic is not null)
            text.AppendLine((await scene.Anthropic("GET", "/v1/messages/batches/" + anthropic)).Text);
        using var buffer = new MemoryStream();
        using (var writer = new System.Text.Json.Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            scene.World.Faults.Write(writer);
            writer.WriteEndObject();
        }

        return text.Append(Encoding.UTF8.GetString(buffer.ToArray())).ToString();
    }
}
