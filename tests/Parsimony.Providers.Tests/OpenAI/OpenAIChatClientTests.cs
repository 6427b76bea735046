using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.OpenAIGiven;

namespace Parsimony.Providers.Tests;

public sealed class OpenAIChatClientTests
{
    private const string Answer = """{"id":"c1","object":"chat.completion","created":1780000000,"model":"gpt-5-mini-x","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":3}}}""";

    private readonly ManualClock _clock = new();
    private readonly ScriptedHandler _handler = new();

    private IChatClient Client => Provider(_handler, _clock).CreateChatClient("gpt-5-mini");

    [Fact]
    public async Task Renders_as_batches_do_and_reads_text_and_usage()
    {
        _handler.Reply(Answer);
        var response = await Client.GetResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(("Hi", "c1", "gpt-5-mini-x", ChatFinishReason.Stop), (response.Text, response.ResponseId, response.ModelId, response.FinishReason!.Value));
        Assert.Equal((5L, 2L, 7L, 3L), (response.Usage!.InputTokenCount!.Value, response.Usage.OutputTokenCount!.Value, response.Usage.TotalTokenCount!.Value, response.Usage.CachedInputTokenCount!.Value));
        Assert.Equal(Render(Canonical()), _handler.Sent[0].Body);
    }

    [Fact]
    public async Task Asks_the_model_of_the_options()
    {
        _handler.Reply(Answer);
        await Client.GetResponseAsync("hello", new ChatOptions { ModelId = "gpt-4o" }, TestContext.Current.CancellationToken);
        Assert.Equal("gpt-4o", (string?)JsonNode.Parse(_handler.Sent[0].Body)!["model"]);
    }

    [Fact]
    public async Task Streams_text_then_whole_tool_calls_then_usage()
    {
        var events = Stream(
            """{"id":"c1","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}""",
            """{"id":"c1","choices":[{"index":0,"delta":{"content":"Grüß "}}]}""",
            """{"id":"c1","choices":[{"index":0,"delta":{"content":"dich"}}]}""",
            """{"id":"c1","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"t2","function":{"name":"b","arguments":""}},{"index":0,"id":"t1","function":{"name":"a","arguments":"{\"x\""}}]}}]}""",
            """{"id":"c1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}}]}""",
            """{"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":null}""",
            """{"id":"c1","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}""",
            "[DONE]");
        _handler.ReplyStream(new PiecewiseStream(events, 3));
        var updates = await Client.GetStreamingResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        var response = updates.ToChatResponse();
        Assert.Equal(("Grüß dich", ChatFinishReason.ToolCalls, 5L), (response.Text, response.FinishReason!.Value, response.Usage!.InputTokenCount!.Value));
        Assert.Equal(["t1", "t2"], response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().Select(call => call.CallId));
        Assert.StartsWith("""{"stream":true,"stream_options":{"include_usage":true},"model":""", _handler.Sent[0].Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""","usage":{"prompt_tokens":5,"completion_tokens":1}""", """{"id":"c1","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}""")]
    [InlineData(""","x_groq":{"id":"r","usage":{"prompt_tokens":5,"completion_tokens":2}}""", """{"id":"c1","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}""")]
    [InlineData(""","x_groq":{"id":"r","usage":{"prompt_tokens":5,"completion_tokens":2}}""", """{"id":"c1","choices":[],"usage":null}""")]
    public async Task Usage_that_is_told_again_counts_once(string first, string last)
    {
        _handler.ReplyStream(new MemoryStream(Stream($$$"""{"id":"c1","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]{{{first}}}}""", last, "[DONE]")));

        var response = await Client.GetStreamingResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);

        Assert.Equal((5L, 2L), (response.Usage!.InputTokenCount!.Value, response.Usage.OutputTokenCount!.Value));
    }

    [Fact]
    public async Task Reads_events_of_several_lines_and_skips_comments_and_empty_data()
    {
        _handler.ReplyStream(new PiecewiseStream(": ping\n\ndata:\n\nevent: x\n\ndata: {\"id\":\"c\",\r\ndata: \"choices\":[{\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}\r\n\r\n"u8.ToArray(), 1));
        var updates = await Client.GetStreamingResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal("ok", updates.ToChatResponse().Text);
    }

    [Theory]
    [InlineData("""{"error":{"code":"rate_limit_exceeded","message":"secret"}}""", FailureCause.RateLimited)]
    [InlineData("""{"choices":[{"delta":{"content":"half"}}]}""", FailureCause.Transport)]
    [InlineData("not json", FailureCause.Malformed)]
    public async Task A_stream_that_fails_or_ends_early_is_an_error(string data, FailureCause cause)
    {
        _handler.ReplyStream(new MemoryStream(Stream(data)));
        var exception = await Assert.ThrowsAsync<ProviderException>(async () =>
            await Client.GetStreamingResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(cause, exception.Failure.Cause);
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throws_what_the_provider_refused_without_its_message()
    {
        _handler.Reply("""{"error":{"code":"invalid_api_key","message":"secret sk-secret"}}""", HttpStatusCode.Unauthorized);
        var exception = await Assert.ThrowsAsync<ProviderException>(() => Client.GetResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken));
        Assert.True(exception.Failure.IsCredential);
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_ignore_raw_options_it_cannot_carry()
    {
        var options = new ChatOptions { RawRepresentationFactory = _ => new object() };
        await Assert.ThrowsAsync<NotSupportedException>(() => Client.GetResponseAsync("hello", options, TestContext.Current.CancellationToken));
        Assert.Empty(_handler.Sent);
    }

    [Fact]
    public void Names_itself()
    {
        var metadata = Client.GetService<ChatClientMetadata>()!;
        Assert.Equal(("openai", "gpt-5-mini", "localhost"), (metadata.ProviderName, metadata.DefaultModelId, metadata.ProviderUri!.Host));
        Assert.Null(Client.GetService(typeof(ChatClientMetadata), "key"));
    }

    private static byte[] Stream(params string[] events) => Encoding.UTF8.GetBytes(string.Concat(events.Select(data => $"data: {data}\n\n")));
}
