using System.Buffers;
using System.Text;
using System.Text.Json;
using Parsimony.Providers.Google;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.VertexGiven;

namespace Parsimony.Providers.Tests;

public sealed class VertexGoldenTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "golden", "vertexAI");

    public static TheoryData<string> Cases =>
        new(Directory.GetDirectories(Folder).Where(folder => File.Exists(Path.Combine(folder, "canonical.json"))).Select(folder => Path.GetFileName(folder)));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Renders_the_documented_request(string name)
    {
        using var canonical = Parse(name, "canonical.json");
        using var expected = Parse(name, "request.json");
        var envelope = new Envelope
        {
            Kind = EndpointKind.Chat,
            Dialect = Dialect.Canonical,
            Model = Model(canonical.RootElement.GetProperty("model").GetString()!),
            Bytes = Encoding.UTF8.GetBytes(canonical.RootElement.GetProperty("request").GetRawText()),
        };

        Assert.Equal(Compact(expected.RootElement), Render(envelope));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reads_the_documented_response(string name)
    {
        var body = File.ReadAllBytes(Path.Combine(Folder, name, "response.json"));
        using var file = Parse(name, "expected.json");
        var expected = file.RootElement;
        var usage = expected.GetProperty("usage");

        var answer = VertexAnswers.ReadAnswer(body)!;

        Assert.Equal((expected.Text("finishReason"), expected.Text("id"), expected.Text("model")), (answer.FinishReason, answer.ProviderReference, answer.Model));
        Assert.Equal(
            (usage.Count("uncachedInput"), usage.Count("cacheRead"), usage.Count("output"), usage.Count("reasoning")),
            (answer.Usage!.Value.UncachedInput, answer.Usage.Value.CacheRead, answer.Usage.Value.Output, answer.Usage.Value.Reasoning));
        Assert.Equal(expected.Text("text"), VertexAnswers.ReadChat(body).Text);
    }

    [Theory]
    [InlineData("gemini-3.8-flash", "gemini-line.jsonl")]
    [InlineData("claude-unheard-of", "claude-line.jsonl")]
    public async Task Writes_the_documented_line(string model, string file)
    {
        var lines = new BatchFile(ProviderId.VertexAI, VertexBatchBackend.ProviderLimits, new VertexLine(new VertexRenderer(), EndpointKind.Chat));
        using var written = new MemoryStream();

        await lines.WriteAsync(Input(new BatchItem("Key_1", Canonical("hi", model))), written, Token);

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Folder, "batch", file), Token), Encoding.UTF8.GetString(written.ToArray()));
    }

    [Fact]
    public async Task Creates_the_documented_job()
    {
        using var handler = new ScriptedHandler().Reply("""{"name":"projects/acme-1/locations/europe-west4/batchPredictionJobs/42"}""");
        using var expected = Parse("batch", "create.json");
        var input = Input(new BatchItem("k", Canonical())) with { SubmissionKey = "p-0198-Key" };

        var outcome = await Provider(handler, new ManualClock()).Batches!.CreateAsync(input, new StagedInput("gs://bucket/batches/p-0198-Key/input.jsonl"), Token);

        Assert.IsType<CreateOutcome.Accepted>(outcome);
        Assert.Equal(("/v1/projects/acme-1/locations/europe-west4/batchPredictionJobs", Compact(expected.RootElement)), (handler.Sent[0].Path, handler.Sent[0].Body));
    }

    [Fact]
    public void Reads_the_documented_jobs()
    {
        using var file = Parse("batch", "jobs.json");
        foreach (var item in file.RootElement.EnumerateArray())
        {
            var snapshot = VertexJob.Read(item.GetProperty("body"))!.Snapshot(null);

            Assert.Equal(
                (item.Text("name"), item.Text("phase"), item.Text("cause"), item.Count("finished")),
                (item.Text("name"), snapshot.Phase.ToString(), snapshot.Rejection?.Cause.ToString(), snapshot.Finished));
            Assert.Equal(item.Items("files").Select(name => name.GetString()), snapshot.ResultReferences);
        }
    }

    [Fact]
    public async Task Reads_the_documented_result_lines()
    {
        using var stream = File.OpenRead(Path.Combine(Folder, "batch", "results.jsonl"));
        using var file = Parse("batch", "expected.json");
        var lines = new List<BatchLine>();
        await foreach (var line in JsonLines.ReadAsync(stream, Token))
        {
            lines.Add(VertexLineReader.Read(line.Bytes, line.Number));
        }

        Assert.Equal(
            file.RootElement.EnumerateArray().Select(item => (item.Text("id"), item.Text("kind"), item.Text("cause"))),
            lines.Select(line => (line.CustomId, (string?)line.Kind.ToString(), line.Failure?.Cause.ToString())));
    }

    private static string Compact(JsonElement value)
    {
        var compact = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(compact, GeminiRequestRenderer.WriterOptions))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(compact.WrittenSpan);
    }

    private static JsonDocument Parse(string name, string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, name, file)));
}
