using System.Buffers;
using System.Text;
using Microsoft.Extensions.AI;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Testing;

namespace Parsimony.Providers.Tests;

public sealed class OllamaProviderTests
{
    private readonly ScriptedHandler _handler = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "http://localhost:11434/api/chat")]
    [InlineData("http://box:8080", "http://box:8080/api/chat")]
    [InlineData("https://ollama.com/api", "https://ollama.com/api/chat")]
    [InlineData("https://ollama.com/api/", "https://ollama.com/api/chat")]
    [InlineData("http://gate/ollama", "http://gate/ollama/api/chat")]
    public async Task Calls_the_server_at_home_unless_another_is_named(string? endpoint, string address)
    {
        _handler.Reply("""{"model":"m","message":{"role":"assistant","content":"hi"},"done":true}""");

        await Provider(new ProviderConnection { Endpoint = endpoint is null ? null : new Uri(endpoint) }).SendAsync(Call("hello"), Token);

        var sent = Assert.Single(_handler.Sent).Request;
        Assert.Equal(address, sent.RequestUri?.ToString());
        Assert.Null(sent.Headers.Authorization);
        Assert.Equal("call-7", Assert.Single(sent.Headers.GetValues("X-Client-Request-Id")));
    }

    [Fact]
    public async Task Sends_a_key_where_there_is_one()
    {
        _handler.Reply("""{"model":"m","message":{"role":"assistant","content":"hi"},"done":true}""");

        await Provider(new ProviderConnection { ApiKey = "secret" }).SendAsync(Call("hello"), Token);

        Assert.Equal("Bearer secret", _handler.Sent[0].Request.Headers.Authorization?.ToString());
    }

    [Fact]
    public void Has_no_batches_and_takes_two_calls_at_a_time_unless_it_is_told_otherwise()
    {
        Assert.Null(Provider(new ProviderConnection()).Batches);
        Assert.Equal(2, Provider(new ProviderConnection()).MaxParallelCalls);
        Assert.Equal(9, Provider(new ProviderConnection { MaxParallelCalls = 9 }).MaxParallelCalls);
    }

    [Fact]
    public async Task A_prompt_whose_count_is_missing_was_of_unknown_length_not_of_none()
    {
        _handler.Reply("""{"model":"m","message":{"role":"assistant","content":"hi"},"done":true,"eval_count":3}""");

        Assert.Null(Assert.IsType<LiveOutcome.Answered>(await Provider(new ProviderConnection()).SendAsync(Call("hello"), Token)).Answer.Usage);
    }

    [Theory]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"link","mediaType":"image/png","uri":"https://x/y.png"}]}]}""", "media_link")]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"data","mediaType":"application/pdf","content":"AAAA"}]}]}""", "media_type")]
    [InlineData("""{"turns":[]}""", "no-messages")]
    [InlineData("""{"turns":[{"role":"assistant","parts":[{"type":"call","id":"1","name":"a","arguments":"[]"}]}]}""", "tool_arguments")]
    public void Refuses_by_name_what_it_cannot_say(string request, string code)
    {
        var envelope = new Envelope { Kind = EndpointKind.Chat, Dialect = Dialect.Canonical, Model = new ModelId(ProviderId.Ollama, "m"), Bytes = Encoding.UTF8.GetBytes(request) };

        var refused = Assert.Throws<ProviderException>(() => Provider(new ProviderConnection()).Render(envelope, CacheControl.None, new ArrayBufferWriter<byte>()));

        Assert.Equal((FailureStage.Render, code), (refused.Failure.Stage, refused.Failure.ProviderCode));
    }

    [Theory]
    [InlineData("none", null, 0)]
    [InlineData("required", "clock", 1)]
    [InlineData("required", null, 2)]
    [InlineData("auto", null, 2)]
    public void Shows_the_tools_that_may_be_called(string mode, string? required, int shown)
    {
        var request = new ChatRequest
        {
            Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("hello")])],
            Tools = [new ToolDeclaration("weather", null, new System.Text.Json.Nodes.JsonObject()), new ToolDeclaration("clock", null, new System.Text.Json.Nodes.JsonObject())],
            ToolMode = mode,
            RequiredTool = required,
        };
        var output = new ArrayBufferWriter<byte>();

        Provider(new ProviderConnection()).Render(request.ToEnvelope(new ModelId(ProviderId.Ollama, "m")), CacheControl.None, output);

        Assert.Equal(shown, Encoding.UTF8.GetString(output.WrittenSpan).Split("\"type\":\"function\"").Length - 1);
    }

    [Fact]
    public async Task Bodies_in_anothers_words_are_refused_before_anything_is_sent()
    {
        var envelope = new Envelope { Kind = EndpointKind.Chat, Dialect = Dialect.OpenAI, Model = new ModelId(ProviderId.Ollama, "m"), Bytes = "{}"u8.ToArray() };

        Assert.IsType<LiveOutcome.Refused>(await Provider(new ProviderConnection()).SendAsync(new LiveCall(envelope, "call-7", TimeSpan.FromMinutes(1)), Token));
        Assert.Empty(_handler.Sent);
    }

    [Fact]
    public async Task A_stream_that_ends_before_it_is_done_has_broken_off()
    {
        _handler.ReplyStream(new PiecewiseStream(Encoding.UTF8.GetBytes("""{"model":"m","message":{"role":"assistant","content":"hi"},"done":false}""" + "\n"), 5));
        using var client = Provider(new ProviderConnection()).CreateChatClient("m");

        var broken = await Assert.ThrowsAsync<ProviderException>(() => client.GetStreamingResponseAsync("hello", cancellationToken: Token).ToListAsync(Token).AsTask());

        Assert.Equal(FailureCause.Transport, broken.Failure.Cause);
        Assert.Contains("\"stream\":true", _handler.Sent[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_was_not_pulled_is_said_to_be_none()
    {
        using var world = new SandboxWorld(new SandboxOptions(), new ManualClock());
        using var http = new HttpClient(new SandboxMessageHandler(world));
        var provider = new OllamaProvider(new ProviderConnection { Endpoint = new Uri("http://ollama.sandbox") }, http, new ManualClock());

        var failure = Assert.IsType<LiveOutcome.Refused>(await provider.SendAsync(Call("hello", "not-pulled:8b"), Token)).Failure;

        Assert.Equal((FailureCause.NotFound, "model_not_pulled", false), (failure.Cause, failure.ProviderCode, failure.CanRetry));
    }

    [Fact]
    public async Task Texts_are_embedded_many_at_a_time_in_their_order()
    {
        using var world = new SandboxWorld(new SandboxOptions(), new ManualClock());
        using var http = new HttpClient(new SandboxMessageHandler(world));
        var provider = new OllamaProvider(new ProviderConnection { Endpoint = new Uri("http://ollama.sandbox") }, http, new ManualClock());
        using var generator = provider.CreateEmbeddingGenerator("nomic-embed-text");

        var all = await generator.GenerateAsync([.. Enumerable.Range(0, 70).Select(i => $"text {i}")], new EmbeddingGenerationOptions { Dimensions = 32 }, Token);
        var alone = await generator.GenerateAsync(["text 69"], new EmbeddingGenerationOptions { Dimensions = 32 }, Token);

        Assert.Equal((70, 32), (all.Count, all[0].Vector.Length));
        Assert.Equal(alone[0].Vector.ToArray(), all[69].Vector.ToArray());
        Assert.Equal(world.Bill.Lines.Sum(line => line.Usage.TotalInput), all.Usage!.InputTokenCount + alone.Usage!.InputTokenCount);
    }

    private OllamaProvider Provider(ProviderConnection connection) => new(connection, new HttpClient(_handler) { Timeout = Timeout.InfiniteTimeSpan }, new ManualClock());

    private static LiveCall Call(string text, string model = "m") =>
        new(new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(text)])] }.ToEnvelope(new ModelId(ProviderId.Ollama, model)), "call-7", TimeSpan.FromMinutes(1));
}
