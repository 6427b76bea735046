using System.Net;
using System.Text;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.GeminiGiven;

namespace Parsimony.Providers.Tests;

public sealed class GeminiBatchBackendTests : IDisposable
{
    private const string Started = "{}";
    private const string File = """{"file":{"name":"files/abc","state":"ACTIVE"}}""";

    private static readonly (string, string) SessionHeader = ("X-Goog-Upload-URL", Session);

    private readonly ScriptedHandler _handler = new();
    private readonly IBatchBackend _batches;

    public GeminiBatchBackendTests() => _batches = Provider(_handler, new ManualClock()).Batches;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static BatchInput Two => Input(new BatchItem("k-1", Canonical("one")), new BatchItem("k-2", Canonical("two")));

    public void Dispose() => _handler.Dispose();

    [Fact]
    public async Task The_input_is_uploaded_in_a_session_without_the_key()
    {
        _handler.Reply(Started, HttpStatusCode.OK, SessionHeader).Reply(File);

        var staged = Assert.IsType<StageOutcome.Staged>(await _batches.StageAsync(Two, Token)).Input;

        Assert.Equal("files/abc", staged.Reference);
        var (start, part) = (_handler.Sent[0], _handler.Sent[1]);
        Assert.Equal(("/upload/v1beta/files", """{"file":{"display_name":"p-0198-key"}}"""), (start.Path, start.Body));
        Assert.Equal(
            ("resumable", "start", "application/jsonl"),
            (Header(start, "X-Goog-Upload-Protocol"), Header(start, "X-Goog-Upload-Command"), Header(start, "X-Goog-Upload-Header-Content-Type")));
        Assert.Equal(("upload, finalize", "0", null), (Header(part, "X-Goog-Upload-Command"), Header(part, "X-Goog-Upload-Offset"), Header(part, "x-goog-api-key")));
        Assert.Equal(
            """
            {"key":"k-1","request":{"contents":[{"role":"user","parts":[{"text":"one"}]}]}}
            {"key":"k-2","request":{"contents":[{"role":"user","parts":[{"text":"two"}]}]}}

            """.ReplaceLineEndings("\n"),
            part.Body);
    }

    [Fact]
    public async Task A_part_whose_connection_broke_goes_on_where_the_server_stands()
    {
        _handler.Reply(Started, HttpStatusCode.OK, SessionHeader)
            .Throw(new HttpRequestException(HttpRequestError.ResponseEnded))
            .Reply("", HttpStatusCode.OK, ("X-Goog-Upload-Status", "active"), ("X-Goog-Upload-Size-Received", "10"))
            .Reply(File);

        Assert.IsType<StageOutcome.Staged>(await _batches.StageAsync(Two, Token));

        Assert.Equal("query", Header(_handler.Sent[2], "X-Goog-Upload-Command"));
        Assert.Equal("10", Header(_handler.Sent[3], "X-Goog-Upload-Offset"));
        Assert.Equal(_handler.Sent[1].Body[10..], _handler.Sent[3].Body);
    }

    [Fact]
    public async Task An_item_that_cannot_be_said_stops_the_upload_and_is_named()
    {
        _handler.Reply(Started, HttpStatusCode.OK, SessionHeader).Reply("");
        var bad = (Chat("x") with { Seed = long.MaxValue }).ToEnvelope(Model());

        var failure = Assert.IsType<StageOutcome.Failed>(await _batches.StageAsync(Input(new BatchItem("k-1", Canonical()), new BatchItem("k-2", bad)), Token)).Failure;

        Assert.Equal((FailureStage.Render, FailureCause.Unsupported, 2L), (failure.Stage, failure.Cause, failure.Line));
        Assert.Equal("cancel", Header(_handler.Sent[1], "X-Goog-Upload-Command"));
    }

    [Theory]
    [InlineData("k-1", "gemini-3.8-flash", "duplicate_custom_id")]
    [InlineData("k 2", "gemini-3.8-flash", "invalid_custom_id")]
    [InlineData("k-2", "gemini-3.5-flash", "model_mismatch")]
    public async Task What_would_spoil_the_file_is_refused_while_it_is_written(string id, string model, string code)
    {
        _handler.Reply(Started, HttpStatusCode.OK, SessionHeader).Reply("");

        var failure = Assert.IsType<StageOutcome.Failed>(await _batches.StageAsync(Input(new BatchItem("k-1", Canonical()), new BatchItem(id, Canonical("x", model))), Token)).Failure;

        Assert.Equal((code, 2L), (failure.ProviderCode, failure.Line));
    }

    [Fact]
    public async Task A_session_elsewhere_is_not_followed()
    {
        var provider = Provider(_handler, new ManualClock(), new ProviderConnection { ApiKey = "k" });
        _handler.Reply(Started, HttpStatusCode.OK, ("X-Goog-Upload-URL", "https://example.com/upload"));

        Assert.Equal("upload-url", Assert.IsType<StageOutcome.Failed>(await provider.Batches.StageAsync(Two, Token)).Failure.ProviderCode);
        Assert.Single(_handler.Sent);
    }

    [Fact]
    public async Task A_proxy_keeps_the_session_it_stands_before()
    {
        _handler.Reply(Started, HttpStatusCode.OK, ("X-Goog-Upload-URL", "https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=9")).Reply(File);

        Assert.IsType<StageOutcome.Staged>(await _batches.StageAsync(Two, Token));

        Assert.Equal("http://localhost:9/upload/v1beta/files?upload_id=9", _handler.Sent[1].Request.RequestUri!.ToString());
    }

    [Theory]
    [InlineData(EndpointKind.Chat, "/v1beta/models/gemini-3.8-flash:batchGenerateContent")]
    [InlineData(EndpointKind.Embeddings, "/v1beta/models/gemini-embedding-001:asyncBatchEmbedContent")]
    public async Task A_create_carries_our_key_as_its_name(EndpointKind kind, string path)
    {
        var envelope = kind == EndpointKind.Chat ? Canonical() : new EmbeddingRequest { Input = "x" }.ToEnvelope(Model("gemini-embedding-001"));
        _handler.Reply("""{"name":"batches/xyz","metadata":{"state":"BATCH_STATE_PENDING"}}""");

        var outcome = await _batches.CreateAsync(Input(new BatchItem("k-1", envelope)) with { Kind = kind }, new StagedInput("files/abc"), Token);

        Assert.Equal("batches/xyz", Assert.IsType<CreateOutcome.Accepted>(outcome).ProviderBatchId);
        Assert.Equal((path, """{"batch":{"displayName":"p-0198-key","inputConfig":{"fileName":"files/abc"}}}"""), (_handler.Sent[0].Path, _handler.Sent[0].Body));
    }

    [Fact]
    public async Task A_create_is_refused_or_uncertain_by_what_the_reply_proves()
    {
        _handler.Reply(Error(429, "RESOURCE_EXHAUSTED"), HttpStatusCode.TooManyRequests)
            .Reply(Error(500, "INTERNAL"), HttpStatusCode.InternalServerError)
            .Reply("{}")
            .Throw(new HttpRequestException(HttpRequestError.ResponseEnded))
            .Throw(new HttpRequestException(HttpRequestError.ConnectionError));
        var outcomes = new List<CreateOutcome>();
        for (var i = 0; i < 5; i++)
        {
            outcomes.Add(await _batches.CreateAsync(Two, new StagedInput("files/abc"), Token));
        }

        Assert.Equal(FailureCause.QueueLimit, Assert.IsType<CreateOutcome.Refused>(outcomes[0]).Failure.Cause);
        Assert.All(outcomes[1..4], outcome => Assert.IsType<CreateOutcome.Uncertain>(outcome));
        Assert.IsType<CreateOutcome.Refused>(outcomes[4]);
    }

    [Fact]
    public async Task A_lost_batch_is_found_by_its_name_on_any_page()
    {
        _handler
            .Reply("""{"operations":[{"name":"batches/1","metadata":{"displayName":"another","createTime":"2026-11-20T12:00:00Z"}}],"nextPageToken":"t/2"}""")
            .Reply("""{"operations":[{"name":"batches/2","metadata":{"displayName":"p-0198-key","createTime":"2026-11-20T12:00:00Z"}},{"name":"batches/3","metadata":{"inputConfig":{"fileName":"files/abc"}}}]}""");

        var found = await _batches.FindAsync(new OrphanQuery("p-0198-key", "files/abc", 2, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch), Token);

        Assert.Equal(["batches/2", "batches/3"], found.Select(candidate => candidate.ProviderBatchId));
        Assert.All(found, candidate => Assert.True(candidate.IsProven));
        Assert.Equal("/v1beta/batches?pageSize=100&pageToken=t%2F2", _handler.Sent[1].Path);
    }

    [Fact]
    public async Task An_empty_list_has_no_member_and_an_unreadable_one_is_no_empty_list()
    {
        var query = new OrphanQuery("k", null, 1, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
        _handler.Reply("{}").Reply("<html>").Reply(Error(503, "UNAVAILABLE"), HttpStatusCode.ServiceUnavailable);

        Assert.Empty(await _batches.FindAsync(query, Token));
        await Assert.ThrowsAsync<ProviderException>(() => _batches.FindAsync(query, Token));
        await Assert.ThrowsAsync<ProviderException>(() => _batches.FindAsync(query, Token));
    }

    [Fact]
    public async Task A_poll_tells_what_the_operation_says()
    {
        _handler.Reply("""{"name":"batches/xyz","metadata":{"state":"BATCH_STATE_RUNNING"}}""", HttpStatusCode.OK, ("Retry-After", "7"))
            .Reply(Error(404, "NOT_FOUND"), HttpStatusCode.NotFound).Reply("[]");

        Assert.Equal((BatchPhase.Running, TimeSpan.FromSeconds(7)), Assert.IsType<PollOutcome.Seen>(await _batches.PollAsync("batches/xyz", Token)) is { Snapshot: var s } ? (s.Phase, s.RetryAfter!.Value) : default);
        Assert.IsType<PollOutcome.NotFound>(await _batches.PollAsync("batches/xyz", Token));
        Assert.Equal(FailureCause.Malformed, Assert.IsType<PollOutcome.Failed>(await _batches.PollAsync("batches/xyz", Token)).Failure.Cause);
        Assert.All(_handler.Sent, sent => Assert.Equal("/v1beta/batches/xyz", sent.Path));
    }

    [Fact]
    public async Task Cancelling_an_ended_batch_is_no_failure()
    {
        _handler.Reply("{}").Reply(Error(400, "FAILED_PRECONDITION"), HttpStatusCode.BadRequest).Reply("""{"name":"batches/xyz","metadata":{"state":"BATCH_STATE_SUCCEEDED"}}""")
            .Reply(Error(400, "FAILED_PRECONDITION"), HttpStatusCode.BadRequest).Reply("""{"name":"batches/xyz","metadata":{"state":"BATCH_STATE_RUNNING"}}""");

        Assert.Null(await _batches.CancelAsync("batches/xyz", Token));
        Assert.Null(await _batches.CancelAsync("batches/xyz", Token));
        Assert.NotNull(await _batches.CancelAsync("batches/xyz", Token));
        Assert.Equal((HttpMethod.Post, "/v1beta/batches/xyz:cancel"), (_handler.Sent[0].Method, _handler.Sent[0].Path));
    }

    [Fact]
    public async Task Results_are_downloaded_by_name_and_read_by_key()
    {
        _handler.Reply($$$"""{"key":"k-2","response":{{{Answer("two")}}}}""" + "\n" + """{"key":"k-1","error":{"code":3,"message":"x"}}""" + "\n");
        var ended = new BatchSnapshot { ProviderBatchId = "batches/xyz", Phase = BatchPhase.Ended, ResultReferences = ["files/batch-" + new string('x', 60)] };

        var lines = await _batches.ReadResultsAsync(ended, Token).ToListAsync(Token);

        Assert.Equal($"/download/v1beta/files/batch-{new string('x', 60)}:download?alt=media", _handler.Sent[0].Path);
        Assert.Equal([("k-2", BatchLineKind.Answered, 1L), ("k-1", BatchLineKind.Failed, 2L)], lines.Select(line => (line.CustomId!, line.Kind, line.LineNumber)));
    }

    [Fact]
    public async Task Results_in_the_operation_itself_are_read_too()
    {
        _handler.Reply($$$$"""{"name":"batches/xyz","response":{"inlinedResponses":{"inlinedResponses":[{"response":{{{{Answer()}}}},"metadata":{"key":"k-1"}},{"error":{"code":13},"metadata":{"key":"k-2"}}]}}}""");
        var ended = new BatchSnapshot { ProviderBatchId = "batches/xyz", Phase = BatchPhase.Ended, ResultReferences = ["batches/xyz"] };

        var lines = await _batches.ReadResultsAsync(ended, Token).ToListAsync(Token);

        Assert.Equal([("k-1", BatchLineKind.Answered), ("k-2", BatchLineKind.Failed)], lines.Select(line => (line.CustomId!, line.Kind)));
    }

    [Fact]
    public async Task Cleaning_deletes_files_and_batch_but_never_one_that_runs()
    {
        _handler.Reply(Error(400, "INVALID_ARGUMENT"), HttpStatusCode.BadRequest).Reply(Error(403, "PERMISSION_DENIED"), HttpStatusCode.Forbidden).Reply("{}");
        var ended = new BatchSnapshot { ProviderBatchId = "batches/xyz", Phase = BatchPhase.Ended, ResultReferences = ["files/batch-xyz"] };

        Assert.Null(await _batches.CleanAsync(ended, new StagedInput("files/abc"), Token));
        Assert.Equal(["/v1beta/files/batch-xyz", "/v1beta/files/abc", "/v1beta/batches/xyz"], _handler.Sent.Select(sent => sent.Path));
        Assert.All(_handler.Sent, sent => Assert.Equal(HttpMethod.Delete, sent.Method));
        Assert.Equal("not-ended", (await _batches.CleanAsync(ended with { Phase = BatchPhase.Running }, null, Token))!.ProviderCode);
        Assert.Equal(3, _handler.Sent.Count);
    }

    [Fact]
    public async Task Cleaning_without_a_batch_deletes_the_input_alone()
    {
        _handler.Reply("{}");

        Assert.Null(await _batches.CleanAsync(new BatchSnapshot { ProviderBatchId = "", Phase = BatchPhase.Running }, new StagedInput("files/abc"), Token));
        Assert.Equal("/v1beta/files/abc", Assert.Single(_handler.Sent).Path);
    }

    [Fact]
    public void A_line_is_measured_as_it_will_be_written()
    {
        var measured = _batches.MeasureLine(Canonical("é😀"))!.Value;

        Assert.InRange(measured, Encoding.UTF8.GetByteCount($$$"""{"key":"k","request":{{{Render(Canonical("é😀"))}}}}""" + "\n"), 200);
        Assert.Null(_batches.MeasureLine((Chat("x") with { Seed = long.MaxValue }).ToEnvelope(Model())));
        Assert.Null(_batches.MeasureLine(Canonical() with { Dialect = Dialect.Anthropic }));
    }

    [Fact]
    public void Limits_of_the_account_win()
    {
        var limits = Provider(_handler, new ManualClock(), Connection with { MaxQueuedTokens = 3_000_000, MaxBatchRequests = 10 }).Batches.Limits;

        Assert.Equal((10, 3_000_000L, false, OrphanSearch.ByKey), (limits.MaxRequests, limits.MaxQueuedTokens, limits.KeepsFinishedOnExpiry, limits.OrphanSearch));
    }

    private static string? Header((HttpMethod Method, string Path, string Body, HttpRequestMessage Request) sent, string name) =>
        sent.Request.Headers.TryGetValues(name, out var values) ? values.Single() : null;
}
