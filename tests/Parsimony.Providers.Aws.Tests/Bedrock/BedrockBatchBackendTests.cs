using System.Net;
using System.Text;
using Parsimony.Providers.Tests;
using Parsimony.Testing;
using static Parsimony.Providers.Aws.Tests.BedrockGiven;

namespace Parsimony.Providers.Aws.Tests;

public sealed class BedrockBatchBackendTests
{
    private const string Arn = "arn:aws:bedrock:us-east-1:000000000000:model-invocation-job/abcdef123456";

    private readonly ScriptedHandler _handler = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IBatchBackend Batches => Provider(_handler, new ManualClock()).Batches!;

    private IBatchBackend At(string store) => Provider(_handler, new ManualClock(), Connection with { Cloud = Cloud with { StorageEndpoint = new Uri(store) } }).Batches!;

    [Fact]
    public async Task A_small_input_is_one_put_of_records()
    {
        _handler.Reply("");

        var staged = Assert.IsType<StageOutcome.Staged>(await Batches.StageAsync(Input(EndpointKind.Chat, new BatchItem("a", Canonical("hi", Nova)), new BatchItem("b", Canonical("ho", Nova))), Token)).Input;

        Assert.Equal("s3://bucket/batches/here/p-0198-key/converse.jsonl", staged.Reference);
        var (method, path, body, request) = Assert.Single(_handler.Sent);
        Assert.Equal((HttpMethod.Put, "/bucket/batches/here/p-0198-key/converse.jsonl"), (method, path));
        Assert.Equal(
            """{"recordId":"a","modelInput":{"messages":[{"role":"user","content":[{"text":"hi"}]}]}}""" + "\n" + """{"recordId":"b","modelInput":{"messages":[{"role":"user","content":[{"text":"ho"}]}]}}""" + "\n", body);
        Assert.Contains("/us-east-1/s3/aws4_request", request.Headers.GetValues("Authorization").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://s3.sandbox", "[0-9a-f]{64}")]
    [InlineData("https://s3.sandbox", "UNSIGNED-PAYLOAD")]
    public async Task A_body_brings_its_checksum_and_is_itself_signed_where_it_could_be_changed_on_its_way(string store, string hash)
    {
        _handler.Reply("");

        Assert.IsType<StageOutcome.Staged>(await At(store).StageAsync(Input(EndpointKind.Chat, new BatchItem("a", Canonical("hi", Nova))), Token));

        var (_, _, body, request) = Assert.Single(_handler.Sent);
        Assert.Matches($"^{hash}$", request.Headers.GetValues("X-Amz-Content-Sha256").Single());
        Assert.Equal(Crc32C.Of(Encoding.UTF8.GetBytes(body)), request.Headers.GetValues("x-amz-checksum-crc32c").Single());
        Assert.Contains(";x-amz-checksum-crc32c;", request.Headers.GetValues("Authorization").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_that_refuses_unsigned_bodies_gets_them_signed_from_then_on()
    {
        var batches = At("https://s3.sandbox");
        var input = Input(EndpointKind.Chat, new BatchItem("a", Canonical("hi", Nova)));
        _handler.Reply("<Error><Code>AccessDenied</Code></Error>", HttpStatusCode.Forbidden).Reply("").Reply("");

        Assert.IsType<StageOutcome.Staged>(await batches.StageAsync(input, Token));
        Assert.IsType<StageOutcome.Staged>(await batches.StageAsync(input, Token));

        Assert.Equal([false, true, true], _handler.Sent.Select(sent => sent.Request.Headers.GetValues("X-Amz-Content-Sha256").Single().Length == 64));
    }

    [Theory]
    [InlineData("http://s3.sandbox", 1)]
    [InlineData("https://s3.sandbox", 2)]
    public async Task A_caller_who_may_not_write_is_told_so(string store, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            _handler.Reply("<Error><Code>AccessDenied</Code></Error>", HttpStatusCode.Forbidden);
        }

        var failed = Assert.IsType<StageOutcome.Failed>(await At(store).StageAsync(Input(EndpointKind.Chat, new BatchItem("a", Canonical("hi", Nova))), Token));

        Assert.Equal((FailureCause.Permission, calls), (failed.Failure.Cause, _handler.Sent.Count));
    }

    [Fact]
    public void The_checksum_is_the_published_one()
    {
        // The check value of CRC-32C (https://reveng.sourceforge.io/crc-catalogue/17plus.htm, read 2026-11-22), and what it is of more than a word.
        Assert.Equal(Convert.ToBase64String([0xE3, 0x06, 0x92, 0x83]), Crc32C.Of("123456789"u8));
        Assert.NotEqual(Crc32C.Of("1234567812345678"u8), Crc32C.Of("1234567812345679"u8));
    }

    [Fact]
    public async Task An_item_that_cannot_be_said_stops_the_upload_and_names_its_line()
    {
        var failed = Assert.IsType<StageOutcome.Failed>(await Batches.StageAsync(Input(EndpointKind.Chat, new BatchItem("a", Canonical("hi", Nova)), new BatchItem("b", Canonical("", Nova))), Token));

        Assert.Equal((FailureStage.Render, 2L, "no-messages"), (failed.Failure.Stage, failed.Failure.Line, failed.Failure.ProviderCode));
        Assert.Empty(_handler.Sent);
    }

    [Fact]
    public async Task Two_models_are_not_one_job()
    {
        var failed = Assert.IsType<StageOutcome.Failed>(await Batches.StageAsync(Input(EndpointKind.Chat, new BatchItem("a", Canonical("hi")), new BatchItem("b", Canonical("hi", Nova))), Token));

        Assert.Equal(("model_mismatch", 2L), (failed.Failure.ProviderCode, failed.Failure.Line));
    }

    [Fact]
    public async Task The_create_names_everything_and_carries_our_key_twice()
    {
        _handler.Reply($$"""{"jobArn":"{{Arn}}"}""");

        var outcome = await Batches.CreateAsync(Input(EndpointKind.Chat, new BatchItem("a", Canonical())), new StagedInput("s3://bucket/batches/here/p-0198-key/invoke.jsonl"), Token);

        Assert.Equal(new CreateOutcome.Accepted(Arn), outcome);
        var (method, path, body, request) = Assert.Single(_handler.Sent);
        Assert.Equal((HttpMethod.Post, "/model-invocation-job"), (method, path));
        Assert.Equal(
            $$$"""{"jobName":"parsimony-p-0198-key","clientRequestToken":"parsimony-p-0198-key","roleArn":"{{{Role}}}","modelId":"{{{Claude}}}","modelInvocationType":"InvokeModel","inputDataConfig":{"s3InputDataConfig":{"s3Uri":"s3://bucket/batches/here/p-0198-key/invoke.jsonl","s3InputFormat":"JSONL"}},"outputDataConfig":{"s3OutputDataConfig":{"s3Uri":"s3://bucket/batches/here/p-0198-key/output/"}},"timeoutDurationInHours":24}""",
            body);
        Assert.Contains("/us-east-1/bedrock/aws4_request", request.Headers.GetValues("Authorization").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "ValidationException", true)]
    [InlineData(403, "AccessDeniedException", true)]
    [InlineData(429, "ThrottlingException", true)]
    [InlineData(400, "ServiceQuotaExceededException", true)]
    [InlineData(409, "ConflictException", false)]
    [InlineData(500, "InternalServerException", false)]
    public async Task A_create_is_refused_or_nobody_knows(int status, string code, bool isRefused)
    {
        _handler.Reply("{}", (HttpStatusCode)status, ("x-amzn-ErrorType", code));

        var outcome = await Batches.CreateAsync(Input(EndpointKind.Chat, new BatchItem("a", Canonical())), new StagedInput("s3://bucket/x/converse.jsonl"), Token);

        Assert.Equal(isRefused, outcome is CreateOutcome.Refused);
        Assert.Equal(!isRefused, outcome is CreateOutcome.Uncertain);
    }

    [Theory]
    [InlineData("Submitted", 0, BatchPhase.Running, null)]
    [InlineData("Validating", 0, BatchPhase.Running, null)]
    [InlineData("Scheduled", 0, BatchPhase.Running, null)]
    [InlineData("InProgress", 7, BatchPhase.Running, 7L)]
    [InlineData("Stopping", 7, BatchPhase.Cancelling, 7L)]
    [InlineData("SomethingNew", 0, BatchPhase.Running, null)]
    [InlineData("Completed", 9, BatchPhase.Ended, 9L)]
    [InlineData("PartiallyCompleted", 5, BatchPhase.Ended, 5L)]
    [InlineData("Expired", 0, BatchPhase.Ended, 0L)]
    [InlineData("Stopped", 0, BatchPhase.Ended, 0L)]
    [InlineData("Failed", 5, BatchPhase.Ended, 5L)]
    [InlineData("Failed", 0, BatchPhase.Rejected, null)]
    public async Task Every_status_has_its_place(string status, int processed, BatchPhase phase, long? finished)
    {
        _handler.Reply($$$$"""{"jobArn":"{{{{Arn}}}}","status":"{{{{status}}}}","totalRecordCount":9,"processedRecordCount":{{{{processed}}}},"outputDataConfig":{"s3OutputDataConfig":{"s3Uri":"s3://bucket/out/"}}}""");

        var seen = Assert.IsType<PollOutcome.Seen>(await Batches.PollAsync(Arn, Token)).Snapshot;

        Assert.Equal((phase, finished, Arn), (seen.Phase, seen.Finished, seen.ProviderBatchId));
        Assert.Equal(phase == BatchPhase.Ended ? "s3://bucket/out/abcdef123456/" : "", string.Join(' ', seen.ResultReferences));
        Assert.Equal("/model-invocation-job/abcdef123456", _handler.Sent[0].Path);
    }

    [Theory]
    [InlineData("Bedrock does not have permission to s3:GetObject", FailureCause.Permission)]
    [InlineData("Batch job x contains less records (12) than the required minimum of: 100", FailureCause.InvalidRequest)]
    [InlineData("The file exceeds 1 GB", FailureCause.TooLarge)]
    [InlineData("Internal failure", FailureCause.ServerError)]
    [InlineData("something secret", FailureCause.InvalidRequest)]
    public async Task A_job_that_failed_at_the_start_says_why_without_its_words(string message, FailureCause cause)
    {
        _handler.Reply($$"""{"jobArn":"{{Arn}}","status":"Failed","message":"{{message}}"}""");

        var rejection = Assert.IsType<PollOutcome.Seen>(await Batches.PollAsync(Arn, Token)).Snapshot.Rejection!;

        Assert.Equal(cause, rejection.Cause);
        Assert.DoesNotContain("secret", rejection.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_that_are_not_told_are_read_from_the_manifest()
    {
        _handler.Reply($$$$"""{"jobArn":"{{{{Arn}}}}","status":"Completed","outputDataConfig":{"s3OutputDataConfig":{"s3Uri":"s3://bucket/out"}}}""").Reply("""{"totalRecordCount":120,"processedRecordCount":118}""");

        Assert.Equal(118, Assert.IsType<PollOutcome.Seen>(await Batches.PollAsync(Arn, Token)).Snapshot.Finished);
        Assert.Equal("/bucket/out/abcdef123456/manifest.json.out", _handler.Sent[1].Path);
    }

    [Fact]
    public async Task Looks_through_every_page_and_takes_only_the_whole_name()
    {
        _handler.Reply($$"""{"invocationJobSummaries":[{"jobArn":"arn:x/1","jobName":"parsimony-p-0198-key-2","status":"InProgress"}],"nextToken":"n/1"}""")
            .Reply($$"""{"invocationJobSummaries":[{"jobArn":"{{Arn}}","jobName":"parsimony-p-0198-key","status":"Completed","submitTime":"2026-01-01T00:00:00Z"},{"jobArn":"arn:x/3","jobName":"else","clientRequestToken":"parsimony-p-0198-key","status":"Failed"}]}""");

        var found = await Batches.FindAsync(new OrphanQuery("p-0198-key", null, 1, default, default), Token);

        Assert.Equal([Arn, "arn:x/3"], found.Select(candidate => candidate.ProviderBatchId));
        Assert.Equal(Given.Now, found[0].CreatedAt);
        Assert.Equal("/model-invocation-jobs?maxResults=100&nameContains=parsimony-p-0198-key&nextToken=n%2F1", _handler.Sent[1].Path);
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_is_not_an_empty_one()
    {
        _handler.Reply("{}");

        await Assert.ThrowsAsync<ProviderException>(() => Batches.FindAsync(new OrphanQuery("k", null, 1, default, default), Token));
    }

    [Fact]
    public async Task Reads_every_file_of_the_folder_over_several_pages()
    {
        _handler
            .Reply("""<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Prefix>out/1/</Prefix><IsTruncated>true</IsTruncated><Contents><Key>out/1/a.jsonl.out</Key></Contents><NextContinuationToken>t+1</NextContinuationToken></ListBucketResult>""")
            .Reply("""<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>out/1/b &amp; c.jsonl.out</Key></Contents><Contents><Key>out/1/manifest.json.out</Key></Contents></ListBucketResult>""")
            .Reply("{\"recordId\":\"x\",\"error\":{\"errorCode\":400}}\n").Reply("{\"recordId\":\"y\",\"error\":{\"errorCode\":500}}\n");

        var lines = await Batches.ReadResultsAsync(new BatchSnapshot { ProviderBatchId = Arn, Phase = BatchPhase.Ended, ResultReferences = ["s3://bucket/out/1/"] }, Token).ToListAsync(Token);

        Assert.Equal([(1L, "x"), (2L, "y")], lines.Select(line => (line.LineNumber, line.CustomId!)));
        Assert.Equal("/bucket/?list-type=2&prefix=out%2F1%2F&continuation-token=t%2B1", _handler.Sent[1].Path);
        Assert.Equal("/bucket/out/1/b%20%26%20c.jsonl.out", _handler.Sent[3].Path);
    }

    [Theory]
    [InlineData("s3://another/out/1/")]
    [InlineData("s3://bucket/")]
    [InlineData("https://example.org/out/")]
    public async Task Never_touches_what_is_not_a_folder_of_its_bucket(string folder)
    {
        var batch = new BatchSnapshot { ProviderBatchId = Arn, Phase = BatchPhase.Ended, ResultReferences = [folder] };

        Assert.Equal(FailureCause.NotFound, (await Batches.CleanAsync(batch, null, Token))!.Cause);
        Assert.Empty(_handler.Sent);
    }

    [Fact]
    public void A_job_may_take_as_long_as_was_configured()
    {
        using var http = new HttpClient(_handler);

        Assert.Equal(TimeSpan.FromHours(72), new BedrockProvider(Connection with { BatchWindow = TimeSpan.FromHours(72) }, http, new ManualClock()).Batches!.Limits.Window);
        Assert.Throws<ArgumentException>(() => new BedrockProvider(Connection with { BatchWindow = TimeSpan.FromHours(169) }, http, new ManualClock()));
    }

    [Fact]
    public void What_is_missing_is_named_when_the_provider_is_made()
    {
        string Message(CloudPlace cloud) => Assert.Throws<ArgumentException>(() => Provider(_handler, new ManualClock(), Connection with { Cloud = cloud })).Message;

        Assert.Contains("role", Message(Cloud with { Role = null }), StringComparison.Ordinal);
        Assert.Contains("s3://bucket/prefix", Message(Cloud with { Storage = new Uri("https://bucket.s3.amazonaws.com/x") }), StringComparison.Ordinal);
        Assert.Contains("region", Message(Cloud with { Location = "us east" }), StringComparison.Ordinal);
        Assert.Null(Provider(_handler, new ManualClock(), Connection with { Cloud = new CloudPlace { Location = "eu-west-1" } }).Batches);
        Assert.False(Provider(_handler, new ManualClock(), Connection with { Cloud = new CloudPlace { Location = "eu-west-1" } }).Capabilities.SupportsBatching);
    }

    [Fact]
    public void Calls_may_go_to_a_region_without_a_word_on_where_data_stays()
    {
        Assert.Null(Provider(_handler, new ManualClock()).Region);
        Assert.Equal("eu-west-1", Provider(_handler, new ManualClock(), Connection with { Region = "EU-west-1", Cloud = null }).Region);
    }

    [Theory]
    [InlineData("us-east-1", "s3://bucket/a/b", "https://bucket.s3.us-east-1.amazonaws.com/k%20%C3%A9/x")]
    [InlineData("us-east-1", "s3://dotted.bucket", "https://s3.us-east-1.amazonaws.com/dotted.bucket/k%20%C3%A9/x")]
    [InlineData("cn-north-1", "s3://bucket", "https://bucket.s3.cn-north-1.amazonaws.com.cn/k%20%C3%A9/x")]
    public void Objects_have_the_addresses_of_AWS(string region, string storage, string address) =>
        Assert.Equal(address, S3Address.Parse(new Uri(storage), null, region).Object("k é/x").AbsoluteUri);

    [Fact]
    public void The_kind_names_itself_and_its_limits()
    {
        Assert.Equal((ProviderId.Bedrock, 100, false), (AwsProviders.Bedrock.Id, AwsProviders.Bedrock.BatchLimits!.MinRequests, AwsProviders.Bedrock.NeedsKey));
        using var http = new HttpClient(_handler);
        Assert.Equal("bedrock", AwsProviders.Bedrock.Create(Connection, http, new ManualClock()).Id.Value);
    }

    [Fact]
    public void A_measured_line_is_never_shorter_than_the_record()
    {
        foreach (var envelope in (Envelope[])[Canonical("é \" \\ <x>"), Canonical("x", Nova), WithTool("x").ToEnvelope(Model(Claude)), Verbatim("""{"max_tokens":1,"messages":[]}""")])
        {
            var form = BedrockRequestRenderer.LiveFormOf(envelope) == BedrockForm.InvokeModel || envelope.Bytes.Span.IndexOf("\"tools\""u8) >= 0 ? BedrockForm.InvokeModel : BedrockForm.Converse;
            var line = System.Text.Encoding.UTF8.GetByteCount($$"""{"recordId":"{{new string('i', 64)}}","modelInput":{{Record(envelope, form)}}}""") + 1;

            Assert.InRange(Batches.MeasureLine(envelope)!.Value, line, line * 4L);
        }

        Assert.Null(Batches.MeasureLine(Verbatim("{", Claude)));
    }
}
