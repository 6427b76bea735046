using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.OpenAIGiven;

namespace Parsimony.Providers.Tests;

public sealed class OpenAIBatchBackendTests
{
    private static readonly StagedInput Staged = new("file-in");

    private readonly ManualClock _clock = new();
    private readonly ScriptedHandler _handler = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IBatchBackend Backend => Provider(_handler, _clock).Batches!;

    [Fact]
    public async Task Uploads_the_lines_as_a_named_file_and_the_same_bytes_on_a_second_try()
    {
        _handler.Reply("""{"id":"file-1","object":"file"}""").Reply("""{"id":"file-2"}""");
        var input = Input(new BatchItem("k-1", Canonical("a\nb")), new BatchItem("k-2", Verbatim("{\n\"messages\":[]}")));
        Assert.Equal(new StageOutcome.Staged(new StagedInput("file-1")), await Backend.StageAsync(input, Token));
        await Backend.StageAsync(input, Token);
        var (method, path, body, request) = _handler.Sent[0];
        Assert.Equal((HttpMethod.Post, "/v1/files"), (method, path));
        Assert.Equal("Bearer sk-secret", request.Headers.Authorization!.ToString());
        Assert.Contains("name=\"purpose\"\r\n\r\nbatch\r\n", body, StringComparison.Ordinal);
        Assert.Contains("name=\"file\"; filename=\"p-0198-key.jsonl\"", body, StringComparison.Ordinal);
        Assert.Equal(_handler.Sent[1].Body, body);
        var lines = body.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["k-1", "k-2"], lines.Select(line => (string?)line["custom_id"]));
        Assert.All(lines, line => Assert.Equal(("POST", "/v1/chat/completions", "gpt-5-mini"), ((string?)line["method"], (string?)line["url"], (string?)line["body"]!["model"])));
    }

    [Theory]
    [InlineData("k", "k", "gpt-5-mini", "duplicate_custom_id", 2)]
    [InlineData("k", "", "gpt-5-mini", "invalid_custom_id", 2)]
    [InlineData("a\nb", "k", "gpt-5-mini", "invalid_custom_id", 1)]
    [InlineData("k", "0123456789012345678901234567890123456789012345678901234567890123x", "gpt-5-mini", "invalid_custom_id", 2)]
    [InlineData("k", "l", "gpt-5-nano", "model_mismatch", 2)]
    public async Task Refuses_before_the_upload_ends_what_the_provider_would_refuse_after_it(string first, string second, string model, string code, int line)
    {
        var outcome = await Backend.StageAsync(Input(new BatchItem(first, Canonical()), new BatchItem(second, Canonical(model: model))), Token);
        Assert.Equal(new ProviderFailure(FailureStage.Render, FailureCause.InvalidRequest, ProviderCode: code, Line: line), Assert.IsType<StageOutcome.Failed>(outcome).Failure);
        Assert.Empty(_handler.Sent);
    }

    [Fact]
    public async Task Refuses_an_empty_batch_another_kind_and_more_than_the_limits()
    {
        Assert.Equal("empty_file", Assert.IsType<StageOutcome.Failed>(await Backend.StageAsync(Input(), Token)).Failure.ProviderCode);
        var other = new EmbeddingRequest { Input = "x" }.ToEnvelope(Model());
        Assert.Equal("url_mismatch", Assert.IsType<StageOutcome.Failed>(await Backend.StageAsync(Input(new BatchItem("k", other)), Token)).Failure.ProviderCode);
        var small = Provider(_handler, _clock, Connection with { MaxBatchRequests = 1 }).Batches!;
        var two = Input(new BatchItem("k", Canonical()), new BatchItem("l", Canonical()));
        Assert.Equal(FailureCause.TooLarge, Assert.IsType<StageOutcome.Failed>(await small.StageAsync(two, Token)).Failure.Cause);
        small = Provider(_handler, _clock, Connection with { MaxBatchBytes = 100 }).Batches!;
        Assert.Equal("file_too_large", Assert.IsType<StageOutcome.Failed>(await small.StageAsync(two, Token)).Failure.ProviderCode);
    }

    [Fact]
    public async Task Creates_with_the_key_in_the_metadata()
    {
        _handler.Reply("""{"id":"batch_1","status":"validating"}""");
        Assert.Equal(new CreateOutcome.Accepted("batch_1"), await Backend.CreateAsync(Input(new BatchItem("k", Canonical())), Staged, Token));
        var body = JsonNode.Parse(_handler.Sent[0].Body)!;
        Assert.Equal(("file-in", "/v1/chat/completions", "24h", "p-0198-key"), ((string?)body["input_file_id"], (string?)body["endpoint"], (string?)body["completion_window"], (string?)body["metadata"]!["parsimony_submission"]));
    }

    [Theory]
    [InlineData(null, "24h")]
    [InlineData(36, "36h")]
    [InlineData(168, "7d")]
    public async Task Asks_Groq_for_the_window_that_is_configured(int? hours, string window)
    {
        _handler.Reply("""{"id":"batch_1","status":"validating"}""");
        var connection = Connection with { BatchWindow = hours is { } asked ? TimeSpan.FromHours(asked) : null };
        var batches = OwnBatchGiven.Provider(GroqProfile.Profile, _handler, _clock, connection).Batches!;

        await batches.CreateAsync(Input(new BatchItem("k", Canonical())), Staged, Token);

        Assert.Equal(window, (string?)JsonNode.Parse(_handler.Sent[0].Body)!["completion_window"]);
        Assert.Equal(TimeSpan.FromHours(hours ?? 24), batches.Limits.Window);
        Assert.Throws<ArgumentException>(() => OwnBatchGiven.Provider(GroqProfile.Profile, _handler, _clock, Connection with { BatchWindow = TimeSpan.FromHours(12) }));
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(401, true)]
    [InlineData(404, true)]
    [InlineData(429, true)]
    [InlineData(408, false)]
    [InlineData(409, false)]
    [InlineData(500, false)]
    [InlineData(502, false)]
    [InlineData(503, false)]
    [InlineData(529, false)]
    public async Task Counts_a_create_as_refused_only_when_that_is_certain(int status, bool isRefused)
    {
        _handler.Reply("""{"error":{"message":"secret"}}""", (HttpStatusCode)status, ("Retry-After", "5"));
        var outcome = await CreateAsync();
        var failure = isRefused ? Assert.IsType<CreateOutcome.Refused>(outcome).Failure : Assert.IsType<CreateOutcome.Uncertain>(outcome).Failure;
        Assert.Equal((status, FailureStage.Create, TimeSpan.FromSeconds(5)), (failure.Status!.Value, failure.Stage, failure.RetryAfter!.Value));
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        Assert.Single(_handler.Sent);
    }

    [Fact]
    public async Task Is_uncertain_about_a_create_whose_reply_is_lost_or_cannot_be_read()
    {
        _handler.Throw(new HttpRequestException(HttpRequestError.ResponseEnded, "x")).Reply("<html>").Reply("{}").Throw(new HttpRequestException(HttpRequestError.ConnectionError, "x"));
        Assert.Equal(FailureCause.Transport, Assert.IsType<CreateOutcome.Uncertain>(await CreateAsync()).Failure.Cause);
        Assert.Equal(FailureCause.Malformed, Assert.IsType<CreateOutcome.Uncertain>(await CreateAsync()).Failure.Cause);
        Assert.Equal(FailureCause.Malformed, Assert.IsType<CreateOutcome.Uncertain>(await CreateAsync()).Failure.Cause);
        Assert.Equal(FailureCause.Transport, Assert.IsType<CreateOutcome.Refused>(await CreateAsync()).Failure.Cause);
    }

    [Fact]
    public async Task Pages_back_to_the_time_of_the_submission_and_no_further()
    {
        var from = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000).AddMilliseconds(700);
        _handler
            .Reply("""{"data":[{"id":"b5","created_at":1800000500,"metadata":null},{"id":"b4","created_at":1800000400,"metadata":{"parsimony_submission":"key"}}],"has_more":true}""")
            .Reply("""{"data":[{"id":"b3","created_at":1800000000,"input_file_id":"file-in"},{"id":"b2","created_at":1799999999,"metadata":{"parsimony_submission":"other"}}],"has_more":true}""");
        var found = await Backend.FindAsync(new OrphanQuery("key", "file-in", 2, from, from.AddHours(1)), Token);
        Assert.Equal(["b4", "b3"], found.Select(candidate => candidate.ProviderBatchId));
        Assert.All(found, candidate => Assert.True(candidate.IsProven));
        Assert.Equal(["/v1/batches?limit=100", "/v1/batches?limit=100&after=b4"], _handler.Sent.Select(sent => sent.Path));
    }

    [Fact]
    public async Task Never_takes_a_list_it_cannot_read_for_an_empty_one()
    {
        _handler.Reply("{}").Reply("no", HttpStatusCode.ServiceUnavailable);
        var query = new OrphanQuery("key", null, 2, _clock.GetUtcNow(), _clock.GetUtcNow());
        Assert.Equal(FailureCause.Malformed, (await Assert.ThrowsAsync<ProviderException>(() => Backend.FindAsync(query, Token))).Failure.Cause);
        Assert.Equal(FailureCause.Overloaded, (await Assert.ThrowsAsync<ProviderException>(() => Backend.FindAsync(query, Token))).Failure.Cause);
    }

    [Theory]
    [InlineData("validating", BatchPhase.Running)]
    [InlineData("in_progress", BatchPhase.Running)]
    [InlineData("finalizing", BatchPhase.Running)]
    [InlineData("some_future_state", BatchPhase.Running)]
    [InlineData("cancelling", BatchPhase.Cancelling)]
    [InlineData("completed", BatchPhase.Ended)]
    [InlineData("expired", BatchPhase.Ended)]
    [InlineData("cancelled", BatchPhase.Rejected)]
    [InlineData("failed", BatchPhase.Rejected)]
    public async Task Maps_every_state(string status, BatchPhase phase)
    {
        _handler.Reply($$$"""{"id":"b","status":"{{{status}}}","output_file_id":null,"error_file_id":"","request_counts":{"total":3,"completed":"x","failed":-1}}""");
        var snapshot = await SeenAsync();
        Assert.Equal((phase, 0L), (snapshot.Phase, snapshot.Finished!.Value));
        Assert.Empty(snapshot.ResultReferences);
    }

    [Theory]
    [InlineData(""" "in_progress_at":1780000000 """)]
    [InlineData(""" "error_file_id":"file-e" """)]
    [InlineData(""" "request_counts":{"completed":1,"failed":0} """)]
    public async Task A_cancelled_batch_of_which_anything_may_have_run_is_read_like_any_other(string sign)
    {
        _handler.Reply($$"""{"id":"b","status":"cancelled",{{sign}}}""");

        Assert.Equal(BatchPhase.Ended, (await SeenAsync()).Phase);
    }

    [Fact]
    public async Task Names_both_files_and_the_wait_asked_for()
    {
        _handler.Reply("""{"id":"b","status":"expired","output_file_id":"file-o","error_file_id":"file-e","request_counts":{"completed":3,"failed":2}}""", HttpStatusCode.OK, ("Retry-After", "45"));
        var snapshot = await SeenAsync();
        Assert.Equal(["file-o", "file-e"], snapshot.ResultReferences);
        Assert.Equal((5L, TimeSpan.FromSeconds(45)), (snapshot.Finished!.Value, snapshot.RetryAfter!.Value));
    }

    [Fact]
    public async Task Waits_a_little_for_files_that_a_completed_batch_does_not_name_yet()
    {
        var body = $$$"""{"id":"b","status":"completed","completed_at":{{{_clock.GetUtcNow().ToUnixTimeSeconds()}}},"request_counts":{"completed":2,"failed":0}}""";
        _handler.Reply(body).Reply(body);
        Assert.Equal(BatchPhase.Running, (await SeenAsync()).Phase);
        _clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(BatchPhase.Ended, (await SeenAsync()).Phase);
    }

    [Theory]
    [InlineData("""{"data":[{"code":"invalid_json_line","line":17,"message":"secret"}]}""", FailureCause.InvalidRequest, "invalid_json_line", 17L)]
    [InlineData("""{"data":[{"code":"other","line":1},{"code":"token_limit_exceeded","line":null}]}""", FailureCause.QueueLimit, "token_limit_exceeded", null)]
    [InlineData("""{"data":[{"code":"billing_hard_limit_reached"}]}""", FailureCause.Billing, "billing_hard_limit_reached", null)]
    [InlineData("null", FailureCause.ServerError, null, null)]
    public async Task Says_why_the_input_was_rejected_and_at_which_line(string errors, FailureCause cause, string? code, long? line)
    {
        _handler.Reply($$"""{"id":"b","status":"failed","errors":{{errors}}}""");
        Assert.Equal(new ProviderFailure(FailureStage.Create, cause, ProviderCode: code, Line: line), (await SeenAsync()).Rejection);
    }

    [Fact]
    public async Task Keeps_what_a_failed_batch_answered_all_the_same()
    {
        _handler.Reply("""{"id":"b","status":"failed","output_file_id":"file-o"}""");
        Assert.Equal(BatchPhase.Ended, (await SeenAsync()).Phase);
    }

    [Fact]
    public async Task A_poll_that_fails_is_told_and_a_batch_that_is_gone_is_not_found()
    {
        _handler.Reply("no", HttpStatusCode.ServiceUnavailable).Reply("{}", HttpStatusCode.NotFound).Reply("[]");
        Assert.Equal(FailureCause.Overloaded, Assert.IsType<PollOutcome.Failed>(await Backend.PollAsync("b", Token)).Failure.Cause);
        Assert.IsType<PollOutcome.NotFound>(await Backend.PollAsync("b", Token));
        Assert.Equal(FailureCause.Malformed, Assert.IsType<PollOutcome.Failed>(await Backend.PollAsync("b", Token)).Failure.Cause);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("..")]
    public async Task Never_asks_for_a_batch_without_an_id(string id)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Backend.PollAsync(id, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Backend.CancelAsync(id, Token));
        Assert.Empty(_handler.Sent);
    }

    [Fact]
    public async Task Cancelling_an_ended_batch_is_done()
    {
        _handler.Reply("""{"id":"b","status":"cancelling"}""");
        Assert.Null(await Backend.CancelAsync("b/1", Token));
        Assert.Equal("/v1/batches/b%2F1/cancel", _handler.Sent[0].Path);
        _handler.Reply("{}", HttpStatusCode.Conflict).Reply("""{"id":"b","status":"completed"}""");
        Assert.Null(await Backend.CancelAsync("b", Token));
        _handler.Reply("{}", HttpStatusCode.BadRequest).Reply("""{"id":"b","status":"in_progress"}""");
        Assert.Equal(FailureCause.InvalidRequest, (await Backend.CancelAsync("b", Token))!.Cause);
        _handler.Reply("{}", HttpStatusCode.NotFound);
        Assert.Equal(FailureCause.NotFound, (await Backend.CancelAsync("b", Token))!.Cause);
    }

    [Fact]
    public async Task Reads_the_output_file_and_the_error_file_in_any_order_of_lines()
    {
        _handler
            .ReplyBytes(Encoding.UTF8.GetBytes("\uFEFF" + Line("p-2") + "\r\n\n" + Line("p-1")))
            .Reply("""{"custom_id":"p-3","response":null,"error":{"code":"batch_expired"}}""" + "\nrubbish\n");
        var lines = await ResultsAsync("file-o", "", "file-e");
        Assert.Equal([(1, "p-2", BatchLineKind.Answered), (2, "p-1", BatchLineKind.Answered), (3, "p-3", BatchLineKind.Expired), (4, null, BatchLineKind.Unreadable)], lines.Select(line => ((int)line.LineNumber, line.CustomId, line.Kind)));
        Assert.Equal(["/v1/files/file-o/content", "/v1/files/file-e/content"], _handler.Sent.Select(sent => sent.Path));
    }

    [Fact]
    public async Task A_download_that_breaks_is_an_error_after_the_lines_that_came()
    {
        _handler.ReplyStream(new PiecewiseStream(Encoding.UTF8.GetBytes(Line("p-1") + "\n" + "{\"custom"), 50, PiecewiseEnd.Breaks));
        var seen = 0;
        var failure = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var line in Backend.ReadResultsAsync(Snapshot("file-o"), Token))
            {
                seen++;
            }
        });
        Assert.Equal((1, new ProviderFailure(FailureStage.Collect, FailureCause.Transport)), (seen, failure.Failure));
    }

    [Fact]
    public async Task A_download_that_is_refused_says_so()
    {
        _handler.Reply("{}", HttpStatusCode.NotFound);
        Assert.Equal(FailureCause.NotFound, (await Assert.ThrowsAsync<ProviderException>(() => ResultsAsync("file-o"))).Failure.Cause);
    }

    [Fact]
    public async Task Deletes_all_three_files_and_does_not_mind_missing_ones()
    {
        _handler.Reply("{}").Reply("{}", HttpStatusCode.NotFound).Reply("""{"deleted":true}""");
        Assert.Null(await Backend.CleanAsync(Snapshot("file-o", "file-e", ""), Staged, Token));
        Assert.Equal(["/v1/files/file-o", "/v1/files/file-e", "/v1/files/file-in"], _handler.Sent.Select(sent => sent.Path));
        _handler.Reply("{}", HttpStatusCode.Forbidden).Reply("{}");
        Assert.Equal(FailureCause.Permission, (await Backend.CleanAsync(Snapshot("file-o"), Staged, Token))!.Cause);
        Assert.Equal(5, _handler.Sent.Count);
    }

    [Fact]
    public void States_the_documented_limits_unless_the_account_has_tighter_ones()
    {
        Assert.Equal((50_000, 200_000_000L, true, TimeSpan.FromHours(24), OrphanSearch.ByKey), (Backend.Limits.MaxRequests, Backend.Limits.MaxBytes, Backend.Limits.OneModelPerBatch, Backend.Limits.Window, Backend.Limits.OrphanSearch));
        Assert.Null(Backend.Limits.MaxQueuedTokens);
        var limits = Provider(_handler, _clock, Connection with { MaxBatchRequests = 9, MaxQueuedTokens = 90_000, PollInterval = TimeSpan.FromSeconds(5) }).Batches!.Limits;
        Assert.Equal((9, 90_000L, TimeSpan.FromSeconds(5)), (limits.MaxRequests, limits.MaxQueuedTokens!.Value, limits.PollInterval));
    }

    [Fact]
    public void Accepts_its_own_kinds_only()
    {
        Assert.NotNull(Backend.MeasureLine(Canonical()));
        Assert.NotNull(Backend.MeasureLine(Verbatim("{}", EndpointKind.Responses)));
        Assert.Null(Backend.MeasureLine(Verbatim("{}", EndpointKind.Other)));
        Assert.Null(Backend.MeasureLine(Canonical() with { Dialect = Dialect.Anthropic, Kind = EndpointKind.Messages }));
    }

    private static string Line(string id) => $$$"""{"custom_id":"{{{id}}}","response":{"status_code":200,"body":{"id":"c","choices":[]}},"error":null}""";

    private static BatchSnapshot Snapshot(params string[] files) => new() { ProviderBatchId = "b", Phase = BatchPhase.Ended, ResultReferences = files };

    private Task<CreateOutcome> CreateAsync() => Backend.CreateAsync(Input(new BatchItem("k", Canonical())), Staged, Token);

    private async Task<BatchSnapshot> SeenAsync() => Assert.IsType<PollOutcome.Seen>(await Backend.PollAsync("b", Token)).Snapshot;

    private async Task<List<BatchLine>> ResultsAsync(params string[] files) => await Backend.ReadResultsAsync(Snapshot(files), Token).ToListAsync(Token);
}
