using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Parsimony.Providers.Tests;

public class AnthropicBatchBackendTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Creates_a_batch_of_the_bytes_a_live_call_would_send()
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(AnthropicWorld.Batch("msgbatch_9")));
        var verbatim = AnthropicWorld.Verbatim("""{"model":"claude-haiku-4-5-20251001","max_tokens":5,"messages":[]}""");

        var outcome = await world.Provider.Batches.CreateAsync(
            AnthropicWorld.Input(new BatchItem("k1-1", AnthropicWorld.Chat("é\n\u2028")), new BatchItem("k1-2", verbatim)), StagedInput.Inline, Now);

        Assert.Equal(new CreateOutcome.Accepted("msgbatch_9"), outcome);
        var call = Assert.Single(world.Calls);
        Assert.Equal((HttpMethod.Post, "/v1/messages/batches"), (call.Method, call.Path));
        Assert.Equal((AnthropicWorld.Key, "2023-06-01", "application/json"), (call.Headers["x-api-key"], call.Headers["anthropic-version"], call.Headers["content-type"]));
        var requests = JsonNode.Parse(call.Body)!["requests"]!.AsArray();
        Assert.Equal(["k1-1", "k1-2"], requests.Select(r => (string?)r!["custom_id"]));
        Assert.Equal("é\n\u2028", (string?)requests[0]!["params"]!["messages"]![0]!["content"]![0]!["text"]);
        Assert.Contains(Encoding.UTF8.GetString(verbatim.Bytes.Span), call.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a\r\nx-evil: 1")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task Refuses_a_custom_id_the_provider_would_refuse(string id)
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(AnthropicWorld.Batch()));

        var outcome = await world.Provider.Batches.CreateAsync(AnthropicWorld.Input(new BatchItem(id, AnthropicWorld.Chat())), StagedInput.Inline, Now);

        Assert.Equal("custom_id", Assert.IsType<CreateOutcome.Refused>(outcome).Failure.ProviderCode);
        Assert.Empty(world.Calls);
    }

    [Fact]
    public async Task Refuses_a_duplicate_custom_id_and_names_the_line()
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(AnthropicWorld.Batch()));

        var outcome = await world.Provider.Batches.CreateAsync(
            AnthropicWorld.Input(new BatchItem("a", AnthropicWorld.Chat()), new BatchItem("a", AnthropicWorld.Chat())), StagedInput.Inline, Now);

        Assert.Equal("custom_id", Assert.IsType<CreateOutcome.Refused>(outcome).Failure.ProviderCode);
    }

    [Fact]
    public async Task Refuses_more_bytes_or_items_than_the_limit_exactly_there()
    {
        var items = Enumerable.Range(0, 3).Select(i => new BatchItem($"k-{i}", AnthropicWorld.Chat())).ToArray();
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(AnthropicWorld.Batch()));
        await world.Provider.Batches.CreateAsync(AnthropicWorld.Input(items), StagedInput.Inline, Now);
        var size = Encoding.UTF8.GetByteCount(world.Calls[0].Body);

        async Task<CreateOutcome> With(long maxBytes, int maxRequests) =>
            await new AnthropicWorld(
                    _ => AnthropicWorld.Json(AnthropicWorld.Batch()),
                    new ProviderConnection { ApiKey = "k", MaxBatchBytes = maxBytes, MaxBatchRequests = maxRequests })
                .Provider.Batches.CreateAsync(AnthropicWorld.Input(items), StagedInput.Inline, Now);

        Assert.IsType<CreateOutcome.Accepted>(await With(size, 3));
        Assert.Equal(FailureCause.TooLarge, Assert.IsType<CreateOutcome.Refused>(await With(size - 1, 3)).Failure.Cause);
        Assert.Equal(FailureCause.TooLarge, Assert.IsType<CreateOutcome.Refused>(await With(size, 2)).Failure.Cause);
    }

    [Theory]
    [InlineData(400, "invalid_request_error", FailureCause.InvalidRequest)]
    [InlineData(401, "authentication_error", FailureCause.Credential)]
    [InlineData(413, "request_too_large", FailureCause.TooLarge)]
    [InlineData(429, "rate_limit_error", FailureCause.RateLimited)]
    public async Task A_refused_create_is_known_not_to_exist(int status, string type, FailureCause cause)
    {
        var outcome = await CreateAsync(_ => AnthropicWorld.Error(status, type));

        Assert.Equal((cause, status), (Assert.IsType<CreateOutcome.Refused>(outcome).Failure.Cause, ((CreateOutcome.Refused)outcome).Failure.Status));
    }

    [Fact]
    public async Task A_full_queue_is_told_from_too_many_calls()
    {
        var outcome = await CreateAsync(_ => AnthropicWorld.Error(429, "rate_limit_error", "This would exceed the number of batch requests in your processing queue"));

        Assert.Equal(FailureCause.QueueLimit, Assert.IsType<CreateOutcome.Refused>(outcome).Failure.Cause);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(529)]
    [InlineData(408)]
    [InlineData(409)]
    public async Task A_create_that_failed_over_there_may_exist(int status)
    {
        Assert.IsType<CreateOutcome.Uncertain>(await CreateAsync(_ => AnthropicWorld.Json("<html>", status)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("<html>")]
    [InlineData("")]
    public async Task A_create_whose_reply_cannot_be_read_may_exist(string body)
    {
        Assert.Equal(FailureCause.Malformed, Assert.IsType<CreateOutcome.Uncertain>(await CreateAsync(_ => AnthropicWorld.Json(body))).Failure.Cause);
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, true)]
    [InlineData(HttpRequestError.NameResolutionError, true)]
    [InlineData(HttpRequestError.ResponseEnded, false)]
    public async Task Only_a_connection_that_never_stood_proves_that_nothing_was_created(HttpRequestError error, bool isRefused)
    {
        var outcome = await CreateAsync(_ => throw new HttpRequestException(error, "x"));

        Assert.Equal(isRefused, outcome is CreateOutcome.Refused);
        Assert.Equal(!isRefused, outcome is CreateOutcome.Uncertain);
    }

    [Fact]
    public async Task A_create_is_given_up_at_its_limit_and_stays_uncertain()
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(""));
        world.Answer = async (_, stop) =>
        {
            world.Clock.Advance(TimeSpan.FromMinutes(2));
            await Task.Delay(Timeout.Infinite, stop);
            return AnthropicWorld.Json("");
        };

        var outcome = await world.Provider.Batches.CreateAsync(AnthropicWorld.Input(new BatchItem("a", AnthropicWorld.Chat())), StagedInput.Inline, Now);

        Assert.Equal(FailureCause.Timeout, Assert.IsType<CreateOutcome.Uncertain>(outcome).Failure.Cause);
    }

    [Theory]
    [InlineData("in_progress", BatchPhase.Running)]
    [InlineData("canceling", BatchPhase.Cancelling)]
    [InlineData("ended", BatchPhase.Ended)]
    [InlineData("dreaming", BatchPhase.Running)]
    public async Task Speaks_one_vocabulary_of_states(string status, BatchPhase phase)
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(AnthropicWorld.Batch(status: status)));

        var seen = Assert.IsType<PollOutcome.Seen>(await world.Provider.Batches.PollAsync("msgbatch_1", Now));

        Assert.Equal(phase, seen.Snapshot.Phase);
        Assert.Equal("/v1/messages/batches/msgbatch_1", world.Calls[0].Path);
    }

    [Fact]
    public async Task Shows_no_progress_before_the_end_and_all_of_it_then()
    {
        const string Counts = """{"processing":3,"succeeded":0,"errored":0,"canceled":0,"expired":0}""";
        const string End = """{"processing":0,"succeeded":1,"errored":1,"canceled":"odd","expired":1}""";
        var running = new AnthropicWorld(_ => AnthropicWorld.Json(AnthropicWorld.Batch(counts: Counts)));
        var ended = new AnthropicWorld(_ => AnthropicWorld.Json(AnthropicWorld.Batch(status: "ended", counts: End, more: ""","results_url":"https://api.anthropic.com/v1/r" """)));

        Assert.Null(((PollOutcome.Seen)await running.Provider.Batches.PollAsync("b", Now)).Snapshot.Finished);
        var snapshot = ((PollOutcome.Seen)await ended.Provider.Batches.PollAsync("b", Now)).Snapshot;
        Assert.Equal(3, snapshot.Finished);
        Assert.Equal(["https://api.anthropic.com/v1/r"], snapshot.ResultReferences);
    }

    [Fact]
    public async Task Results_kept_29_days_are_not_looked_for_afterwards()
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(AnthropicWorld.Batch(status: "ended", more: ""","archived_at":"2026-01-30T00:00:00Z","results_url":null""")));

        Assert.Empty(((PollOutcome.Seen)await world.Provider.Batches.PollAsync("b", Now)).Snapshot.ResultReferences);
    }

    [Fact]
    public async Task A_poll_tells_missing_failing_and_unreadable_apart()
    {
        var answers = new Queue<HttpResponseMessage>([
            AnthropicWorld.Error(404, "not_found_error"), AnthropicWorld.Error(529, "overloaded_error"), AnthropicWorld.Json("[1]"), Waiting()]);
        var world = new AnthropicWorld(_ => answers.Dequeue());

        Assert.IsType<PollOutcome.NotFound>(await world.Provider.Batches.PollAsync("b", Now));
        Assert.Equal(FailureCause.Overloaded, Assert.IsType<PollOutcome.Failed>(await world.Provider.Batches.PollAsync("b", Now)).Failure.Cause);
        Assert.Equal(FailureCause.Malformed, Assert.IsType<PollOutcome.Failed>(await world.Provider.Batches.PollAsync("b", Now)).Failure.Cause);
        Assert.Equal(TimeSpan.FromSeconds(17), Assert.IsType<PollOutcome.Failed>(await world.Provider.Batches.PollAsync("b", Now)).Failure.RetryAfter);
        await Assert.ThrowsAsync<ArgumentException>(() => world.Provider.Batches.PollAsync("", Now));

        static HttpResponseMessage Waiting()
        {
            var reply = AnthropicWorld.Error(429, "rate_limit_error");
            reply.Headers.TryAddWithoutValidation("retry-after", "17");
            return reply;
        }
    }

    [Fact]
    public async Task Finds_batches_by_size_and_time_over_pages_and_stops_when_they_are_older()
    {
        string Page(bool more, params string[] batches) =>
            $$"""{"data":[{{string.Join(',', batches)}}],"has_more":{{(more ? "true" : "false")}},"last_id":"b{{batches.Length}}"}""";
        const string Three = """{"processing":3}""";
        var pages = new Queue<string>([
            Page(true, AnthropicWorld.Batch("new", created: "2026-01-01T11:00:00Z", counts: Three), AnthropicWorld.Batch("b1", created: "2026-01-01T10:00:00Z", counts: Three)),
            Page(true, AnthropicWorld.Batch("size", created: "2026-01-01T09:30:00Z", counts: """{"processing":4}"""), AnthropicWorld.Batch("b2", created: "2026-01-01T09:00:00.123+00:00", counts: """{"succeeded":2,"errored":1}"""), AnthropicWorld.Batch("old", created: "2026-01-01T08:00:00Z", counts: Three)),
            Page(false, AnthropicWorld.Batch("never", created: "2026-01-01T09:00:00Z", counts: Three)),
        ]);
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(pages.Dequeue()));

        var found = await world.Provider.Batches.FindAsync(
            new OrphanQuery("k1", null, 3, new DateTimeOffset(2026, 1, 1, 9, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.Zero)), Now);

        Assert.Equal(["b1", "b2"], found.Select(f => f.ProviderBatchId));
        Assert.DoesNotContain(found, f => f.IsProven);
        Assert.Equal(["/v1/messages/batches?limit=1000", "/v1/messages/batches?limit=1000&after_id=b2"], world.Calls.Select(c => c.Path));
    }

    [Fact]
    public async Task A_search_that_cannot_be_made_is_not_an_empty_one()
    {
        var query = new OrphanQuery("k1", null, 3, DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        foreach (var reply in new[] { AnthropicWorld.Error(500, "api_error"), AnthropicWorld.Json("{}"), AnthropicWorld.Json("<html>") })
        {
            var world = new AnthropicWorld(_ => reply);
            Assert.Equal(FailureStage.Poll, (await Assert.ThrowsAsync<ProviderException>(() => world.Provider.Batches.FindAsync(query, Now))).Failure.Stage);
        }
    }

    [Fact]
    public async Task Cancelling_an_ended_batch_is_no_failure()
    {
        var world = new AnthropicWorld(call => call.Method == HttpMethod.Post
            ? AnthropicWorld.Error(400, "invalid_request_error")
            : AnthropicWorld.Json(AnthropicWorld.Batch(status: "ended")));

        Assert.Null(await world.Provider.Batches.CancelAsync("b", Now));
        Assert.Equal("/v1/messages/batches/b/cancel", world.Calls[0].Path);
    }

    [Fact]
    public async Task A_cancel_that_was_refused_while_running_says_so()
    {
        var world = new AnthropicWorld(call => call.Method == HttpMethod.Post
            ? AnthropicWorld.Error(400, "invalid_request_error")
            : AnthropicWorld.Json(AnthropicWorld.Batch()));

        Assert.Equal(FailureStage.Cancel, (await world.Provider.Batches.CancelAsync("b", Now))!.Stage);
    }

    [Fact]
    public async Task Streams_results_in_the_providers_order_and_reports_what_it_cannot_read()
    {
        var big = new string('x', 20_000_000);
        var results = string.Join("\r\n",
            $$$"""{"custom_id":"b","result":{"type":"succeeded","message":{{{AnthropicWorld.Message(big)}}}}}""",
            "", "garbage",
            """{"custom_id":"a","result":{"type":"expired"}}""");
        var world = new AnthropicWorld(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(results))) });

        var lines = await world.Provider.Batches.ReadResultsAsync(Ended("https://api.anthropic.com/v1/messages/batches/b/results"), Now).ToListAsync(Now);

        Assert.Equal([("b", BatchLineKind.Answered), (null, BatchLineKind.Unreadable), ("a", BatchLineKind.Expired)], lines.Select(l => (l.CustomId, l.Kind)));
        Assert.Equal(big, ((IProvider)world.Provider).ReadChat(lines[0].Answer!.Body).Text);
        Assert.Equal("application/binary", world.Calls[0].Headers["accept"]);
    }

    [Theory]
    [InlineData("https://elsewhere.example/v1/messages/batches/b/results")]
    [InlineData("http://api.anthropic.com/v1/messages/batches/b/results")]
    [InlineData("not an address")]
    public async Task Never_follows_a_results_address_to_another_host(string reference)
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(""));

        await world.Provider.Batches.ReadResultsAsync(Ended(reference), Now).ToListAsync(Now);

        Assert.Equal("/v1/messages/batches/b/results", Assert.Single(world.Calls).Path);
    }

    [Fact]
    public async Task A_download_that_breaks_is_told_after_the_lines_that_came()
    {
        var line = """{"custom_id":"a","result":{"type":"expired"}}""" + "\n";
        var world = new AnthropicWorld(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new BrokenStream(Encoding.UTF8.GetBytes(line))) });
        var lines = new List<BatchLine>();

        var broken = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var read in world.Provider.Batches.ReadResultsAsync(Ended("/v1/messages/batches/b/results"), Now))
            {
                lines.Add(read);
            }
        });

        Assert.Equal((FailureStage.Collect, FailureCause.Transport), (broken.Failure.Stage, broken.Failure.Cause));
        Assert.Single(lines);
    }

    [Fact]
    public async Task Deletes_only_what_has_ended_and_takes_gone_for_done()
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Error(404, "not_found_error"));

        Assert.NotNull(await world.Provider.Batches.CleanAsync(Ended() with { Phase = BatchPhase.Cancelling }, null, Now));
        Assert.Empty(world.Calls);
        Assert.Null(await world.Provider.Batches.CleanAsync(Ended(), null, Now));
        Assert.Equal((HttpMethod.Delete, "/v1/messages/batches/b"), (world.Calls[0].Method, world.Calls[0].Path));
    }

    [Fact]
    public void Accepts_only_what_a_batch_can_hold()
    {
        var batches = new AnthropicWorld(_ => AnthropicWorld.Json("")).Provider.Batches;

        Assert.NotNull(batches.MeasureLine(AnthropicWorld.Chat()));
        Assert.NotNull(batches.MeasureLine(AnthropicWorld.Verbatim("""{"model":"m","max_tokens":1,"messages":[]}""")));
        Assert.Null(batches.MeasureLine(AnthropicWorld.Verbatim("""{"model":"m","max_tokens":0,"messages":[]}""")));
        Assert.Null(batches.MeasureLine(AnthropicWorld.Verbatim("""{"model":"m","speed":"fast"}""")));
        Assert.Null(batches.MeasureLine(AnthropicWorld.Verbatim("{")));
        Assert.Null(batches.MeasureLine(AnthropicWorld.Chat() with { Kind = EndpointKind.Embeddings }));
        Assert.Null(batches.MeasureLine(AnthropicWorld.Chat("")));
    }

    [Fact]
    public void The_bound_of_a_line_is_never_below_its_bytes()
    {
        var world = new AnthropicWorld(_ => AnthropicWorld.Json(""));
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var envelope = AnthropicRequests.Any(random);
            var output = new System.Buffers.ArrayBufferWriter<byte>();
            world.Provider.Render(envelope, CacheControl.None, output);
            var line = Encoding.UTF8.GetByteCount(",{\"custom_id\":\"" + new string('x', 64) + "\",\"params\":") + output.WrittenCount + 1;

            Assert.InRange(line, 1, world.Provider.Batches.MeasureLine(envelope) ?? 0);
        }
    }

    private static Task<CreateOutcome> CreateAsync(Func<AnthropicCall, HttpResponseMessage> answer) =>
        new AnthropicWorld(answer).Provider.Batches.CreateAsync(AnthropicWorld.Input(new BatchItem("a", AnthropicWorld.Chat())), StagedInput.Inline, Now);

    private static BatchSnapshot Ended(params string[] references) => new() { ProviderBatchId = "b", Phase = BatchPhase.Ended, ResultReferences = references };

    private sealed class BrokenStream(byte[] start) : MemoryStream(start)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is var read and > 0 ? read : throw new IOException("gone");
    }
}
