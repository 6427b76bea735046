using System.Net;
using Microsoft.Extensions.AI;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.OwnBatchGiven;

namespace Parsimony.Providers.Tests;

public sealed class XaiBatchBackendTests
{
    private static readonly OpenAIProfile Profile = XaiProfile.Profile;

    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly ScriptedHandler _handler = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IBatchBackend Backend => Provider(Profile, _handler, _clock).Batches!;

    [Fact]
    public void Reads_what_an_answer_says_was_charged()
    {
        var body = """{"id":"c-1","choices":[{"index":0,"message":{"role":"assistant","content":"ok"}}],"usage":{"prompt_tokens":9,"completion_tokens":1,"cost_in_usd_ticks":37756000}}"""u8.ToArray();
        var root = System.Text.Json.JsonElement.Parse(body);

        Assert.Equal(0.0037756m, OpenAIAnswerReader.Read(root, body, XaiProfile.Profile).ReportedUsd);
        Assert.Null(OpenAIAnswerReader.Read(root, body, OpenAIProfiles.OpenAI).ReportedUsd);
        Assert.Equal(0.0037756m, OpenAIResponseReader.ReadChat(body, XaiProfile.Profile).AdditionalProperties?["reported_usd"]);
    }

    [Fact]
    public async Task Reads_what_the_last_chunk_of_a_stream_says_was_charged()
    {
        const string stream = """
            data: {"id":"c-1","model":"grok-4.3","choices":[{"index":0,"delta":{"content":"o"}}],"usage":{"prompt_tokens":9,"completion_tokens":1,"cost_in_usd_ticks":10000000}}

            data: {"id":"c-1","model":"grok-4.3","choices":[{"index":0,"delta":{"content":"k"},"finish_reason":"stop"}]}

            data: {"id":"c-1","model":"grok-4.3","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"cost_in_usd_ticks":37756000}}

            data: [DONE]


            """;
        using var body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(stream));

        var updates = await OpenAIStreamReader.ReadAsync(body, Profile, Token).ToListAsync(Token);

        Assert.Equal([0.0037756m], updates.Select(update => ReportedCharge.Of(update.AdditionalProperties)).OfType<decimal>());
        var response = updates.ToChatResponse();
        Assert.Equal(("ok", 0.0037756m, 2L), (response.Text, ReportedCharge.Of(response), response.Usage?.OutputTokenCount));
    }

    [Theory]
    [InlineData("0.0037756", 0.0037756)]
    [InlineData("-1", null)]
    [InlineData("\"much\"", null)]
    public void A_charge_is_read_again_where_a_response_was_kept_as_JSON(string json, double? expected) => Assert.Equal(
        (decimal?)expected, ReportedCharge.Of(new AdditionalPropertiesDictionary { [ReportedCharge.Key] = System.Text.Json.JsonElement.Parse(json) }));

    [Fact]
    public async Task Uploads_without_a_purpose_and_creates_by_name()
    {
        _handler.Reply("""{"id":"file-1"}""").Reply("""{"batch_id":"batch_1","name":"p-0198-Key"}""");
        var input = Input(new BatchItem("k", Chat(Profile)));

        var staged = Assert.IsType<StageOutcome.Staged>(await Backend.StageAsync(input, Token)).Input;
        Assert.Equal(new CreateOutcome.Accepted("batch_1"), await Backend.CreateAsync(input, staged, Token));

        Assert.DoesNotContain("purpose", _handler.Sent[0].Body, StringComparison.Ordinal);
        Assert.Equal(("/v1/batches", """{"name":"p-0198-Key","input_file_id":"file-1"}"""), (_handler.Sent[1].Path, _handler.Sent[1].Body));
    }

    [Theory]
    [InlineData("", BatchPhase.Running)]
    [InlineData(""","state":null""", BatchPhase.Running)]
    [InlineData(""","state":{"num_requests":0,"num_pending":0}""", BatchPhase.Running)]
    [InlineData(""","state":{"num_requests":3,"num_pending":1,"num_success":2}""", BatchPhase.Running)]
    [InlineData(""","state":{"num_requests":3,"num_pending":0,"num_success":2,"num_error":1}""", BatchPhase.Ended)]
    [InlineData(""","cancel_time":"2026-11-20","state":{"num_requests":3,"num_pending":1}""", BatchPhase.Cancelling)]
    [InlineData(""","cancel_time":"2026-11-20" """, BatchPhase.Cancelling)]
    [InlineData(""","cancel_time":"2026-11-20","state":{"num_requests":3,"num_pending":0,"num_cancelled":3}""", BatchPhase.Ended)]
    [InlineData(""","cancel_time":"2026-11-20","state":{"num_requests":0}""", BatchPhase.Rejected)]
    [InlineData(""","cancel_by_xai_message":"line 3 is invalid" """, BatchPhase.Rejected)]
    [InlineData(""","cancel_by_xai_message":"late","state":{"num_requests":3,"num_success":1}""", BatchPhase.Ended)]
    [InlineData(""","expire_time":"2026-11-20T11:59:59Z","state":{"num_requests":3,"num_pending":1}""", BatchPhase.Ended)]
    [InlineData(""","expire_time":"2026-11-20","state":{"num_requests":3,"num_pending":1}""", BatchPhase.Running)]
    [InlineData(""","expires_at":"2026-11-19","state":{"num_requests":3,"num_pending":1}""", BatchPhase.Ended)]
    public async Task Derives_the_state_from_counters_and_times(string members, BatchPhase phase)
    {
        _handler.Reply($$"""{"batch_id":"b","name":"n"{{members}}}""");

        Assert.Equal(phase, (await SeenAsync()).Phase);
    }

    [Fact]
    public async Task Says_that_xai_itself_cancelled_a_batch_and_not_why()
    {
        _handler.Reply("""{"batch_id":"b","cancel_time":"2026-11-20","cancel_by_xai_message":"secret"}""");

        Assert.Equal(new ProviderFailure(FailureStage.Create, FailureCause.InvalidRequest, ProviderCode: "cancelled_by_xai"), (await SeenAsync()).Rejection);
    }

    [Fact]
    public async Task Reads_results_page_by_page_until_there_is_no_token_or_nothing_on_the_page()
    {
        _handler
            .Reply($$"""{"results":[{{Result("a")}},{{Result("b")}}],"pagination_token":"t/1"}""")
            .Reply($$"""{"results":[{{Result("c")}}],"pagination_token":"t2"}""")
            .Reply("""{"results":[],"pagination_token":"t3"}""");

        var lines = await Backend.ReadResultsAsync(Ended("b"), Token).ToListAsync(Token);

        Assert.Equal([(1, "a"), (2, "b"), (3, "c")], lines.Select(line => ((int)line.LineNumber, line.CustomId)));
        Assert.Equal(
            ["/v1/batches/b/results?limit=100", "/v1/batches/b/results?limit=100&pagination_token=t%2F1", "/v1/batches/b/results?limit=100&pagination_token=t2"],
            _handler.Sent.Select(sent => sent.Path));
    }

    [Fact]
    public async Task A_token_that_comes_again_ends_the_list()
    {
        _handler.Reply($$"""{"results":[{{Result("a")}}],"pagination_token":"t"}""").Reply($$"""{"results":[{{Result("b")}}],"pagination_token":"t"}""");

        Assert.Equal(2, (await Backend.ReadResultsAsync(Ended("b"), Token).ToListAsync(Token)).Count);
    }

    [Fact]
    public async Task Gives_the_lines_of_a_page_before_the_next_is_asked_for()
    {
        _handler.Reply($$"""{"results":[{{Result("a")}}],"pagination_token":"t"}""").Reply("{}", HttpStatusCode.BadGateway);
        var seen = new List<string?>();

        var failure = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var line in Backend.ReadResultsAsync(Ended("b"), Token))
            {
                seen.Add(line.CustomId);
            }
        });

        Assert.Equal(["a"], seen);
        Assert.Equal((FailureStage.Collect, FailureCause.ServerError), (failure.Failure.Stage, failure.Failure.Cause));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("<html>")]
    public async Task A_page_that_cannot_be_read_is_not_an_empty_one(string body)
    {
        _handler.Reply(body);

        var failure = await Assert.ThrowsAsync<ProviderException>(async () => await Backend.ReadResultsAsync(Ended("b"), Token).ToListAsync(Token));

        Assert.Equal((FailureStage.Collect, FailureCause.Malformed), (failure.Failure.Stage, failure.Failure.Cause));
    }

    [Theory]
    [InlineData("""{"batch_request_id":"a","batch_result":{"error":{"code":0,"message":""},"response":{"responses":{"object":"response","status":"completed","output":[]}}}}""", BatchLineKind.Answered)]
    [InlineData("""{"batch_request_id":"a","batch_result":{"response":{}}}""", BatchLineKind.Unreadable)]
    [InlineData("""{"batch_request_id":"a"}""", BatchLineKind.Unreadable)]
    [InlineData("\"rubbish\"", BatchLineKind.Unreadable)]
    [InlineData("""{"batch_request_id":"a","batch_result":{"response":{"chat_get_completion":{"error":"no","code":"x"}}}}""", BatchLineKind.Failed)]
    [InlineData("""{"batch_request_id":"a","batch_result":{"error":{"code":4}}}""", BatchLineKind.Expired)]
    [InlineData("""{"batch_request_id":"a","batch_result":{"error":{"message":"no"}}}""", BatchLineKind.Failed)]
    public async Task Reads_every_shape_of_a_result(string result, BatchLineKind kind)
    {
        _handler.Reply($$"""{"results":[{{result}}]}""");

        Assert.Equal(kind, Assert.Single(await Backend.ReadResultsAsync(Ended("b"), Token).ToListAsync(Token)).Kind);
    }

    [Fact]
    public async Task Finds_its_batch_by_name_over_the_whole_list()
    {
        _handler
            .Reply("""{"batches":[{"batch_id":"b1","name":"other"}],"pagination_token":"t"}""")
            .Reply("""{"batches":[{"batch_id":"b2","name":"key","create_time":"2026-11-20T10:00:00.5Z"},{"batch_id":"b3","name":"x","input_file_id":"file-in"}],"pagination_token":null}""");

        var found = await Backend.FindAsync(new OrphanQuery("key", "file-in", 2, _clock.GetUtcNow(), _clock.GetUtcNow()), Token);

        Assert.Equal(["b2", "b3"], found.Select(candidate => candidate.ProviderBatchId));
        Assert.All(found, candidate => Assert.True(candidate.IsProven));
    }

    [Fact]
    public async Task Cancels_with_a_colon_and_cleans_the_input_alone()
    {
        _handler.Reply("{}").Reply("{}");

        Assert.Null(await Backend.CancelAsync("b", Token));
        Assert.Null(await Backend.CleanAsync(Ended("b"), new StagedInput("file-in"), Token));
        Assert.Null(await Backend.CleanAsync(Ended("b"), null, Token));

        Assert.Equal(["/v1/batches/b:cancel", "/v1/files/file-in"], _handler.Sent.Select(sent => sent.Path));
    }

    [Fact]
    public async Task A_line_that_is_no_json_is_refused_before_it_cancels_the_whole_batch()
    {
        var outcome = await Backend.StageAsync(Input(new BatchItem("k", Chat(Profile)), new BatchItem("l", Verbatim(Profile, "{\"messages\":["))), Token);

        var failure = Assert.IsType<StageOutcome.Failed>(outcome).Failure;
        Assert.Equal((FailureStage.Render, FailureCause.InvalidRequest, 2L), (failure.Stage, failure.Cause, failure.Line!.Value));
        Assert.Empty(_handler.Sent);
    }

    [Fact]
    public void A_line_too_long_for_it_goes_alone()
    {
        Assert.Null(Backend.MeasureLine(Verbatim(Profile, $$"""{"messages":[{"role":"user","content":"{{new string('x', 25_000_000)}}"}]}""")));
        Assert.NotNull(Backend.MeasureLine(Verbatim(Profile, "{}", EndpointKind.Responses)));
        Assert.Null(Backend.MeasureLine(new EmbeddingRequest { Input = "x" }.ToEnvelope(new ModelId(Profile.Id, "m"))));
    }

    [Fact]
    public async Task Sends_the_routing_key_as_a_header()
    {
        _handler.Reply("""{"choices":[]}""");

        var call = new LiveCall(Chat(Profile), "c", TimeSpan.FromMinutes(1)) { Cache = new CacheControl { RoutingKey = "r-1" } };
        await Provider(Profile, _handler, _clock).SendAsync(call, Token);

        Assert.Equal("r-1", Assert.Single(_handler.Sent[0].Request.Headers.GetValues("x-grok-conv-id")));
        Assert.DoesNotContain("r-1", _handler.Sent[0].Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EndpointKind.Chat, """{"model":"m","messages":[]}""")]
    [InlineData(EndpointKind.Responses, """{"model":"m","input":"x","prompt_cache_key":"r-1"}""")]
    public async Task A_callers_own_body_gets_the_key_as_a_member_only_where_its_form_has_one(EndpointKind kind, string body)
    {
        _handler.Reply("{}");

        var call = new LiveCall(Verbatim(Profile, kind == EndpointKind.Chat ? """{"model":"m","messages":[]}""" : """{"model":"m","input":"x"}""", kind), "c", TimeSpan.FromMinutes(1));
        await Provider(Profile, _handler, _clock).SendAsync(call with { Cache = new CacheControl { RoutingKey = "r-1" } }, Token);

        Assert.Equal(body, _handler.Sent[0].Body);
        Assert.Equal("r-1", Assert.Single(_handler.Sent[0].Request.Headers.GetValues("x-grok-conv-id")));
    }

    private static string Result(string id) => $$$$$"""{"batch_request_id":"{{{{{id}}}}}","batch_result":{"response":{"chat_get_completion":{"choices":[]}}}}""";

    private async Task<BatchSnapshot> SeenAsync() => Assert.IsType<PollOutcome.Seen>(await Backend.PollAsync("b", Token)).Snapshot;
}
