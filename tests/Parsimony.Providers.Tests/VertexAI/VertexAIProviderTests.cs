using System.Net;
using Google.Apis.Auth.OAuth2;
using Microsoft.Extensions.AI;
using Parsimony.Providers.Google;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.VertexGiven;

namespace Parsimony.Providers.Tests;

public sealed class VertexAIProviderTests : IDisposable
{
    private readonly ScriptedHandler _handler = new();
    private readonly ManualClock _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _handler.Dispose();

    [Theory]
    [InlineData("gemini-3.8-flash", "google/models/gemini-3.8-flash:generateContent")]
    [InlineData("claude-haiku-4-5@20251001", "anthropic/models/claude-haiku-4-5@20251001:rawPredict")]
    [InlineData("publishers/google/models/gemini-3.8-flash", "google/models/gemini-3.8-flash:generateContent")]
    public async Task A_call_goes_to_the_publishers_model_in_the_project_and_location(string model, string path)
    {
        _handler.Reply(GeminiGiven.Answer());

        await Provider(_handler, _clock).SendAsync(new LiveCall(Canonical(model: model), "call-1", TimeSpan.FromMinutes(1)), Token);

        var sent = Assert.Single(_handler.Sent);
        Assert.Equal((HttpMethod.Post, "/v1/projects/acme-1/locations/europe-west4/publishers/" + path), (sent.Method, sent.Path));
        Assert.Equal("Bearer ya29.secret", sent.Request.Headers.Authorization!.ToString());
    }

    [Theory]
    [InlineData("europe-west4", "https://europe-west4-aiplatform.googleapis.com/")]
    [InlineData("global", "https://aiplatform.googleapis.com/")]
    [InlineData("eu", "https://aiplatform.eu.rep.googleapis.com/")]
    [InlineData("us", "https://aiplatform.us.rep.googleapis.com/")]
    public void A_location_has_its_own_address(string location, string address) =>
        Assert.Equal(address, new VertexEndpoint(Connection with { Endpoint = null, Cloud = Place with { Location = location } }).Address.ToString());

    [Fact]
    public void A_place_that_lacks_something_is_told_when_the_provider_is_made()
    {
        Assert.Contains("Cloud.Account", Assert.Throws<ArgumentException>(() => Provider(_handler, _clock, Connection with { Cloud = null })).Message, StringComparison.Ordinal);
        Assert.Contains("Cloud.Location", Assert.Throws<ArgumentException>(() => Provider(_handler, _clock, Connection with { Cloud = Place with { Location = "" } })).Message, StringComparison.Ordinal);
        Assert.Contains("gs://", Assert.Throws<ArgumentException>(() => Provider(_handler, _clock, Connection with { Cloud = Place with { Storage = new Uri("s3://bucket/x") } })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Provider(_handler, _clock, Connection with { Cloud = Place with { Account = "a/../b" } }));
    }

    [Fact]
    public async Task A_stream_of_Claude_that_fails_names_who_was_called()
    {
        _handler.Reply("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n").Reply("event: ping\ndata: {\"type\":\"ping\"}\n\n").Reply("data: nonsense\n\n");
        using var client = Provider(_handler, _clock).CreateChatClient("claude-haiku-4-5@20251001");
        async Task<ProviderException> FailAsync() => await Assert.ThrowsAsync<ProviderException>(() => client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token).AsTask());

        var failures = new[] { await FailAsync(), await FailAsync(), await FailAsync() };

        Assert.Equal([FailureCause.Overloaded, FailureCause.Transport, FailureCause.Malformed], failures.Select(failure => failure.Failure.Cause));
        Assert.All(failures, failure => Assert.Equal(ProviderId.VertexAI, failure.Provider));
    }

    [Theory]
    [InlineData("claude-haiku-4-5@20251001", true)]
    [InlineData("publishers/anthropic/models/claude-sonnet-5", true)]
    [InlineData("gemini-3.8-flash", false)]
    public void Four_jobs_of_Claude_may_be_open_at_a_time(string model, bool counts)
    {
        var cap = Assert.Single(Provider(_handler, _clock).Batches!.Limits.OpenBatchCaps);

        Assert.Equal((4, counts), (cap.Most, cap.Counts(model)));
    }

    [Fact]
    public void Without_storage_there_are_no_batches()
    {
        var provider = Provider(_handler, _clock, Connection with { Cloud = Place with { Storage = null } });

        Assert.Null(provider.Batches);
        Assert.False(provider.Capabilities.SupportsBatching);
    }

    [Fact]
    public async Task A_credential_that_cannot_be_found_fails_once_and_sends_nothing()
    {
        var looked = 0;
        var authorizer = GoogleAuthorizer.Over(
            _ =>
            {
                looked++;
                throw new InvalidOperationException("Your default credentials were not found. SECRET");
            },
            _clock);
        var provider = Provider(_handler, _clock, Connection with { ApiKey = "", Authorizer = authorizer });
        var failures = new List<ProviderFailure>();
        for (var i = 0; i < 3; i++)
        {
            failures.Add(Assert.IsType<LiveOutcome.Refused>(await provider.SendAsync(new LiveCall(Canonical(), "c", TimeSpan.FromMinutes(1)), Token)).Failure);
        }

        Assert.All(failures, failure => Assert.Equal((FailureCause.Credential, "application-default-credentials", false), (failure.Cause, failure.ProviderCode, failure.CanRetry)));
        Assert.Equal(1, looked);
        Assert.Empty(_handler.Sent);

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<LiveOutcome.Refused>(await provider.SendAsync(new LiveCall(Canonical(), "c", TimeSpan.FromMinutes(1)), Token));
        Assert.Equal(2, looked);
    }

    [Fact]
    public async Task A_token_is_asked_for_with_every_request()
    {
        _handler.Reply(GeminiGiven.Answer()).Reply(GeminiGiven.Answer());
        var tokens = new CountingTokens();
        var provider = Provider(_handler, _clock, Connection with { ApiKey = "", Authorizer = GoogleAuthorizer.Over(_ => Task.FromResult<ITokenAccess>(tokens), _clock) });

        await provider.SendAsync(new LiveCall(Canonical(), "c", TimeSpan.FromMinutes(1)), Token);
        await provider.SendAsync(new LiveCall(Canonical(), "c", TimeSpan.FromMinutes(1)), Token);

        Assert.Equal(["Bearer token-1", "Bearer token-2"], _handler.Sent.Select(sent => sent.Request.Headers.Authorization!.ToString()));
    }

    [Fact]
    public async Task A_place_that_is_not_there_is_one_clear_failure()
    {
        _handler.Reply("""{"error":{"code":404,"message":"The specified bucket does not exist.","errors":[{"reason":"notFound"}]}}""", HttpStatusCode.NotFound);

        var failure = Assert.IsType<StageOutcome.Failed>(await Provider(_handler, _clock).Batches!.StageAsync(Input(new BatchItem("k", Canonical())), Token)).Failure;

        Assert.Equal((FailureStage.Stage, FailureCause.NotFound, false), (failure.Stage, failure.Cause, failure.CanRetry));
        Assert.Single(_handler.Sent);
    }

    [Fact]
    public async Task Errors_of_either_house_are_understood()
    {
        _handler.Reply("""{"type":"error","error":{"type":"overloaded_error","message":"x"}}""", (HttpStatusCode)529)
            .Reply(GeminiGiven.Error(403, "PERMISSION_DENIED"), HttpStatusCode.Forbidden);
        var provider = Provider(_handler, _clock);

        Assert.Equal(FailureCause.Overloaded, Assert.IsType<LiveOutcome.Refused>(await provider.SendAsync(new LiveCall(Canonical(model: "claude-haiku-4-5"), "c", TimeSpan.FromMinutes(1)), Token)).Failure.Cause);
        Assert.True(Assert.IsType<LiveOutcome.Refused>(await provider.SendAsync(new LiveCall(Canonical(), "c", TimeSpan.FromMinutes(1)), Token)).Failure.IsCredential);
    }

    [Fact]
    public async Task A_claude_stream_carries_its_flag_and_no_model()
    {
        _handler.Reply("data: {\"type\":\"message_stop\"}\n\n");

        await Provider(_handler, _clock).CreateChatClient("claude-haiku-4-5@20251001").GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token);

        var sent = Assert.Single(_handler.Sent);
        Assert.EndsWith("claude-haiku-4-5@20251001:streamRawPredict", sent.Path, StringComparison.Ordinal);
        Assert.StartsWith("{\"stream\":true,\"anthropic_version\":\"vertex-2023-10-16\",\"max_tokens\":", sent.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("\"model\"", sent.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_another_project_or_bucket_are_not_followed()
    {
        var batches = Provider(_handler, _clock).Batches!;
        var elsewhere = new BatchSnapshot { ProviderBatchId = "projects/acme-1/locations/europe-west4/batchPredictionJobs/1", Phase = BatchPhase.Ended, ResultReferences = ["gs://another/batches/x"] };

        await Assert.ThrowsAsync<ProviderException>(async () => await batches.ReadResultsAsync(elsewhere, Token).ToListAsync(Token));
        Assert.NotNull(await batches.CleanAsync(elsewhere, null, Token));
        Assert.Empty(_handler.Sent);
    }

    [Fact]
    public void A_request_over_an_explicit_cache_is_not_batched()
    {
        var batches = Provider(_handler, _clock).Batches!;
        var cached = (Chat() with { Raw = System.Text.Json.Nodes.JsonNode.Parse("""{"cachedContent":"projects/1/x"}""")!.AsObject() }).ToEnvelope(Model());

        Assert.Null(batches.MeasureLine(cached));
        Assert.NotNull(batches.MeasureLine(Canonical("say \"cachedContent\": yes")));
        Assert.Null(Provider(_handler, _clock, Connection with { Cloud = Place with { Location = "global" } }).Batches!.MeasureLine(Canonical(model: "claude-haiku-4-5")));
    }

    private sealed class CountingTokens : ITokenAccess
    {
        private int _count;

        public Task<string> GetAccessTokenForRequestAsync(string? authUri = null, CancellationToken cancellationToken = default) => Task.FromResult($"token-{++_count}");
    }
}
