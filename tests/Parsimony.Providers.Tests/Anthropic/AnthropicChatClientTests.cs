using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Tests;

public class AnthropicChatClientTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_with_text_usage_and_finish_reason()
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(AnthropicWorld.Message("Oslo")));
        using var client = world.Provider.CreateChatClient("claude-haiku-4-5");

        var response = await client.GetResponseAsync("Capital?", new ChatOptions { MaxOutputTokens = 9 }, Now);

        Assert.Equal(("Oslo", ChatFinishReason.Stop, 12L, 3L), (response.Text, response.FinishReason, response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
        Assert.Equal(9, (int)JsonNode.Parse(world.Calls[0].Body)!["max_tokens"]!);
    }

    [Fact]
    public void Tells_who_it_is()
    {
        using var client = new AnthropicWorld(_ => AnthropicWorld.Json("")).Provider.CreateChatClient("claude-haiku-4-5");
        var metadata = client.GetService<ChatClientMetadata>()!;

        Assert.Equal(("anthropic", "claude-haiku-4-5", new Uri("https://api.anthropic.com")), (metadata.ProviderName, metadata.DefaultModelId, metadata.ProviderUri));
        Assert.Same(client, client.GetService<IChatClient>());
        Assert.Null(client.GetService(typeof(IChatClient), "key"));
    }

    [Fact]
    public async Task Says_the_failure_and_never_the_body()
    {
        using var client = new AnthropicWorld(_ => AnthropicWorld.Error(429, "rate_limit_error")).Provider.CreateChatClient("m");

        var failure = await Assert.ThrowsAsync<ProviderException>(() => client.GetResponseAsync("SECRET PROMPT", cancellationToken: Now));

        Assert.Equal(FailureCause.RateLimited, failure.Failure.Cause);
        Assert.DoesNotContain("SECRET", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Raw_members_of_the_factory_win_over_the_options()
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(AnthropicWorld.Message()));
        using var client = world.Provider.CreateChatClient("claude-haiku-4-5");
        var options = new ChatOptions { MaxOutputTokens = 9, RawRepresentationFactory = _ => new JsonObject { ["max_tokens"] = 11, ["service_tier"] = "auto" } };

        await client.GetResponseAsync("hi", options, Now);

        var body = JsonNode.Parse(world.Calls[0].Body)!;
        Assert.Equal((11, "auto"), ((int)body["max_tokens"]!, (string?)body["service_tier"]));
    }

    [Fact]
    public async Task Streams_text_thinking_tool_calls_and_usage()
    {
        var world = new AnthropicWorld(_ => Stream(
            Event("message_start", """{"message":{"id":"msg_7","model":"claude-haiku-4-5","usage":{"input_tokens":20,"cache_read_input_tokens":5,"output_tokens":1}}}"""),
            Event("ping", "{}"),
            Event("content_block_start", """{"index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"""),
            Event("content_block_delta", """{"index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}"""),
            Event("content_block_delta", """{"index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}"""),
            Event("content_block_stop", """{"index":0}"""),
            Event("content_block_start", """{"index":1,"content_block":{"type":"text","text":""}}"""),
            Event("content_block_delta", """{"index":1,"delta":{"type":"text_delta","text":"Caf"}}"""),
            Event("content_block_delta", """{"index":1,"delta":{"type":"text_delta","text":"é ☕"}}"""),
            Event("content_block_stop", """{"index":1}"""),
            Event("content_block_start", """{"index":2,"content_block":{"type":"tool_use","id":"t1","name":"clock","input":{}}}"""),
            Event("content_block_delta", """{"index":2,"delta":{"type":"input_json_delta","partial_json":"{\"z\":"}}"""),
            Event("content_block_delta", """{"index":2,"delta":{"type":"input_json_delta","partial_json":"1}"}}"""),
            Event("content_block_stop", """{"index":2}"""),
            Event("message_delta", """{"delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":30}}"""),
            Event("novelty", "{}"),
            Event("message_stop", "{}")));
        using var client = world.Provider.CreateChatClient("claude-haiku-4-5");

        var updates = await client.GetStreamingResponseAsync("hi", cancellationToken: Now).ToListAsync(Now);
        var response = updates.ToChatResponse();

        Assert.StartsWith("""{"stream":true,"model":""", world.Calls[0].Body, StringComparison.Ordinal);
        Assert.Equal(("Café ☕", "msg_7", ChatFinishReason.ToolCalls), (response.Text, response.ResponseId, response.FinishReason));
        Assert.Equal((25L, 30L), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
        var contents = response.Messages[0].Contents;
        var thought = Assert.Single(contents.OfType<TextReasoningContent>());
        Assert.Equal(("Hm", "c2ln"), (thought.Text, thought.ProtectedData));
        Assert.Equal("1", ((JsonElement)Assert.Single(contents.OfType<FunctionCallContent>()).Arguments!["z"]!).GetRawText());
    }

    [Fact]
    public async Task A_stream_that_was_cut_is_not_a_whole_answer()
    {
        using var client = new AnthropicWorld(_ => Stream(
            Event("content_block_delta", """{"index":0,"delta":{"type":"text_delta","text":"half"}}"""))).Provider.CreateChatClient("m");
        var got = new List<string>();

        var cut = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync("hi", cancellationToken: Now))
            {
                got.Add(update.Text);
            }
        });

        Assert.Equal(FailureCause.Transport, cut.Failure.Cause);
        Assert.Equal(["half"], got);
    }

    [Fact]
    public async Task An_error_event_ends_the_stream_with_its_cause()
    {
        using var client = new AnthropicWorld(_ => Stream(
            Event("error", """{"error":{"type":"overloaded_error","message":"SECRET"}}"""))).Provider.CreateChatClient("m");

        var failure = await Assert.ThrowsAsync<ProviderException>(async () => await client.GetStreamingResponseAsync("hi", cancellationToken: Now).ToListAsync(Now));

        Assert.Equal(FailureCause.Overloaded, failure.Failure.Cause);
        Assert.DoesNotContain("SECRET", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_with_half_a_surrogate_pair_is_read_with_that_half_replaced()
    {
        var body = AnthropicWorld.Message("""a\ud800b \ud83d\ude00 \\ud800 \u0000""");

        var response = AnthropicResponseReader.ReadChat(Encoding.UTF8.GetBytes(body));

        Assert.Equal("a\uFFFDb 😀 \\ud800 \0", response.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"content":null}""")]
    [InlineData("""{"type":"error","error":{}}""")]
    public void A_body_that_is_no_answer_is_malformed(string body)
    {
        Assert.Equal(FailureCause.Malformed, Assert.Throws<ProviderException>(() => AnthropicResponseReader.ReadChat(Encoding.UTF8.GetBytes(body))).Failure.Cause);
    }

    private static string Event(string type, string data)
    {
        var node = JsonNode.Parse(data)!.AsObject();
        node["type"] = type;
        return $"event: {type}\ndata: {node.ToJsonString()}\n\n";
    }

    private static HttpResponseMessage Stream(params string[] events) =>
        new(HttpStatusCode.OK) { Content = new StringContent(string.Concat(events), Encoding.UTF8, "text/event-stream") };
}
