using System.Net;
using System.Text;
using Microsoft.Extensions.AI;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.OpenAIGiven;

namespace Parsimony.Providers.Tests;

public sealed class OpenAIProviderTests
{
    private readonly ManualClock _clock = new();
    private readonly ScriptedHandler _handler = new();

    [Theory]
    [InlineData(EndpointKind.Chat, "/v1/chat/completions")]
    [InlineData(EndpointKind.Responses, "/v1/responses")]
    [InlineData(EndpointKind.Embeddings, "/v1/embeddings")]
    [InlineData(EndpointKind.Images, "/v1/images/generations")]
    public async Task Sends_each_kind_to_its_endpoint_once_with_our_key(EndpointKind kind, string path)
    {
        _handler.Reply("""{"id":"x","data":[],"usage":{"prompt_tokens":1}}""");
        var answer = Assert.IsType<LiveOutcome.Answered>(await SendAsync(Verbatim("""{"a":1}""", kind))).Answer;
        Assert.Equal(1, answer.Usage!.Value.UncachedInput);
        var sent = Assert.Single(_handler.Sent);
        Assert.Equal((path, """{"a":1,"model":"gpt-5-mini"}"""), (sent.Path, sent.Body));
        Assert.Equal("call-1", sent.Request.Headers.GetValues("X-Client-Request-Id").Single());
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(429, true)]
    [InlineData(503, true)]
    [InlineData(529, true)]
    [InlineData(408, false)]
    [InlineData(409, false)]
    [InlineData(500, false)]
    [InlineData(502, false)]
    [InlineData(504, false)]
    public async Task Counts_a_call_as_refused_only_when_that_is_certain(int status, bool isRefused)
    {
        _handler.Reply("""{"error":{"message":"secret"}}""", (HttpStatusCode)status);
        var outcome = await SendAsync(Canonical());
        Assert.Equal(isRefused, outcome is LiveOutcome.Refused);
        Assert.Equal(!isRefused, outcome is LiveOutcome.Uncertain);
        Assert.DoesNotContain("secret", outcome.ToString(), StringComparison.Ordinal);
        Assert.Single(_handler.Sent);
    }

    [Theory]
    [InlineData("flex", Route.Flex)]
    [InlineData("default", null)]
    [InlineData(null, null)]
    public async Task Asks_for_the_slower_tier_and_reads_whether_it_was_served_in_it(string? tier, Route? served)
    {
        _handler.Reply($$$"""{"id":"x","choices":[],"service_tier":{{{(tier is null ? "null" : $"\"{tier}\"")}}},"usage":{"prompt_tokens":1}}""");

        var answer = Assert.IsType<LiveOutcome.Answered>(await SendAsync(Verbatim("""{"a":1}""", EndpointKind.Chat), Route.Flex)).Answer;

        Assert.Equal("""{"service_tier":"flex","a":1,"model":"gpt-5-mini"}""", Assert.Single(_handler.Sent).Body);
        Assert.Equal(served, answer.Route);
    }

    [Theory]
    [InlineData(Route.Flex, "resource_unavailable", null, FailureCause.TierFull)]
    [InlineData(Route.Flex, "resource_unavailable", "7", FailureCause.TierFull)]
    [InlineData(Route.Flex, "nobody_knows_its_name", null, FailureCause.TierFull)]
    [InlineData(Route.Flex, "nobody_knows_its_name", "7", FailureCause.RateLimited)]
    [InlineData(Route.Flex, "rate_limit_exceeded", null, FailureCause.RateLimited)]
    [InlineData(Route.Flex, "slow_down", null, FailureCause.RateLimited)]
    [InlineData(Route.Live, "resource_unavailable", null, FailureCause.RateLimited)]
    public async Task Tells_a_full_tier_from_a_limit_of_the_account(Route route, string code, string? retryAfter, FailureCause cause)
    {
        _handler.Reply($$$"""{"error":{"code":"{{{code}}}"}}""", HttpStatusCode.TooManyRequests, retryAfter is null ? [] : [("Retry-After", retryAfter)]);

        var refused = Assert.IsType<LiveOutcome.Refused>(await SendAsync(Verbatim("""{"a":1}""", EndpointKind.Chat), route)).Failure;

        Assert.Equal((cause, code), (refused.Cause, refused.ProviderCode));
    }

    [Fact]
    public async Task Leaves_other_refusals_in_the_slower_tier_as_they_are()
    {
        _handler.Reply("""{"error":{"code":"invalid_service_tier"}}""", HttpStatusCode.BadRequest);

        Assert.Equal(FailureCause.InvalidRequest, Assert.IsType<LiveOutcome.Refused>(await SendAsync(Verbatim("""{"a":1}""", EndpointKind.Chat), Route.Flex)).Failure.Cause);
    }

    [Fact]
    public async Task Tells_unsent_lost_late_and_unreadable_calls_apart()
    {
        _handler.Throw(new HttpRequestException(HttpRequestError.NameResolutionError, "x")).Throw(new HttpRequestException(HttpRequestError.ResponseEnded, "x")).Reply("<html>");
        Assert.Equal(FailureCause.Transport, Assert.IsType<LiveOutcome.Refused>(await SendAsync(Canonical())).Failure.Cause);
        Assert.Equal(FailureCause.Transport, Assert.IsType<LiveOutcome.Uncertain>(await SendAsync(Canonical())).Failure.Cause);
        Assert.Equal(FailureCause.Malformed, Assert.IsType<LiveOutcome.Uncertain>(await SendAsync(Canonical())).Failure.Cause);
        _handler.ReplyStream(new PiecewiseStream("{"u8.ToArray(), 1, PiecewiseEnd.Hangs));
        var late = SendAsync(Canonical());
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(FailureCause.Timeout, Assert.IsType<LiveOutcome.Uncertain>(await late).Failure.Cause);
    }

    [Theory]
    [InlineData("null", true)]
    [InlineData("""{"input_tokens":4,"output_tokens":2}""", false)]
    public async Task A_failed_response_is_refused_unless_it_names_usage(string usage, bool isRefused)
    {
        _handler.Reply($$"""{"object":"response","status":"failed","error":{"code":"server_error"},"usage":{{usage}}}""");
        Assert.Equal(isRefused, await SendAsync(Verbatim("{}", EndpointKind.Responses)) is LiveOutcome.Refused);
    }

    [Fact]
    public async Task Sends_nothing_that_it_cannot_say()
    {
        Assert.Equal(FailureStage.Render, Assert.IsType<LiveOutcome.Refused>(await SendAsync(Verbatim("[]"))).Failure.Stage);
        Assert.Equal(FailureCause.Unsupported, Assert.IsType<LiveOutcome.Refused>(await SendAsync(Verbatim("{}", EndpointKind.Other))).Failure.Cause);
        Assert.Equal(FailureCause.Unsupported, Assert.IsType<LiveOutcome.Refused>(await SendAsync(Canonical() with { Dialect = Dialect.Anthropic })).Failure.Cause);
        Assert.Empty(_handler.Sent);
    }

    [Theory]
    [InlineData("""{"data":[{"index":1,"embedding":[9]},{"index":0,"embedding":[0.5,-1]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":"AAAAPwAAgL8="}]}""")]
    public void Reads_the_first_vector_as_numbers_or_packed(string body) =>
        Assert.Equal([0.5f, -1f], Provider(_handler, _clock).ReadEmbedding(Encoding.UTF8.GetBytes(body)).Vector.ToArray());

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":[{"embedding":null}]}""")]
    [InlineData("""{"data":[{"embedding":["x"]}]}""")]
    [InlineData("x")]
    public void Says_that_a_body_holds_no_vector(string body) =>
        Assert.Equal(FailureCause.Malformed, Assert.Throws<ProviderException>(() => Provider(_handler, _clock).ReadEmbedding(Encoding.UTF8.GetBytes(body))).Failure.Cause);

    [Fact]
    public async Task Generates_embeddings_in_pages_and_adds_their_usage_up()
    {
        static string Page(int count) => $$$"""{"data":[{{{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"index":{{i}},"embedding":[{{i}}]}"""))}}}],"usage":{"prompt_tokens":{{{count}}},"total_tokens":{{{count}}}}}""";
        _handler.Reply(Page(256)).Reply(Page(44));
        using var generator = Provider(_handler, _clock).CreateEmbeddingGenerator("text-embedding-3-small");
        var all = await generator.GenerateAsync(Enumerable.Range(0, 300).Select(i => $"t{i}"), new EmbeddingGenerationOptions { Dimensions = 1 }, TestContext.Current.CancellationToken);
        Assert.Equal((300, 300L, 43f), (all.Count, all.Usage!.InputTokenCount!.Value, all[^1].Vector.Span[0]));
        Assert.Equal("text-embedding-3-small", generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelId);
        Assert.StartsWith("""{"model":"text-embedding-3-small","input":["t256",""", _handler.Sent[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Never_shows_the_key()
    {
        Assert.DoesNotContain("sk-secret", Connection.ToString(), StringComparison.Ordinal);
        var exception = Assert.Throws<ArgumentException>(() => Provider(_handler, _clock, Connection with { ApiKey = "sk-secret\r\nX: y" }));
        Assert.DoesNotContain("sk-secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adds_configured_headers_but_never_another_key()
    {
        _handler.Reply("""{"data":[]}""");
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["OpenAI-Organization"] = "org-1", ["Authorization"] = "Bearer other" };
        var provider = Provider(_handler, _clock, Connection with { Headers = headers });
        await provider.SendAsync(new LiveCall(Canonical(), "c\u00e9 1", TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);
        var sent = _handler.Sent[0].Request.Headers;
        Assert.Equal(("org-1", "Bearer sk-secret", "c1"), (sent.GetValues("OpenAI-Organization").Single(), sent.Authorization!.ToString(), sent.GetValues("X-Client-Request-Id").Single()));
    }

    private Task<LiveOutcome> SendAsync(Envelope envelope, Route route = Route.Live) =>
        Provider(_handler, _clock).SendAsync(new LiveCall(envelope, "call-1", TimeSpan.FromMinutes(1)) { Route = route }, TestContext.Current.CancellationToken);
}
