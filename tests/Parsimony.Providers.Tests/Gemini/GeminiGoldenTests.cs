using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using static Parsimony.Providers.Tests.GeminiGiven;

namespace Parsimony.Providers.Tests;

public sealed class GeminiGoldenTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "golden", "gemini");

    public static TheoryData<string> Cases =>
        new(Directory.GetDirectories(Folder).Where(folder => File.Exists(Path.Combine(folder, "canonical.json"))).Select(folder => Path.GetFileName(folder)));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Renders_the_documented_request(string name)
    {
        using var canonical = Parse(name, "canonical.json");
        var root = canonical.RootElement;
        var envelope = new Envelope
        {
            Kind = Enum.Parse<EndpointKind>(root.GetProperty("kind").GetString()!, ignoreCase: true),
            Dialect = Dialect.Canonical,
            Model = Model(root.GetProperty("model").GetString()!),
            Bytes = Encoding.UTF8.GetBytes(root.GetProperty("request").GetRawText()),
        };
        using var expected = Parse(name, "request.json");

        Assert.Equal(Compact(expected.RootElement), Render(envelope));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reads_the_documented_response(string name)
    {
        var body = File.ReadAllBytes(Path.Combine(Folder, name, "response.json"));
        var answer = GeminiResponseReader.ReadAnswer(body)!;
        using var file = Parse(name, "expected.json");
        var expected = file.RootElement;
        var usage = expected.GetProperty("usage");

        Assert.Equal(
            (expected.Text("finishReason"), expected.Text("id"), expected.Text("model"), expected.Text("serviceTier")),
            (answer.FinishReason, answer.ProviderReference, answer.Model, answer.ServiceTier));
        Assert.Equal(
            new TokenUsage
            {
                UncachedInput = usage.Count("uncachedInput")!.Value,
                CacheRead = usage.Count("cacheRead")!.Value,
                Output = usage.Count("output")!.Value,
                Reasoning = usage.Count("reasoning")!.Value,
            },
            answer.Usage);
        Assert.Equal(expected.Items("contents").Select(content => content.GetString()), Contents(body));
    }

    [Fact]
    public async Task Reads_the_documented_stream()
    {
        using var stream = File.OpenRead(Path.Combine(Folder, "stream", "answer.sse"));
        using var file = Parse("stream", "expected.json");
        var expected = file.RootElement;

        var updates = await new GeminiStreamReader(GeminiFlavour.Developer).ReadAsync(stream, Token).ToListAsync(Token);
        var response = updates.ToChatResponse();

        Assert.Equal((expected.Text("text"), expected.Text("finishReason"), expected.Text("id")), (response.Text, response.FinishReason?.Value, response.ResponseId));
        var reasoning = response.Messages[0].Contents.OfType<TextReasoningContent>().ToList();
        Assert.Equal(expected.Text("reasoning"), string.Concat(reasoning.Select(part => part.Text)));
        Assert.Equal(expected.Text("signature"), reasoning[^1].ProtectedData);
        var usage = expected.GetProperty("usage");
        Assert.Equal(
            (usage.Count("input"), usage.Count("output"), usage.Count("reasoning")),
            (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.ReasoningTokenCount));
    }

    [Fact]
    public void Reads_the_documented_errors()
    {
        using var file = Parse("errors", "errors.json");
        foreach (var error in file.RootElement.EnumerateArray())
        {
            var failure = GeminiErrorReader.Instance.Read(
                Enum.Parse<FailureStage>(error.Text("stage")!), (int)error.Count("http")!, Encoding.UTF8.GetBytes(error.GetProperty("body").GetRawText()), null);

            Assert.Equal(
                (error.Text("name"), Enum.Parse<FailureCause>(error.Text("cause")!), error.Text("code"), (int?)error.Count("http")),
                (error.Text("name"), failure.Cause, failure.ProviderCode, failure.Status));
            Assert.Equal(error.Member("retryAfterSeconds")?.GetDouble(), failure.RetryAfter?.TotalSeconds);
        }
    }

    [Fact]
    public void Reads_the_documented_operations()
    {
        using var file = Parse("batch", "operations.json");
        foreach (var item in file.RootElement.EnumerateArray())
        {
            var snapshot = GeminiBatchStatus.Snapshot(GeminiOperation.Read(item.GetProperty("body"))!, null);

            Assert.Equal((item.Text("name"), item.Text("phase"), item.Count("finished")), (item.Text("name"), snapshot.Phase.ToString(), snapshot.Finished));
            Assert.Equal((item.Text("name"), item.Text("cause")), (item.Text("name"), snapshot.Rejection?.Cause.ToString()));
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
            lines.Add(GeminiBatchLineReader.Read(line.Bytes, line.Number));
        }

        var expected = file.RootElement.EnumerateArray().ToList();
        Assert.Equal(expected.Count, lines.Count);
        Assert.All(expected.Zip(lines), pair => Assert.Equal(
            (pair.First.Text("id"), pair.First.Text("kind"), pair.First.Text("cause"), pair.First.Text("finishReason"), pair.First.Count("output")),
            (pair.Second.CustomId, pair.Second.Kind.ToString(), pair.Second.Failure?.Cause.ToString(), pair.Second.Answer?.FinishReason, pair.Second.Answer?.Usage?.Output)));
    }

    [Fact]
    public async Task Writes_the_documented_line()
    {
        var request = Chat("hi") with { MaxOutputTokens = 200 };
        var line = new GeminiBatchLine(new GeminiRequestRenderer(ModelCatalogue.Default, GeminiFlavour.Developer), EndpointKind.Chat);
        var lines = new BatchFile(ProviderId.Gemini, GeminiBatchBackend.ProviderLimits, line);
        using var written = new MemoryStream();

        await lines.WriteAsync(Input(new BatchItem("p-0198-key-1", request.ToEnvelope(Model()))), written, Token);

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Folder, "batch", "line.jsonl"), Token), Encoding.UTF8.GetString(written.ToArray()));
    }

    private static IEnumerable<string> Contents(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        return GeminiEmbeddingReader.IsEmbedding(document.RootElement)
            ? [$"vector:{string.Join(',', GeminiEmbeddingReader.Read(body, GeminiFlavour.Developer)[0].Vector.ToArray().Select(v => v.ToString(CultureInfo.InvariantCulture)))}"]
            : [.. new GeminiResponseReader(GeminiFlavour.Developer).ReadChat(body).Messages.SelectMany(message => message.Contents).Select(Describe)];
    }

    private static string Describe(AIContent content) => content switch
    {
        TextReasoningContent reasoning => $"reasoning:{reasoning.Text}|{reasoning.ProtectedData}",
        TextContent text => $"text:{text.Text}",
        ErrorContent error => $"error:{error.ErrorCode}",
        FunctionCallContent call => $"call:{call.CallId}:{call.Name}:{{{string.Join(',', call.Arguments!.Select(a => $"\"{a.Key}\":{((JsonElement)a.Value!).GetRawText()}"))}}}",
        DataContent data => $"data:{data.MediaType}:{data.Data.Length}",
        _ => content.ToString() ?? "",
    };

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
