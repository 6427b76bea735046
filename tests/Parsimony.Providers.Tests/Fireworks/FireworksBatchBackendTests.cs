using System.Net;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.OwnBatchGiven;

namespace Parsimony.Providers.Tests;

public sealed class FireworksBatchBackendTests
{
    private const string Account = "/v1/accounts/acme";
    private const string Ready = """{"name":"accounts/acme/datasets/parsimony-p-0198-key-in","state":"READY"}""";

    private static readonly OpenAIProfile Profile = FireworksProfile.Profile;
    private static readonly ProviderConnection Connection = new()
    {
        ApiKey = "secret",
        Endpoint = new Uri("http://localhost:9/inference/v1"),
        Cloud = new CloudPlace { Account = "acme" },
    };

    private readonly ManualClock _clock = new();
    private readonly ScriptedHandler _handler = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IBatchBackend Backend => Provider(Profile, _handler, _clock, Connection).Batches!;

    [Theory]
    [InlineData("https://api.fireworks.ai/inference/v1", "https://api.fireworks.ai/v1")]
    [InlineData("http://host:1/fireworks/inference/v1/", "http://host:1/fireworks/v1")]
    [InlineData("http://host:1/v1", "http://host:1/v1")]
    [InlineData("http://host:1", "http://host:1/v1")]
    public void The_control_plane_stands_beside_the_inference(string inference, string control) =>
        Assert.Equal(new Uri(control), FireworksBatchBackend.ControlOf(new Uri(inference)));

    [Fact]
    public void Has_no_batches_without_an_account() =>
        Assert.Null(Provider(Profile, _handler, _clock, Connection with { Cloud = null }).Batches);

    [Fact]
    public async Task Makes_a_dataset_of_its_own_id_fills_it_and_waits_until_it_is_ready()
    {
        _handler.Reply("{}").Reply("{}").Reply("""{"state":"UPLOADING"}""").Reply(Ready);

        var staging = Backend.StageAsync(Items(), Token);
        while (_clock.WaitingTimers == 0 || _handler.Sent.Count < 3)
        {
            await Task.Yield();
        }

        Assert.False(staging.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(new StageOutcome.Staged(new StagedInput("parsimony-p-0198-key-in")), await staging);
        Assert.Equal($"{Account}/datasets", _handler.Sent[0].Path);
        Assert.Equal("""{"datasetId":"parsimony-p-0198-key-in","dataset":{"userUploaded":{},"exampleCount":"2"}}""", _handler.Sent[0].Body);
        Assert.Equal($"{Account}/datasets/parsimony-p-0198-key-in:upload", _handler.Sent[1].Path);
        Assert.Contains("""{"custom_id":"a","body":{"messages":[{"role":"user","content":"hi"}]}}""", _handler.Sent[1].Body, StringComparison.Ordinal);
        Assert.DoesNotContain("model", _handler.Sent[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_that_was_made_before_is_filled_or_taken_as_it_is()
    {
        _handler.Reply("""{"code":6}""", HttpStatusCode.Conflict).Reply("""{"state":"READY","exampleCount":"2"}""");
        Assert.IsType<StageOutcome.Staged>(await Backend.StageAsync(Items(), Token));
        Assert.Equal(2, _handler.Sent.Count);

        _handler.Reply("""{"code":6}""", HttpStatusCode.Conflict).Reply("""{"state":"UPLOADING"}""").Reply("{}").Reply(Ready);
        Assert.IsType<StageOutcome.Staged>(await Backend.StageAsync(Items(), Token));
        Assert.EndsWith(":upload", _handler.Sent[4].Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"state":"READY","exampleCount":"3"}""")]
    [InlineData("""{"state":"READY"}""")]
    public async Task A_dataset_with_lines_that_have_left_the_batch_is_made_anew(string dataset)
    {
        _handler.Reply("""{"code":6}""", HttpStatusCode.Conflict).Reply(dataset).Reply("{}").Reply("{}").Reply("{}").Reply(Ready);

        Assert.IsType<StageOutcome.Staged>(await Backend.StageAsync(Items(), Token));

        Assert.Equal(["POST", "GET", "DELETE", "POST", "POST", "GET"], _handler.Sent.Select(sent => sent.Method.Method));
        Assert.Equal(_handler.Sent[0].Body, _handler.Sent[3].Body);
        Assert.EndsWith(":upload", _handler.Sent[4].Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"robot","content":"x"}]}""", "invalid_role")]
    [InlineData("""{"messages":[]}""", "no_messages")]
    [InlineData("""{"messages":""", "invalid_json")]
    public async Task Says_which_row_is_bad_before_anything_is_made(string body, string code)
    {
        var bad = Verbatim(Profile, body);

        var failure = Assert.IsType<StageOutcome.Failed>(await Backend.StageAsync(Input(new BatchItem("a", Chat(Profile)), new BatchItem("b", bad)), Token)).Failure;

        Assert.Equal((FailureStage.Render, code, 2L), (failure.Stage, failure.ProviderCode, failure.Line!.Value));
        Assert.Empty(_handler.Sent);
        Assert.Null(Backend.MeasureLine(bad));
    }

    [Theory]
    [InlineData(1_000, 1)]
    [InlineData(200_000_000, 2)]
    [InlineData(null, 2)]
    public async Task Lines_that_are_known_to_fit_in_a_post_are_rendered_once(int? most, int times)
    {
        _handler.Reply("{}").Reply("{}").Reply(Ready);
        var (items, read) = (Items(), 0);

        Assert.IsType<StageOutcome.Staged>(await Backend.StageAsync(
            items with
            {
                MostBytes = most,
                Items = token =>
                {
                    read++;
                    return items.Items(token);
                },
            },
            Token));

        Assert.Equal(times, read);
        Assert.EndsWith(":upload", _handler.Sent[1].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_row_met_while_the_lines_are_sent_cuts_the_upload_and_takes_the_dataset_away()
    {
        _handler.Reply("{}").Reply("{}").Reply("");
        var input = Input(new BatchItem("a", Chat(Profile)), new BatchItem("b", Verbatim(Profile, """{"messages":[]}"""))) with { MostBytes = 1_000 };

        var failure = Assert.IsType<StageOutcome.Failed>(await Backend.StageAsync(input, Token)).Failure;

        Assert.Equal((FailureStage.Render, "no_messages", 2L), (failure.Stage, failure.ProviderCode, failure.Line!.Value));
        Assert.Equal((HttpMethod.Delete, $"{Account}/datasets/parsimony-p-0198-key-in"), (_handler.Sent[^1].Method, _handler.Sent[^1].Path));
    }

    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"n":1}""")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"model":"m","n":1}""")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"n":1,"model":"m"}""")]
    public void A_row_names_no_model_wherever_its_caller_wrote_it(string body)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        new FireworksLine(new OpenAIRequestRenderer(ModelCatalogue.Default, Profile)).Write(new BatchItem("a", Verbatim(Profile, body)), output);

        Assert.Equal("""{"custom_id":"a","body":{"messages":[{"role":"user","content":"x"}],"n":1}}""", System.Text.Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("gpt-oss-20b", "accounts/fireworks/models/gpt-oss-20b")]
    [InlineData("accounts/acme/models/mine", "accounts/acme/models/mine")]
    public async Task A_model_without_a_path_is_one_of_fireworks_own(string name, string path)
    {
        _handler.Reply("""{"choices":[]}""");

        await Provider(Profile, _handler, _clock, Connection).SendAsync(new LiveCall(Chat(Profile, model: name), "c", TimeSpan.FromMinutes(1)), Token);

        Assert.Contains($"\"model\":\"{path}\"", _handler.Sent[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_file_goes_to_the_signed_address_without_our_key()
    {
        var backend = Provider(Profile with { OwnBatches = parts => new FireworksBatchBackend(parts, "acme", largestPost: 100) }, _handler, _clock, Connection).Batches!;
        _handler.Reply("{}").Reply("""{"filenameToSignedUrls":{"dataset/x/parsimony-p-0198-key-in.jsonl":"http://store:9/put?sig=1"}}""").Reply("").Reply("{}").Reply(Ready);

        Assert.IsType<StageOutcome.Staged>(await backend.StageAsync(Items(), Token));

        var (method, path, body, request) = _handler.Sent[2];
        Assert.Equal((HttpMethod.Put, "/put?sig=1"), (method, path));
        Assert.Null(request.Headers.Authorization);
        Assert.Equal(request.Content!.Headers.ContentLength, body.Length);
        Assert.Equal($$$"""{"filenameToSize":{"parsimony-p-0198-key-in.jsonl":"{{{body.Length}}}"}}""", _handler.Sent[1].Body);
        Assert.EndsWith(":validateUpload", _handler.Sent[3].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Creates_a_job_under_our_id()
    {
        _handler.Reply("""{"name":"accounts/acme/batchInferenceJobs/parsimony-p-0198-key","state":"JOB_STATE_CREATING"}""");

        Assert.Equal(new CreateOutcome.Accepted("parsimony-p-0198-key"), await CreateAsync());

        Assert.Equal($"{Account}/batchInferenceJobs?batchInferenceJobId=parsimony-p-0198-key", _handler.Sent[0].Path);
        Assert.Equal(
            """{"displayName":"parsimony-p-0198-key","model":"accounts/fireworks/models/m","inputDatasetId":"parsimony-p-0198-key-in","outputDatasetId":"parsimony-p-0198-key-out"}""", _handler.Sent[0].Body);
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, "")]
    [InlineData(HttpStatusCode.BadRequest, """{"code":6,"message":"exists"}""")]
    public async Task A_job_that_exists_under_our_id_is_ours(HttpStatusCode status, string body)
    {
        _handler.Reply(body, status).Reply("""{"name":"accounts/acme/batchInferenceJobs/parsimony-p-0198-key","state":"JOB_STATE_RUNNING"}""");

        Assert.Equal(new CreateOutcome.Accepted("parsimony-p-0198-key"), await CreateAsync());
    }

    [Fact]
    public async Task Finds_its_job_by_its_id()
    {
        _handler.Reply("""{"name":"accounts/acme/batchInferenceJobs/parsimony-p-0198-key","createTime":"2026-11-20T10:00:00Z"}""").Reply("{}", HttpStatusCode.NotFound).Reply("{}");
        var query = new OrphanQuery("p-0198-Key", "x", 2, _clock.GetUtcNow(), _clock.GetUtcNow());

        Assert.Equal(new OrphanCandidate("parsimony-p-0198-key", IsProven: true, new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero)), Assert.Single(await Backend.FindAsync(query, Token)));
        Assert.Empty(await Backend.FindAsync(query, Token));
        Assert.Equal(FailureCause.Malformed, (await Assert.ThrowsAsync<ProviderException>(() => Backend.FindAsync(query, Token))).Failure.Cause);
    }

    [Theory]
    [InlineData("JOB_STATE_UNSPECIFIED", BatchPhase.Running)]
    [InlineData("JOB_STATE_CREATING", BatchPhase.Running)]
    [InlineData("JOB_STATE_CREATING_INPUT_DATASET", BatchPhase.Running)]
    [InlineData("JOB_STATE_VALIDATING", BatchPhase.Running)]
    [InlineData("JOB_STATE_PENDING", BatchPhase.Running)]
    [InlineData("JOB_STATE_RUNNING", BatchPhase.Running)]
    [InlineData("JOB_STATE_RE_QUEUEING", BatchPhase.Running)]
    [InlineData("JOB_STATE_WRITING_RESULTS", BatchPhase.Running)]
    [InlineData("JOB_STATE_PAUSED", BatchPhase.Running)]
    [InlineData("JOB_STATE_IDLE", BatchPhase.Running)]
    [InlineData("JOB_STATE_SOME_FUTURE_WORD", BatchPhase.Running)]
    [InlineData("JOB_STATE_CANCELLING", BatchPhase.Cancelling)]
    [InlineData("JOB_STATE_DELETING", BatchPhase.Cancelling)]
    [InlineData("JOB_STATE_DELETING_CLEANING_UP", BatchPhase.Cancelling)]
    [InlineData("JOB_STATE_COMPLETED", BatchPhase.Ended)]
    [InlineData("COMPLETED", BatchPhase.Ended)]
    [InlineData("JOB_STATE_EXPIRED", BatchPhase.Ended)]
    [InlineData("JOB_STATE_EARLY_STOPPED", BatchPhase.Ended)]
    [InlineData("JOB_STATE_CANCELLED", BatchPhase.Ended)]
    [InlineData("JOB_STATE_FAILED", BatchPhase.Rejected)]
    public async Task Maps_every_state(string state, BatchPhase phase)
    {
        _handler.Reply($$$"""{"name":"accounts/acme/batchInferenceJobs/b","state":"{{{state}}}","output_dataset_id":"accounts/acme/datasets/out","job_progress":{"total_processed_requests":"3"}}""");

        var snapshot = await SeenAsync();

        Assert.Equal((phase, 3L, "out"), (snapshot.Phase, snapshot.Finished!.Value, Assert.Single(snapshot.ResultReferences)));
    }

    [Theory]
    [InlineData("\"INVALID_ARGUMENT\"", FailureCause.InvalidRequest)]
    [InlineData("8", FailureCause.QueueLimit)]
    [InlineData("null", FailureCause.ServerError)]
    public async Task Says_why_a_job_failed(string code, FailureCause cause)
    {
        _handler.Reply($$$"""{"name":"b","state":"JOB_STATE_FAILED","status":{"code":{{{code}}},"message":"secret"}}""");

        Assert.Equal(cause, (await SeenAsync()).Rejection!.Cause);
    }

    [Fact]
    public async Task A_job_that_is_gone_but_left_its_results_has_ended()
    {
        _handler.Reply("{}", HttpStatusCode.NotFound).Reply("""{"state":"READY"}""").Reply("{}", HttpStatusCode.NotFound).Reply("{}", HttpStatusCode.NotFound);

        Assert.Equal(["b-out"], (await SeenAsync()).ResultReferences);
        Assert.IsType<PollOutcome.NotFound>(await Backend.PollAsync("b", Token));
    }

    [Fact]
    public async Task Cancels_by_deleting_but_never_a_job_that_has_ended()
    {
        _handler.Reply("""{"name":"b","state":"JOB_STATE_RUNNING"}""").Reply("{}").Reply("""{"name":"b","state":"JOB_STATE_COMPLETED"}""");

        Assert.Null(await Backend.CancelAsync("b", Token));
        Assert.Null(await Backend.CancelAsync("b", Token));

        Assert.Equal([HttpMethod.Get, HttpMethod.Delete, HttpMethod.Get], _handler.Sent.Select(sent => sent.Method));
    }

    [Fact]
    public async Task Reads_results_then_errors_at_addresses_asked_for_anew_without_our_key()
    {
        const string Addresses = """{"filenameToSignedUrls":{"dataset/out/error-data":"http://store:9/e?sig=1","dataset/out/BIJOutputSet.jsonl":"http://store:9/o?sig=1","dataset/out/other":"http://store:9/x"}}""";
        _handler.Reply(Addresses).Reply("""{"custom_id":"a","response":{"choices":[]}}""" + "\n").Reply("""{"custom_id":"b","error":{"message":"secret"}}""" + "\nrubbish\n");

        var lines = await Backend.ReadResultsAsync(Ended("b", "out"), Token).ToListAsync(Token);

        Assert.Equal([(1, "a", BatchLineKind.Answered), (2, "b", BatchLineKind.Failed), (3, null, BatchLineKind.Unreadable)], lines.Select(line => ((int)line.LineNumber, line.CustomId, line.Kind)));
        Assert.Equal([$"{Account}/datasets/out:getDownloadEndpoint", "/o?sig=1", "/e?sig=1"], _handler.Sent.Select(sent => sent.Path));
        Assert.Equal("", _handler.Sent[0].Body);
        Assert.All(_handler.Sent.Skip(1), sent => Assert.Null(sent.Request.Headers.Authorization));
    }

    [Fact]
    public async Task Cleans_both_datasets_and_the_job()
    {
        _handler.Reply("{}").Reply("{}", HttpStatusCode.NotFound).Reply("{}");

        Assert.Null(await Backend.CleanAsync(Ended("b", "out"), new StagedInput("in"), Token));

        Assert.Equal([$"{Account}/datasets/out", $"{Account}/datasets/in", $"{Account}/batchInferenceJobs/b"], _handler.Sent.Select(sent => sent.Path));
    }

    [Fact]
    public async Task Tries_every_dataset_tells_the_first_failure_and_keeps_the_job_while_one_stays()
    {
        _handler.Reply("{}", HttpStatusCode.Forbidden).Reply("{}", HttpStatusCode.InternalServerError);

        Assert.Equal(FailureCause.Permission, (await Backend.CleanAsync(Ended("b", "out"), new StagedInput("in"), Token))!.Cause);

        Assert.Equal([$"{Account}/datasets/out", $"{Account}/datasets/in"], _handler.Sent.Select(sent => sent.Path));
    }

    private static BatchInput Items() => Input(new BatchItem("a", Chat(Profile)), new BatchItem("b", Chat(Profile)));

    private Task<CreateOutcome> CreateAsync() => Backend.CreateAsync(Items(), new StagedInput("parsimony-p-0198-key-in"), Token);

    private async Task<BatchSnapshot> SeenAsync() => Assert.IsType<PollOutcome.Seen>(await Backend.PollAsync("b", Token)).Snapshot;
}
