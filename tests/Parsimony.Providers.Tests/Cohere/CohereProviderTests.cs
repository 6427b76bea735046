using System.Buffers;
using System.Text;
using Microsoft.Extensions.AI;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Testing;

namespace Parsimony.Providers.Tests;

public sealed class CohereProviderTests
{
    private const string Hello = """{"id":"1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text","text":"hi"}]}}""";

    private readonly ScriptedHandler _handler = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "https://api.cohere.com/v2/chat")]
    [InlineData("https://gate.example/cohere/", "https://gate.example/cohere/v2/chat")]
    [InlineData("https://api.cohere.com/v1", "https://api.cohere.com/v2/chat")]
    [InlineData("https://api.cohere.com/v2", "https://api.cohere.com/v2/chat")]
    public async Task Calls_version_2_with_a_bearer_key(string? endpoint, string address)
    {
        _handler.Reply(Hello);

        await Provider(endpoint).SendAsync(Call("hello"), Token);

        var sent = Assert.Single(_handler.Sent).Request;
        Assert.Equal((address, "Bearer secret", "call-7"), (sent.RequestUri?.ToString(), sent.Headers.Authorization?.ToString(), Assert.Single(sent.Headers.GetValues("X-Client-Request-Id"))));
    }

    [Fact]
    public void A_key_is_needed() =>
        Assert.Throws<ArgumentException>(() => new CohereProvider(new ProviderConnection(), new HttpClient(_handler), new ManualClock()));

    [Theory]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"data","mediaType":"application/pdf","content":"AAAA"}]}]}""", "media_type")]
    [InlineData("""{"turns":[{"role":"system","parts":[{"type":"data","mediaType":"image/png","content":"AAAA"}]}]}""", "media_role")]
    [InlineData("""{"turns":[]}""", "no-messages")]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"call","id":"1","name":"a","arguments":"{}"}]}]}""", "tool_call_role")]
    [InlineData("""{"turns":[{"role":"tool","parts":[{"type":"text","text":"a"}]}]}""", "tool_content")]
    public void Refuses_by_name_what_it_cannot_say(string request, string code)
    {
        var envelope = new Envelope { Kind = EndpointKind.Chat, Dialect = Dialect.Canonical, Model = new ModelId(ProviderId.Cohere, "m"), Bytes = Encoding.UTF8.GetBytes(request) };

        var refused = Assert.Throws<ProviderException>(() => Provider().Render(envelope, CacheControl.None, new ArrayBufferWriter<byte>()));

        Assert.Equal((FailureStage.Render, code), (refused.Failure.Stage, refused.Failure.ProviderCode));
    }

    [Fact]
    public async Task What_is_billed_is_booked_not_what_was_counted()
    {
        using var world = new SandboxWorld(new SandboxOptions(), new ManualClock());
        using var http = new HttpClient(new SandboxMessageHandler(world));
        var answer = Assert.IsType<LiveOutcome.Answered>(await InSandbox(http).SendAsync(Call("hello there"), Token)).Answer;

        Assert.Contains("\"tokens\":{\"input_tokens\":64", Encoding.UTF8.GetString(answer.Body.Span), StringComparison.Ordinal);
        Assert.Equal(3, answer.Usage?.TotalInput);
    }

    [Fact]
    public async Task A_plan_for_tools_goes_back_as_one()
    {
        using var world = new SandboxWorld(new SandboxOptions(), new ManualClock());
        using var http = new HttpClient(new SandboxMessageHandler(world));
        using var client = InSandbox(http).CreateChatClient("command-a-03-2025");
        var options = new ChatOptions
        {
            Tools = [AIFunctionFactory.CreateDeclaration("weather", "Weather.", System.Text.Json.JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""))],
            ToolMode = ChatToolMode.RequireAny,
        };
        List<ChatMessage> messages = [new(ChatRole.User, "Oslo?")];
        messages.AddMessages(await client.GetResponseAsync(messages, options, Token));
        var call = messages[^1].Contents.OfType<FunctionCallContent>().Single();
        messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, "rain")]));
        _handler.Reply(Hello);

        await Provider().CreateChatClient("m").GetResponseAsync(messages, cancellationToken: Token);

        Assert.Contains("\"tool_plan\":\"I will use the weather tool.\"", _handler.Sent[0].Body, StringComparison.Ordinal);
        Assert.Contains($"\"tool_call_id\":\"{call.CallId}\"", _handler.Sent[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_are_embedded_96_at_a_time_for_the_use_that_is_named()
    {
        using var world = new SandboxWorld(new SandboxOptions(), new ManualClock());
        using var http = new HttpClient(new SandboxMessageHandler(world));
        using var generator = InSandbox(http).CreateEmbeddingGenerator("embed-v4.0");

        var all = await generator.GenerateAsync([.. Enumerable.Range(0, 100).Select(i => $"text {i}")], new EmbeddingGenerationOptions { Dimensions = 256 }, Token);
        _handler.Reply("""{"id":"1","embeddings":{"float":[[1,0]]},"meta":{"billed_units":{"input_tokens":1}}}""");
        await Provider().CreateEmbeddingGenerator("embed-v4.0").GenerateAsync(["q"], new EmbeddingGenerationOptions { AdditionalProperties = new() { ["input_type"] = "search_query" } }, Token);

        Assert.Equal((100, 256, 2), (all.Count, all[99].Vector.Length, world.Bill.Lines.Count));
        Assert.Equal(world.Bill.Lines.Sum(line => line.Usage.TotalInput), all.Usage!.InputTokenCount);
        Assert.Contains("\"input_type\":\"search_query\"", _handler.Sent[0].Body, StringComparison.Ordinal);
    }

    private CohereProvider Provider(string? endpoint = null) => new(
        new ProviderConnection { ApiKey = "secret", Endpoint = endpoint is null ? null : new Uri(endpoint) }, new HttpClient(_handler) { Timeout = Timeout.InfiniteTimeSpan }, new ManualClock());

    private static CohereProvider InSandbox(HttpClient http) => new(new ProviderConnection { ApiKey = "key", Endpoint = new Uri("http://cohere.sandbox") }, http, new ManualClock());

    private static LiveCall Call(string text) =>
        new(new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(text)])] }.ToEnvelope(new ModelId(ProviderId.Cohere, "command-a-03-2025")), "call-7", TimeSpan.FromMinutes(1));
}
