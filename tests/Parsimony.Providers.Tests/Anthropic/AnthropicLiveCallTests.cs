using System.Text;

namespace Parsimony.Providers.Tests;

public class AnthropicLiveCallTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sends_the_rendered_body_once_and_keeps_the_answer_verbatim()
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(AnthropicWorld.Message()));
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        world.Provider.Render(AnthropicWorld.Chat(), CacheControl.None, output);

        var outcome = await world.Provider.SendAsync(new LiveCall(AnthropicWorld.Chat(), "call-1", Limit), Now);

        var answer = Assert.IsType<LiveOutcome.Answered>(outcome).Answer;
        Assert.Equal(AnthropicWorld.Message(), Encoding.UTF8.GetString(answer.Body.Span));
        Assert.Equal(("stop", "msg_01", "standard", 12L), (answer.FinishReason, answer.ProviderReference, answer.ServiceTier, answer.Usage!.Value.TotalInput));
        var call = Assert.Single(world.Calls);
        Assert.Equal((HttpMethod.Post, "/v1/messages", "call-1"), (call.Method, call.Path, call.Headers["x-client-request-id"]));
        Assert.Equal(Encoding.UTF8.GetString(output.WrittenSpan), call.Body);
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(401, true)]
    [InlineData(429, true)]
    [InlineData(503, true)]
    [InlineData(529, true)]
    [InlineData(408, false)]
    [InlineData(409, false)]
    [InlineData(500, false)]
    [InlineData(502, false)]
    [InlineData(504, false)]
    public async Task Tells_refused_from_perhaps_billed_by_the_status(int status, bool isRefused)
    {
        var outcome = await SendAsync(_ => AnthropicWorld.Json("SECRET", status));

        Assert.Equal(isRefused, outcome is LiveOutcome.Refused);
        Assert.Equal(!isRefused, outcome is LiveOutcome.Uncertain);
        Assert.DoesNotContain("SECRET", outcome.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"type":"error","error":{"type":"api_error"}}""")]
    [InlineData("""{"content":[]""")]
    public async Task A_success_it_cannot_read_may_be_billed(string body)
    {
        Assert.Equal(FailureCause.Malformed, Assert.IsType<LiveOutcome.Uncertain>(await SendAsync(_ => AnthropicWorld.Json(body))).Failure.Cause);
    }

    [Fact]
    public async Task A_stalled_call_may_be_billed()
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(""));
        world.Answer = async (_, stop) =>
        {
            world.Clock.Advance(Limit);
            await Task.Delay(Timeout.Infinite, stop);
            return AnthropicWorld.Json("");
        };

        var outcome = await world.Provider.SendAsync(new LiveCall(AnthropicWorld.Chat(), "c", Limit), Now);

        Assert.Equal(FailureCause.Timeout, Assert.IsType<LiveOutcome.Uncertain>(outcome).Failure.Cause);
    }

    [Fact]
    public async Task A_callers_cancel_is_a_cancel()
    {
        using var stop = new CancellationTokenSource();
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(""));
        world.Answer = async (_, token) =>
        {
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
            return AnthropicWorld.Json("");
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Provider.SendAsync(new LiveCall(AnthropicWorld.Chat(), "c", Limit), stop.Token));
    }

    [Fact]
    public async Task What_cannot_be_said_is_refused_without_a_call()
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(""));

        var outcome = await world.Provider.SendAsync(new LiveCall(AnthropicWorld.Chat(""), "c", Limit), Now);

        Assert.Equal(FailureStage.Render, Assert.IsType<LiveOutcome.Refused>(outcome).Failure.Stage);
        Assert.Empty(world.Calls);
    }

    [Fact]
    public async Task A_newline_in_the_call_key_reaches_no_header()
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(AnthropicWorld.Message()));

        var outcome = await world.Provider.SendAsync(new LiveCall(AnthropicWorld.Chat(), "a\r\nx-evil: 1", Limit), Now);

        Assert.False(Assert.IsType<LiveOutcome.Refused>(outcome).Failure.CanRetry);
        Assert.Empty(world.Calls);
    }

    [Theory]
    [InlineData("https://gate.example/anthropic/", "/anthropic/v1/messages")]
    [InlineData("https://gate.example/v1", "/v1/messages")]
    public async Task Calls_the_configured_address_with_the_configured_headers(string endpoint, string path)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["anthropic-beta"] = "a,b", ["Authorization"] = "Bearer t" };
        var world = new AnthropicWorld(
            _ => AnthropicWorld.Json(AnthropicWorld.Message()), new ProviderConnection { ApiKey = AnthropicWorld.Key, Endpoint = new Uri(endpoint), Headers = headers });

        await world.Provider.SendAsync(new LiveCall(AnthropicWorld.Chat(), "c", Limit), Now);

        var call = Assert.Single(world.Calls);
        Assert.Equal((path, "a,b", "Bearer t"), (call.Path, call.Headers["anthropic-beta"], call.Headers["authorization"]));
        // Key or token, never both.
        Assert.DoesNotContain("x-api-key", call.Headers.Keys);
    }

    private static Task<LiveOutcome> SendAsync(Func<AnthropicCall, HttpResponseMessage> answer) =>
        new AnthropicWorld(answer).Provider.SendAsync(new LiveCall(AnthropicWorld.Chat(), "c", Limit), Now);
}
