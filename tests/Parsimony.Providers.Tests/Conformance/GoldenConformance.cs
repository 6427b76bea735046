using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Parsimony.Testing;

namespace Parsimony.Providers.Tests;

/// <summary>A provider against its wire cases: what it sends and what it reads, by its public face alone.</summary>
public abstract class GoldenConformance
{
    protected abstract ProviderKind Kind { get; }

    private string Folder => Path.Combine(AppContext.BaseDirectory, "golden", Kind.Id.Value);

    private IReadOnlyList<string> Cases => [.. Directory.GetDirectories(Folder).Where(folder => File.Exists(Path.Combine(folder, "canonical.json")))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_documented_requests_are_sent()
    {
        Assert.NotEmpty(Cases);
        Assert.All(Cases, folder =>
        {
            var output = new ArrayBufferWriter<byte>();
            Provider(new ScriptedHandler()).Render(Canonical(folder), CacheControl.None, output);
            // Bytes, not values: the order of members counts for caches of prompts, and big numbers must survive.
            var compact = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(compact, OpenAIRequestRenderer.WriterOptions))
            {
                Read(folder, "request").WriteTo(writer);
            }

            Assert.Equal(Encoding.UTF8.GetString(compact.WrittenSpan), Encoding.UTF8.GetString(output.WrittenSpan));
        });
    }

    [Fact]
    public async Task The_documented_answers_are_read()
    {
        foreach (var folder in Cases)
        {
            var expected = Read(folder, "expected");
            var provider = Provider(new ScriptedHandler().Reply(await File.ReadAllTextAsync(Path.Combine(folder, "response.json"), Token)));

            var answer = Assert.IsType<LiveOutcome.Answered>(await provider.SendAsync(new LiveCall(Canonical(folder), "call-1", TimeSpan.FromMinutes(1)), Token)).Answer;

            Assert.Equal((expected.Text("finishReason"), expected.Text("id"), expected.Text("model")), (answer.FinishReason, answer.ProviderReference, answer.Model));
            Assert.Equal(expected.Object("usage") is not { } usage ? null : new TokenUsage
            {
                UncachedInput = usage.Count("uncachedInput")!.Value,
                CacheRead = usage.Count("cacheRead")!.Value,
                Output = usage.Count("output")!.Value,
                Reasoning = usage.Count("reasoning")!.Value,
            }, answer.Usage);
            Assert.Equal(expected.Items("contents").Select(content => content.GetString()), Contents(provider, Canonical(folder).Kind, answer.Body));
        }
    }

    [Fact]
    public async Task The_documented_streams_are_read()
    {
        foreach (var folder in Directory.GetDirectories(Path.Combine(Folder, "streams")))
        {
            var expected = Read(folder, "expected");
            var stream = new PiecewiseStream(await File.ReadAllBytesAsync(Path.Combine(folder, "answer.txt"), Token), 7);
            using var client = Provider(new ScriptedHandler().ReplyStream(stream)).CreateChatClient("a-model");
            var reading = client.GetStreamingResponseAsync("hello", cancellationToken: Token).ToChatResponseAsync(Token);
            if (expected.Text("failure") is { } failure)
            {
                Assert.Equal(failure, (await Assert.ThrowsAsync<ProviderException>(() => reading)).Failure.Code);
                continue;
            }

            var response = await reading;
            Assert.Equal(
                (expected.Text("text"), expected.Text("finishReason"), expected.Count("input"), expected.Count("output")),
                (response.Text, response.FinishReason?.Value, response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount));
            Assert.Equal(
                expected.Items("calls").Select(call => call.GetString()),
                response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => $"{call.CallId}:{call.Name}:{Arguments(call)}"));
        }
    }

    [Fact]
    public async Task The_documented_errors_are_told_apart()
    {
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Folder, "errors.json"), Token));
        foreach (var row in document.RootElement.EnumerateArray())
        {
            (string, string)[] headers = row.Count("retryAfter") is { } seconds ? [("retry-after", seconds.ToString(CultureInfo.InvariantCulture))] : [];
            var body = row.Text("body") ?? row.GetProperty("body").GetRawText();
            var handler = new ScriptedHandler().Reply(body, (HttpStatusCode)row.GetProperty("status").GetInt32(), headers);
            var envelope = new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("hello")])] }.ToEnvelope(new ModelId(Kind.Id, "a-model"));

            var outcome = await Provider(handler).SendAsync(new LiveCall(envelope, "call-1", TimeSpan.FromMinutes(1)), Token);

            var (word, failure) = outcome switch
            {
                LiveOutcome.Refused refused => ("refused", refused.Failure),
                LiveOutcome.Uncertain uncertain => ("uncertain", uncertain.Failure),
                _ => ("answered", null),
            };
            Assert.Equal(
                (body, row.Text("outcome"), row.Text("cause"), row.Text("code"), row.Count("retryAfter")),
                (body, word, failure?.Cause.ToString(), failure?.ProviderCode, (long?)failure?.RetryAfter?.TotalSeconds));
        }
    }

    private IProvider Provider(HttpMessageHandler handler) => Kind.Create(
        new ProviderConnection { ApiKey = "key", Endpoint = new Uri("http://localhost:9") }, new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan }, new ManualClock());

    private Envelope Canonical(string folder)
    {
        var root = Read(folder, "canonical");
        return new Envelope
        {
            Kind = Enum.Parse<EndpointKind>(root.Text("kind")!, ignoreCase: true),
            Dialect = Dialect.Canonical,
            Model = new ModelId(Kind.Id, root.Text("model")!),
            Bytes = Encoding.UTF8.GetBytes(root.GetProperty("request").GetRawText()),
        };
    }

    private static IEnumerable<string> Contents(IProvider provider, EndpointKind kind, ReadOnlyMemory<byte> body) => kind == EndpointKind.Embeddings
        ? [$"vector:{string.Join(',', provider.ReadEmbedding(body).Vector.ToArray().Select(number => number.ToString(CultureInfo.InvariantCulture)))}"]
        : provider.ReadChat(body).Messages.SelectMany(message => message.Contents).Select(content => content switch
        {
            TextReasoningContent reasoning => $"reasoning:{reasoning.Text}",
            TextContent text => $"text:{text.Text}",
            FunctionCallContent call => $"call:{call.CallId}:{call.Name}:{Arguments(call)}",
            _ => content.ToString() ?? "",
        });

    private static string Arguments(FunctionCallContent call)
    {
        var arguments = new JsonObject();
        foreach (var (name, value) in call.Arguments!)
        {
            arguments[name] = JsonNode.Parse(((JsonElement)value!).GetRawText());
        }

        return arguments.ToJsonString();
    }

    private static JsonElement Read(string folder, string file) => JsonElement.Parse(File.ReadAllBytes(Path.Combine(folder, $"{file}.json")));
}
