using System.Net;
using System.Text.Json.Nodes;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.OwnBatchGiven;

namespace Parsimony.Providers.Tests;

public sealed class MistralBatchBackendTests
{
    private static readonly OpenAIProfile Profile = MistralProfile.Profile;

    private readonly ManualClock _clock = new();
    private readonly ScriptedHandler _handler = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IBatchBackend Backend => Provider(Profile, _handler, _clock).Batches!;

    [Fact]
    public async Task Creates_a_job_of_one_model_with_the_key_in_its_metadata()
    {
        _handler.Reply("""{"id":"0b7c","object":"batch","status":"QUEUED"}""");

        var outcome = await Backend.CreateAsync(Input(new BatchItem("k", Chat(Profile, model: "mistral-small-latest"))), new StagedInput("file-1"), Token);

        Assert.Equal(new CreateOutcome.Accepted("0b7c"), outcome);
        Assert.Equal("/v1/batch/jobs", _handler.Sent[0].Path);
        Assert.Equal(
            """{"input_files":["file-1"],"endpoint":"/v1/chat/completions","model":"mistral-small-latest","timeout_hours":24,"metadata":{"parsimony_submission":"p-0198-Key","parsimony_requests":"1"}}""",
            _handler.Sent[0].Body);
    }

    [Fact]
    public async Task Uploads_lines_without_method_and_url()
    {
        _handler.Reply("""{"id":"f"}""");

        await Backend.StageAsync(Input(new BatchItem("k", Chat(Profile))), Token);

        Assert.Equal("/v1/files", _handler.Sent[0].Path);
        Assert.Contains("name=\"purpose\"\r\n\r\nbatch\r\n", _handler.Sent[0].Body, StringComparison.Ordinal);
        Assert.Contains("\r\n{\"custom_id\":\"k\",\"body\":{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}}\n\r\n", _handler.Sent[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finds_its_job_by_key_or_file_page_by_page()
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var strangers = string.Join(',', Enumerable.Range(0, 99).Select(i => $$"""{"id":"s{{i}}","created_at":1800000900,"metadata":null}"""));
        _handler
            .Reply($$$"""{"object":"list","total":102,"data":[{"id":"mine","created_at":1800000950,"metadata":{"parsimony_submission":"key"}},{{{strangers}}}]}""")
            .Reply("""{"object":"list","total":102,"data":[{"id":"mine","created_at":1800000950,"metadata":{"parsimony_submission":"key"}},{"id":"byFile","created_at":1800000100,"input_files":["file-in"]}]}""");

        var found = await Backend.FindAsync(new OrphanQuery("key", "file-in", 2, at, at.AddHours(1)), Token);

        Assert.Equal(["mine", "byFile"], found.Select(candidate => candidate.ProviderBatchId));
        Assert.All(found, candidate => Assert.True(candidate.IsProven));
        Assert.Equal(
            [0, 1],
            _handler.Sent.Select(sent => sent.Path == $"/v1/batch/jobs?page={_handler.Sent.IndexOf(sent)}&page_size=100&created_after=2027-01-15T07%3A59%3A59Z&order_by=-created" ? _handler.Sent.IndexOf(sent) : -1));
    }

    [Fact]
    public async Task Never_takes_a_list_it_cannot_read_for_an_empty_one()
    {
        _handler.Reply("{}");

        var query = new OrphanQuery("key", null, 2, _clock.GetUtcNow(), _clock.GetUtcNow());

        Assert.Equal(FailureCause.Malformed, (await Assert.ThrowsAsync<ProviderException>(() => Backend.FindAsync(query, Token))).Failure.Cause);
    }

    [Theory]
    [InlineData("QUEUED", "", BatchPhase.Running)]
    [InlineData("RUNNING", "", BatchPhase.Running)]
    [InlineData("SOME_FUTURE_WORD", "", BatchPhase.Running)]
    [InlineData("CANCELLATION_REQUESTED", "", BatchPhase.Cancelling)]
    [InlineData("SUCCESS", ""","output_file":"o" """, BatchPhase.Ended)]
    [InlineData("TIMEOUT_EXCEEDED", "", BatchPhase.Ended)]
    [InlineData("CANCELLED", ""","started_at":1795000000 """, BatchPhase.Ended)]
    [InlineData("CANCELLED", "", BatchPhase.Rejected)]
    [InlineData("FAILED", "", BatchPhase.Rejected)]
    [InlineData("FAILED", ""","error_file":"e" """, BatchPhase.Ended)]
    public async Task Maps_every_state(string status, string more, BatchPhase phase)
    {
        _handler.Reply($$"""{"id":"b","status":"{{status}}","total_requests":3{{more}}}""");

        Assert.Equal(phase, (await SeenAsync()).Phase);
    }

    [Theory]
    [InlineData("FAILED", """[{"message":"secret","count":2}]""", FailureCause.InvalidRequest)]
    [InlineData("FAILED", "[]", FailureCause.ServerError)]
    [InlineData("CANCELLED", "null", FailureCause.Cancelled)]
    public async Task Says_why_a_job_was_rejected_without_its_messages(string status, string errors, FailureCause cause)
    {
        _handler.Reply($$"""{"id":"b","status":"{{status}}","errors":{{errors}}}""");

        Assert.Equal(new ProviderFailure(FailureStage.Create, cause), (await SeenAsync()).Rejection);
    }

    [Fact]
    public async Task Names_both_files_of_a_job_that_succeeded_and_waits_for_one_it_lacks()
    {
        var lacking = $$"""{"id":"b","status":"SUCCESS","output_file":"o","completed_at":{{_clock.GetUtcNow().ToUnixTimeSeconds()}},"succeeded_requests":2,"failed_requests":1}""";
        _handler.Reply(lacking).Reply(lacking).Reply("""{"id":"b","status":"SUCCESS","output_file":"o","error_file":"e","succeeded_requests":2,"failed_requests":1}""");

        Assert.Equal(BatchPhase.Running, (await SeenAsync()).Phase);
        _clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(BatchPhase.Ended, (await SeenAsync()).Phase);
        var snapshot = await SeenAsync();
        Assert.Equal((3L, BatchPhase.Ended), (snapshot.Finished!.Value, snapshot.Phase));
        Assert.Equal(["o", "e"], snapshot.ResultReferences);
    }

    [Fact]
    public async Task Cleans_files_and_job_and_does_not_mind_missing_ones()
    {
        _handler.Reply("{}").Reply("{}", HttpStatusCode.NotFound).Reply("{}").Reply("""{"deleted":true}""");

        Assert.Null(await Backend.CleanAsync(Ended("b", "o", "e"), new StagedInput("in"), Token));

        Assert.Equal(["/v1/files/o", "/v1/files/e", "/v1/files/in", "/v1/batch/jobs/b"], _handler.Sent.Select(sent => sent.Path));
    }

    [Fact]
    public async Task Tries_every_file_tells_the_first_failure_and_keeps_the_job_while_a_file_of_it_stays()
    {
        _handler.Reply("{}").Reply("{}", HttpStatusCode.Forbidden).Reply("{}", HttpStatusCode.InternalServerError);

        Assert.Equal(FailureCause.Permission, (await Backend.CleanAsync(Ended("b", "o", "e"), new StagedInput("in"), Token))!.Cause);

        Assert.Equal(["/v1/files/o", "/v1/files/e", "/v1/files/in"], _handler.Sent.Select(sent => sent.Path));
    }

    [Fact]
    public async Task Asks_for_the_window_that_is_configured()
    {
        _handler.Reply("""{"id":"0b7c","object":"batch","status":"QUEUED"}""");
        ProviderConnection Lasting(int hours) => new() { ApiKey = "secret", Endpoint = new Uri("http://localhost:9/v1"), BatchWindow = TimeSpan.FromHours(hours) };
        var batches = Provider(Profile, _handler, _clock, Lasting(96)).Batches!;

        await batches.CreateAsync(Input(new BatchItem("k", Chat(Profile))), new StagedInput("file-1"), Token);

        Assert.Contains("\"timeout_hours\":96,", _handler.Sent[0].Body, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromHours(96), batches.Limits.Window);
        Assert.Contains("1 to 168 hours", Assert.Throws<ArgumentException>(() => Provider(Profile, _handler, _clock, Lasting(169))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_an_ended_job_is_done()
    {
        _handler.Reply("{}", HttpStatusCode.BadRequest).Reply("""{"id":"b","status":"SUCCESS"}""");

        Assert.Null(await Backend.CancelAsync("b", Token));
    }

    [Theory]
    [InlineData("D681PevKs", "D681PevKs")]
    [InlineData("call_1", null)]
    [InlineData("", null)]
    public void A_call_id_it_would_not_take_becomes_one_it_does(string id, string? same)
    {
        var made = MistralCallId.Of(id);

        Assert.Equal(same ?? made, made);
        Assert.Equal(9, made.Length);
        Assert.All(made, c => Assert.True(char.IsAsciiLetterOrDigit(c)));
        Assert.Equal(made, MistralCallId.Of(id));
    }

    [Fact]
    public void Accepts_its_own_kinds_only_and_states_the_smaller_limits()
    {
        Assert.NotNull(Backend.MeasureLine(Chat(Profile)));
        Assert.NotNull(Backend.MeasureLine(new EmbeddingRequest { Input = "x" }.ToEnvelope(new ModelId(Profile.Id, "mistral-embed"))));
        Assert.Null(Backend.MeasureLine(Verbatim(Profile, "{}", EndpointKind.Responses)));
        Assert.Equal((100_000, 512_000_000L, OrphanSearch.ByKey), (Backend.Limits.MaxRequests, Backend.Limits.MaxBytes, Backend.Limits.OrphanSearch));
    }

    [Fact]
    public async Task Sends_the_routing_key_as_a_member()
    {
        _handler.Reply("""{"choices":[]}""");

        var call = new LiveCall(Chat(Profile), "c", TimeSpan.FromMinutes(1)) { Cache = new CacheControl { RoutingKey = "r-1" } };
        await Provider(Profile, _handler, _clock).SendAsync(call, Token);

        Assert.Equal("r-1", (string?)JsonNode.Parse(_handler.Sent[0].Body)!["prompt_cache_key"]);
    }

    private async Task<BatchSnapshot> SeenAsync() => Assert.IsType<PollOutcome.Seen>(await Backend.PollAsync("b", Token)).Snapshot;
}
