using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Parsimony.Providers.Tests;
using Parsimony.Testing;

namespace Parsimony.Providers.Aws.Tests;

public sealed class BedrockGoldenTests
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "golden", "bedrock");

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Root).Where(d => File.Exists(Path.Combine(d, "canonical.json"))).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Renders_the_request(string name) =>
        Assert.Equal(Compact(Bytes(name, "request.json")), Compact(BedrockGiven.Render(Envelope(name), Marks(name))));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Renders_the_record_in_the_form_its_job_needs(string name)
    {
        if (File.Exists(Path.Combine(Root, name, "record.json")))
        {
            Assert.Equal(Compact(Bytes(name, "record.json")), Compact(BedrockGiven.Record(Envelope(name), BedrockForm.InvokeModel)));
            Assert.Equal("tools", Assert.Throws<ProviderException>(() => BedrockGiven.Record(Envelope(name), BedrockForm.Converse)).Failure.ProviderCode);
        }
        else if (Marks(name).Length == 0)
        {
            Assert.Equal(BedrockGiven.Render(Envelope(name)), BedrockGiven.Record(Envelope(name), BedrockForm.Converse));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reads_the_response(string name)
    {
        var body = Bytes(name, "response.json");
        var expected = JsonNode.Parse(Bytes(name, "expected.json"))!;

        var answer = BedrockResponseReader.ReadAnswer(body);
        var chat = BedrockResponseReader.ReadChat(body);

        Assert.NotNull(answer);
        Assert.Equal((string?)expected["finishReason"], answer.FinishReason);
        Assert.Equal((string?)expected["finishReason"], chat.FinishReason?.Value);
        Assert.Equal((string?)expected["serviceTier"], answer.ServiceTier);
        Assert.Equal(expected["usage"]!.ToJsonString(), Usage(answer.Usage!.Value).ToJsonString());
        Assert.Equal(answer.Usage.Value.TotalInput, chat.Usage!.InputTokenCount);
        Assert.Equal(expected["contents"]!.AsArray().Select(c => (string?)c), chat.Messages[0].Contents.Select(Word));
    }

    [Fact]
    public async Task Streams_an_answer_from_its_bytes()
    {
        var handler = new ScriptedHandler().ReplyStream(new PiecewiseStream(Bytes("streams", "answer.bin"), 13));

        var response = await BedrockGiven.Provider(handler, new ManualClock()).CreateChatClient(BedrockGiven.Claude)
            .GetStreamingResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["reasoning:Hm:c2ln", "text:It is four.", "call:tooluse_1:clock:{\"zone\":\"Oslo\"}"], response.Messages[0].Contents.Where(c => c is not UsageContent).Select(Word));
        Assert.Equal((ChatFinishReason.ToolCalls, 11, 22), (response.FinishReason, response.Usage!.InputTokenCount!.Value, response.Usage.OutputTokenCount!.Value));
        Assert.Equal("/model/global.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse-stream", handler.Sent[0].Path);
    }

    [Theory]
    [InlineData("throttled.bin", 0, FailureCause.RateLimited)]
    [InlineData("answer.bin", 5, FailureCause.Transport)]
    [InlineData("answer.bin", -1, FailureCause.Malformed)]
    public async Task A_stream_that_fails_says_why(string file, int cut, FailureCause cause)
    {
        var bytes = Bytes("streams", file);
        bytes = cut > 0 ? bytes[..^cut] : bytes;
        if (cut < 0)
        {
            bytes[^9] ^= 1;
        }

        var client = BedrockGiven.Provider(new ScriptedHandler().ReplyBytes(bytes), new ManualClock()).CreateChatClient(BedrockGiven.Claude);

        var e = await Assert.ThrowsAsync<ProviderException>(async () => await client.GetStreamingResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));

        Assert.Equal(cause, e.Failure.Cause);
        Assert.DoesNotContain("wait", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_result_records_of_both_forms_and_every_end()
    {
        var lines = File.ReadAllLines(Path.Combine(Root, "records", "results.jsonl")).Select((line, i) => BedrockLineReader.Read(i + 1, System.Text.Encoding.UTF8.GetBytes(line))).ToList();

        Assert.Equal(
            [
                "k-1 Answered stop 9/2", "k-2 Answered stop 7/3", "k-3 Failed InvalidRequest", "k-4 Failed Overloaded", "k-5 Expired Expired",
                "k-6 Unreadable Malformed", "k-7 Unreadable Malformed", " Unreadable Malformed", "k-9 Answered  4/0",
            ],
            lines.Select(line => line.Answer is { } answer
                ? $"{line.CustomId} {line.Kind} {answer.FinishReason} {answer.Usage!.Value.TotalInput}/{answer.Usage.Value.TotalOutput}"
                : $"{line.CustomId} {line.Kind} {line.Failure!.Cause}"));
        Assert.DoesNotContain("modelInput", System.Text.Encoding.UTF8.GetString(lines[0].Answer!.Body.Span), StringComparison.Ordinal);
        Assert.Equal([0.5f, -1f], BedrockEmbedding.Read(lines[8].Answer!.Body).Vector.ToArray());
    }

    private static Envelope Envelope(string name)
    {
        var canonical = Bytes(name, "canonical.json");
        return new Envelope { Kind = EndpointKind.Chat, Dialect = Dialect.Canonical, Model = BedrockGiven.Model((string)JsonNode.Parse(canonical)!["model"]!), Bytes = canonical };
    }

    private static CacheMark[] Marks(string name)
    {
        var file = Path.Combine(Root, name, "marks.json");
        return File.Exists(file)
            ? [.. JsonNode.Parse(File.ReadAllBytes(file))!.AsArray().Select(m => new CacheMark((int)m!["block"]!, TimeSpan.FromMinutes((int)m["minutes"]!)))]
            : [];
    }

    private static JsonObject Usage(TokenUsage usage) => new()
    {
        ["uncachedInput"] = usage.UncachedInput,
        ["cacheRead"] = usage.CacheRead,
        ["cacheWriteShort"] = usage.CacheWriteShort,
        ["cacheWriteLong"] = usage.CacheWriteLong,
        ["output"] = usage.Output,
        ["reasoning"] = usage.Reasoning,
    };

    private static string Word(AIContent content) => content switch
    {
        TextContent text => $"text:{text.Text}",
        TextReasoningContent reasoning => $"reasoning:{reasoning.Text}:{reasoning.ProtectedData}",
        FunctionCallContent call => $"call:{call.CallId}:{call.Name}:{{{string.Join(',', call.Arguments!.Select(a => $"\"{a.Key}\":{((JsonElement)a.Value!).GetRawText()}"))}}}",
        _ => $"raw:{((JsonElement)content.RawRepresentation!).EnumerateObject().First().Name}",
    };

    private static byte[] Bytes(string name, string file) => File.ReadAllBytes(Path.Combine(Root, name, file));

    private static string Compact(ReadOnlySpan<byte> json) => JsonNode.Parse(json)!.ToJsonString();

    private static string Compact(string json) => JsonNode.Parse(json)!.ToJsonString();
}
