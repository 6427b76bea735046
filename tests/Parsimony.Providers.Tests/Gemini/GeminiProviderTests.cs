using System.Net;
using System.Text;
using Microsoft.Extensions.AI;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.GeminiGiven;

namespace Parsimony.Providers.Tests;

public sealed class GeminiProviderTests : IDisposable
{
    private readonly ScriptedHandler _handler = new();
    private readonly GeminiProvider _provider;

    public GeminiProviderTests() => _provider = Provider(_handler, new ManualClock());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _handler.Dispose();

    [Fact]
    public async Task A_call_goes_to_the_model_with_the_key_in_its_header()
    {
        _handler.Reply(Answer());

        var outcome = await _provider.SendAsync(new LiveCall(Canonical(), "call-1", TimeSpan.FromMinutes(1)), Token);

        var sent = Assert.Single(_handler.Sent);
        Assert.Equal((HttpMethod.Post, "/v1beta/models/gemini-3.8-flash:generateContent"), (sent.Method, sent.Path));
        Assert.Equal(("g-secret", "call-1"), (sent.Request.Headers.GetValues("x-goog-api-key").Single(), sent.Request.Headers.GetValues("X-Client-Request-Id").Single()));
        Assert.DoesNotContain("g-secret", sent.Path, StringComparison.Ordinal);
        var answer = Assert.IsType<LiveOutcome.Answered>(outcome).Answer;
        Assert.Equal(("stop", 2L, "ok"), (answer.FinishReason, answer.Usage!.Value.UncachedInput, _provider.ReadChat(answer.Body).Text));
    }

    [Fact]
    public async Task Embeddings_have_their_own_call()
    {
        _handler.Reply("""{"embedding":{"values":[1,2]}}""");
        var envelope = new EmbeddingRequest { Input = "x", Dimensions = 2 }.ToEnvelope(Model("gemini-embedding-001"));

        var outcome = await _provider.SendAsync(new LiveCall(envelope, "c", TimeSpan.FromMinutes(1)), Token);

        Assert.Equal("/v1beta/models/gemini-embedding-001:embedContent", _handler.Sent[0].Path);
        Assert.Equal([1f, 2f], _provider.ReadEmbedding(Assert.IsType<LiveOutcome.Answered>(outcome).Answer.Body).Vector.ToArray());
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, "RESOURCE_EXHAUSTED", FailureCause.RateLimited)]
    [InlineData(HttpStatusCode.BadRequest, "INVALID_ARGUMENT", FailureCause.InvalidRequest)]
    [InlineData(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE", FailureCause.Overloaded)]
    public async Task A_refusal_is_told_as_one_and_echoes_nothing(HttpStatusCode status, string word, FailureCause cause)
    {
        _handler.Reply(Error((int)status, word), status);

        var failure = Assert.IsType<LiveOutcome.Refused>(await _provider.SendAsync(new LiveCall(Canonical(), "c", TimeSpan.FromMinutes(1)), Token)).Failure;

        Assert.Equal((cause, word), (failure.Cause, failure.ProviderCode));
        Assert.DoesNotContain("SECRET", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_have_been_done_is_uncertain()
    {
        _handler.Reply(Error(500, "INTERNAL"), HttpStatusCode.InternalServerError).Reply("no json").Throw(new HttpRequestException(HttpRequestError.ResponseEnded));
        for (var i = 0; i < 3; i++)
        {
            Assert.IsType<LiveOutcome.Uncertain>(await _provider.SendAsync(new LiveCall(Canonical(), "c", TimeSpan.FromMinutes(1)), Token));
        }
    }

    [Fact]
    public async Task A_stream_is_asked_for_by_address_and_needs_its_end()
    {
        _handler.ReplyBytes("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"half\"}]}}]}\n\n"u8.ToArray());

        var failure = await Assert.ThrowsAsync<ProviderException>(async () => await _provider.CreateChatClient("gemini-3.8-flash").GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token));

        Assert.Equal("/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse", _handler.Sent[0].Path);
        Assert.Equal(FailureCause.Transport, failure.Failure.Cause);
        Assert.DoesNotContain("stream", _handler.Sent[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_may_end_in_an_error()
    {
        _handler.ReplyBytes(Encoding.UTF8.GetBytes("data: " + Error(503, "UNAVAILABLE") + "\n\n"));

        var failure = await Assert.ThrowsAsync<ProviderException>(async () => await _provider.CreateChatClient("gemini-3.8-flash").GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token));

        Assert.Equal((FailureCause.Overloaded, "UNAVAILABLE"), (failure.Failure.Cause, failure.Failure.ProviderCode));
    }

    [Fact]
    public async Task A_round_with_a_tool_sends_back_what_came()
    {
        _handler
            .Reply("""{"candidates":[{"content":{"parts":[{"text":"Let me see.","thought":true},{"functionCall":{"name":"clock","args":{}},"thoughtSignature":"c2ln"}]},"finishReason":"STOP"}],"responseId":"r7"}""")
            .Reply(Answer("noon"));
        var client = _provider.CreateChatClient("gemini-3.8-flash");
        var options = new ChatOptions { Tools = [AIFunctionFactory.CreateDeclaration("clock", "time", AIJsonUtilities.CreateJsonSchema(typeof(object)))] };
        List<ChatMessage> messages = [new(ChatRole.User, "time?")];

        var first = await client.GetResponseAsync(messages, options, Token);
        messages.AddRange(first.Messages);
        var call = first.Messages[0].Contents.OfType<FunctionCallContent>().Single();
        messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, "12:00")]));
        await client.GetResponseAsync(messages, options, Token);

        Assert.Equal(ChatFinishReason.ToolCalls, first.FinishReason);
        Assert.Contains(
            """{"role":"model","parts":[{"functionCall":{"id":"r7-1","name":"clock","args":{}},"thoughtSignature":"c2ln"}]},{"role":"user","parts":[{"functionResponse":{"id":"r7-1","name":"clock","response":{"output":"12:00"}}}]}""",
            _handler.Sent[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_texts_go_in_pages_of_one_call()
    {
        _handler.Reply($$"""{"embeddings":[{{string.Join(',', Enumerable.Repeat("""{"values":[1]}""", 100))}}]}""").Reply("""{"embeddings":[{"values":[2]}]}""");

        var vectors = await _provider.CreateEmbeddingGenerator("gemini-embedding-001").GenerateAsync(Enumerable.Range(0, 101).Select(i => $"t{i}"), cancellationToken: Token);

        Assert.Equal(101, vectors.Count);
        Assert.All(_handler.Sent, sent => Assert.Equal("/v1beta/models/gemini-embedding-001:batchEmbedContents", sent.Path));
    }

    [Fact]
    public void An_address_or_key_that_cannot_be_used_is_told_at_once()
    {
        Assert.Throws<ArgumentException>(() => Provider(_handler, new ManualClock(), Connection with { ApiKey = "" }));
        Assert.Throws<ArgumentException>(() => Provider(_handler, new ManualClock(), Connection with { ApiKey = "a\nb" }));
        Assert.Throws<ArgumentException>(() => Provider(_handler, new ManualClock(), Connection with { Endpoint = new Uri("ftp://x") }));
    }
}
