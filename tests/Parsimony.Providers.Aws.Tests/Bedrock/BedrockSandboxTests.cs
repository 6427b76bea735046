using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Testing;
using static Parsimony.Providers.Aws.Tests.BedrockGiven;

namespace Parsimony.Providers.Aws.Tests;

/// <summary>The provider against the simulated Bedrock and S3, signatures checked there, faults and all.</summary>
public sealed class BedrockSandboxTests : IDisposable
{
    private const int Count = 100;

    private readonly ManualClock _clock = new();
    private readonly SandboxWorld _world;
    private readonly SandboxMessageHandler _handler;
    private readonly BedrockProvider _provider;

    public BedrockSandboxTests()
    {
        _world = new SandboxWorld(new SandboxOptions(), _clock);
        _handler = new SandboxMessageHandler(_world);
        _provider = Provider(_handler, _clock);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IBatchBackend Batches => _provider.Batches!;

    [Theory]
    [InlineData(null)]
    [InlineData("results_shuffled")]
    [InlineData("results_bom")]
    [InlineData("results_crlf")]
    [InlineData("counts_lag")]
    [InlineData("slow_bytes")]
    public async Task Answers_every_item_and_agrees_with_the_bill(string? fault)
    {
        Fault(fault);
        var (id, staged) = await SubmitAsync(Items());
        var snapshot = await EndAsync(id);
        var lines = await ReadAsync(snapshot);

        Assert.Equal("s3://bucket/batches/here/p-0198-key/converse.jsonl", staged.Reference);
        Assert.Equal(Ids(Count), lines.Select(line => line.CustomId).Order(StringComparer.Ordinal));
        Assert.All(lines, line => Assert.NotEqual("", _provider.ReadChat(line.Answer!.Body).Text));
        Assert.Equal(_world.Bill.Lines.Sum(b => b.Usage.UncachedInput), lines.Sum(line => line.Answer!.Usage!.Value.TotalInput));
        Assert.Equal(_world.Bill.Lines.Sum(b => b.Usage.Output), lines.Sum(line => line.Answer!.Usage!.Value.TotalOutput));
        Assert.Null(await Batches.CleanAsync(snapshot, staged, Token));
        Assert.Null(await Batches.CleanAsync(snapshot, staged, Token));
        if (fault != "counts_lag")
        {
            Assert.Equal(FailureCause.NotFound, (await Assert.ThrowsAsync<ProviderException>(() => ReadAsync(snapshot))).Failure.Cause);
        }
    }

    [Fact]
    public async Task One_tool_makes_the_whole_job_speak_Claudes_own_words()
    {
        var items = Items();
        items[Count - 1] = new BatchItem("k-99", WithTool("use the tool").ToEnvelope(Model(Claude)));
        var (id, staged) = await SubmitAsync(items);
        var lines = await ReadAsync(await EndAsync(id));

        Assert.EndsWith("/invoke.jsonl", staged.Reference, StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Equal(BatchLineKind.Answered, line.Kind));
        Assert.Equal(Count, lines.Count);
        Assert.Equal("message", (string?)JsonNode.Parse(lines[0].Answer!.Body.Span)!["type"]);
    }

    [Fact]
    public async Task Messages_in_the_callers_words_go_in_a_job_of_their_own_form()
    {
        var items = Enumerable.Range(0, Count)
            .Select(i => new BatchItem($"k-{i}", Verbatim($$$"""{"model":"x","max_tokens":50,"messages":[{"role":"user","content":[{"type":"text","text":"m {{{i}}}","cache_control":{"type":"ephemeral"}}]}]}"""))).ToArray();
        var (id, _) = await SubmitAsync(items, EndpointKind.Messages);
        var lines = await ReadAsync(await EndAsync(id));

        Assert.Equal(Count, lines.Count(line => line.Kind == BatchLineKind.Answered));
    }

    [Fact]
    public async Task Tools_of_other_models_are_not_offered_to_a_batch()
    {
        Assert.Null(Batches.MeasureLine(WithTool("hi").ToEnvelope(Model(Nova))));
        Assert.NotNull(Batches.MeasureLine(WithTool("hi").ToEnvelope(Model(Claude))));
        Assert.NotNull(Batches.MeasureLine(Canonical(model: Nova)));
        var (id, _) = await SubmitAsync([.. Enumerable.Range(0, Count).Select(i => new BatchItem($"k-{i}", Canonical($"m {i}", Nova)))]);
        Assert.Equal(Count, (await ReadAsync(await EndAsync(id))).Count(line => line.Kind == BatchLineKind.Answered));
    }

    [Fact]
    public async Task Creating_twice_makes_one_job()
    {
        var staged = await StageAsync(Items());
        var first = Assert.IsType<CreateOutcome.Accepted>(await Batches.CreateAsync(Input(EndpointKind.Chat, Items()), staged, Token));
        var second = Assert.IsType<CreateOutcome.Accepted>(await Batches.CreateAsync(Input(EndpointKind.Chat, Items()), staged, Token));

        Assert.Equal(first.ProviderBatchId, second.ProviderBatchId);
        Assert.Single(await FindAsync(staged));
    }

    [Fact]
    public async Task Finds_a_batch_whose_create_reply_was_lost()
    {
        Fault("create_reply_lost", "batch.create");
        var staged = await StageAsync(Items());
        Assert.IsType<CreateOutcome.Uncertain>(await Batches.CreateAsync(Input(EndpointKind.Chat, Items()), staged, Token));
        var found = Assert.Single(await FindAsync(staged));
        Assert.True(found.IsProven);
        Assert.Equal(Count, (await ReadAsync(await EndAsync(found.ProviderBatchId))).Count);
    }

    [Fact]
    public async Task Finds_nothing_after_a_create_that_never_arrived()
    {
        Fault("create_lost", "batch.create");
        var staged = await StageAsync(Items());
        Assert.IsType<CreateOutcome.Uncertain>(await Batches.CreateAsync(Input(EndpointKind.Chat, Items()), staged, Token));
        Assert.Empty(await FindAsync(staged));
    }

    [Fact]
    public async Task Sees_a_batch_that_was_not_there_at_first()
    {
        Fault("not_found_after_create", "batch.get");
        var (id, _) = await SubmitAsync(Items());
        Assert.IsType<PollOutcome.NotFound>(await Batches.PollAsync(id, Token));
        Assert.Equal(Count, (await ReadAsync(await EndAsync(id))).Count);
    }

    [Theory]
    [InlineData("result_truncated")]
    [InlineData("result_malformed")]
    public async Task Reports_a_line_it_cannot_read_and_goes_on(string fault)
    {
        Fault(fault);
        var (id, _) = await SubmitAsync(Items());
        var lines = await ReadAsync(await EndAsync(id));
        Assert.Single(lines, line => line.Kind == BatchLineKind.Unreadable);
        Assert.Equal(Count - 1, lines.Count(line => line.Kind == BatchLineKind.Answered));
    }

    [Fact]
    public async Task Failed_records_stand_among_the_others()
    {
        _world.Faults.Replace("""{"rules":[{"fault":"item_server_error","provider":"bedrock","custom_id":"k-7"},{"fault":"refuse_item","provider":"bedrock","custom_id":"k-8"}]}""");
        var (id, _) = await SubmitAsync(Items());
        var lines = (await ReadAsync(await EndAsync(id))).ToDictionary(line => line.CustomId!, StringComparer.Ordinal);
        Assert.Equal((BatchLineKind.Failed, FailureCause.ServerError), (lines["k-7"].Kind, lines["k-7"].Failure!.Cause));
        Assert.Equal((BatchLineKind.Failed, FailureCause.InvalidRequest), (lines["k-8"].Kind, lines["k-8"].Failure!.Cause));
        Assert.Equal(Count - 2, lines.Values.Count(line => line.Kind == BatchLineKind.Answered));
    }

    [Fact]
    public async Task Keeps_what_finished_before_the_batch_expired()
    {
        Fault("expires_halfway", "batch.create");
        var (id, _) = await SubmitAsync(Items());
        var snapshot = await EndAsync(id);
        var lines = await ReadAsync(snapshot);
        Assert.Equal(Count / 2, snapshot.Finished);
        Assert.Equal(Count / 2, lines.Count(line => line.Kind == BatchLineKind.Answered));
        Assert.Equal(Count / 2, lines.Count(line => line.Kind == BatchLineKind.Expired && line.Failure!.Cause == FailureCause.Expired));
        Assert.Equal(Ids(Count), lines.Select(line => line.CustomId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public Task Nothing_is_called_expired_when_a_finished_line_is_missing() => AssertNothingExpiredAsync("");

    [Theory]
    [InlineData("result_unknown_id")]
    [InlineData("result_duplicated")]
    public Task Another_line_does_not_hide_that_one_is_missing(string other) => AssertNothingExpiredAsync($$""",{"fault":"{{other}}"}""");

    private async Task AssertNothingExpiredAsync(string other)
    {
        _world.Faults.Replace($$"""{"rules":[{"fault":"expires_halfway","operation":"batch.create"},{"fault":"result_missing"}{{other}}]}""");
        var (id, _) = await SubmitAsync(Items());
        var lines = await ReadAsync(await EndAsync(id));
        Assert.InRange(lines.Count, (Count / 2) - 1, Count / 2);
        Assert.All(lines, line => Assert.Equal(BatchLineKind.Answered, line.Kind));
    }

    [Fact]
    public async Task A_job_that_never_began_expires_without_results()
    {
        _world.Faults.Replace("""{"rules":[{"fault":"job_stuck","provider":"bedrock","operation":"batch.create","value":0}]}""");
        var (id, _) = await SubmitAsync(Items());
        var snapshot = await EndAsync(id);
        Assert.Equal((BatchPhase.Ended, 0L), (snapshot.Phase, snapshot.Finished));
        Assert.Equal(Count, (await ReadAsync(snapshot)).Count(line => line.Kind == BatchLineKind.Expired));
    }

    [Fact]
    public async Task Too_few_records_are_refused_after_the_create()
    {
        Assert.Equal(100, Batches.Limits.MinRequests);
        var (id, _) = await SubmitAsync(Items()[..99]);
        var snapshot = await EndAsync(id);
        Assert.Equal((BatchPhase.Rejected, "too-few-records", false), (snapshot.Phase, snapshot.Rejection!.ProviderCode, snapshot.Rejection.CanRetry));
    }

    [Fact]
    public async Task A_full_queue_is_told_after_the_create()
    {
        Fault("queue_limit_after_create", "batch.create");
        var (id, _) = await SubmitAsync(Items());
        var snapshot = await EndAsync(id);
        Assert.Equal((BatchPhase.Rejected, FailureCause.QueueLimit, true), (snapshot.Phase, snapshot.Rejection!.Cause, snapshot.Rejection.CanRetry));
    }

    [Fact]
    public async Task Cancels_and_reads_what_is_left()
    {
        Fault("cancel_slow");
        var (id, staged) = await SubmitAsync(Items());
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("not-ended", (await Batches.CleanAsync(await SeenAsync(id), staged, Token))!.ProviderCode);
        Assert.Null(await Batches.CancelAsync(id, Token));
        Assert.Equal(BatchPhase.Cancelling, (await SeenAsync(id)).Phase);
        var lines = await ReadAsync(await EndAsync(id));
        Assert.InRange(lines.Count(line => line.Kind == BatchLineKind.Answered), 1, Count - 1);
        Assert.Equal(Count, lines.Count(line => line.Kind is BatchLineKind.Answered or BatchLineKind.Cancelled));
        Assert.Null(await Batches.CancelAsync(id, Token));
    }

    [Fact]
    public async Task An_upload_and_a_download_that_break_can_be_repeated()
    {
        Fault("disconnect_upload");
        Assert.True(Assert.IsType<StageOutcome.Failed>(await Batches.StageAsync(Input(EndpointKind.Chat, Items()), Token)).Failure.CanRetry);
        var (id, _) = await SubmitAsync(Items());
        var snapshot = await EndAsync(id);
        _world.Faults.Replace("""{"rules":[{"fault":"disconnect_download","operation":"file.content","times":1}]}""");
        Assert.True((await Assert.ThrowsAsync<ProviderException>(() => ReadAsync(snapshot))).Failure.CanRetry);
        Assert.Equal(Count, (await ReadAsync(snapshot)).Count);
    }

    [Theory]
    [InlineData("http://s3.sandbox")]
    [InlineData("https://s3.sandbox")]
    public async Task A_large_input_goes_up_in_parts_and_a_broken_one_leaves_nothing(string store)
    {
        var batches = Provider(_handler, _clock, Connection with { Cloud = Cloud with { StorageEndpoint = new Uri(store) } }).Batches!;
        var text = new string('x', 400_000);
        var items = Enumerable.Range(0, Count).Select(i => new BatchItem($"k-{i}", Canonical($"{i} {text}"))).ToArray();
        var staged = Assert.IsType<StageOutcome.Staged>(await batches.StageAsync(Input(EndpointKind.Chat, items), Token)).Input;
        var id = Assert.IsType<CreateOutcome.Accepted>(await batches.CreateAsync(Input(EndpointKind.Chat, items), staged, Token)).ProviderBatchId;
        Assert.Equal(Count, (await ReadAsync(await EndAsync(id))).Count(line => line.Kind == BatchLineKind.Answered));
        Assert.Null(await batches.CleanAsync(new BatchSnapshot { ProviderBatchId = "", Phase = BatchPhase.Rejected }, staged, Token));

        _world.Faults.Replace("""{"rules":[{"fault":"server_error","provider":"s3","operation":"file.upload","skip":3,"times":1}]}""");
        var failed = Assert.IsType<StageOutcome.Failed>(await batches.StageAsync(Input(EndpointKind.Chat, items), Token));
        Assert.Equal((FailureCause.ServerError, "InternalError"), (failed.Failure.Cause, failed.Failure.ProviderCode));
    }

    [Theory]
    [InlineData("sandbox:another-secret", "InvalidSignatureException")]
    [InlineData("other:sandbox-secret", "UnrecognizedClientException")]
    [InlineData("wrong-key:x", "UnrecognizedClientException")]
    public async Task A_wrong_key_is_a_credential_failure_everywhere(string key, string code)
    {
        var provider = Provider(_handler, _clock, Connection with { ApiKey = key });
        Assert.True(Assert.IsType<StageOutcome.Failed>(await provider.Batches!.StageAsync(Input(EndpointKind.Chat, Items()), Token)).Failure.IsCredential);
        var live = Assert.IsType<LiveOutcome.Refused>(await provider.SendAsync(Call(Canonical()), Token)).Failure;
        Assert.Equal((FailureCause.Credential, code), (live.Cause, live.ProviderCode));
        Assert.Empty(_world.Bill.Lines);
    }

    [Fact]
    public async Task Live_calls_of_every_kind_are_answered_and_named_in_the_bill()
    {
        await AnsweredAsync(Canonical());
        await AnsweredAsync(Verbatim("""{"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"""));
        var call = await AnsweredAsync((WithTool("hi") with { ToolMode = "required" }).ToEnvelope(Model("arn:aws:bedrock:us-east-1:000000000000:inference-profile/us.anthropic.claude-sonnet-5")));
        Assert.Equal("tool_calls", call.FinishReason);
        var embedded = await AnsweredAsync(new EmbeddingRequest { Input = "hello", Dimensions = 256 }.ToEnvelope(Model("amazon.titan-embed-text-v2:0")));
        Assert.Equal(256, _provider.ReadEmbedding(embedded.Body).Vector.Length);
        Assert.All(_world.Bill.Lines, line => Assert.Equal("call-1", line.Request));
    }

    [Fact]
    public async Task A_marked_prefix_is_written_once_and_read_after()
    {
        var request = new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.System, [new ChatPart.Text(string.Join(' ', Enumerable.Range(0, 5_000)))]), new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("hi")])] };
        var call = Call(request.ToEnvelope(Model(Claude))) with { Cache = new CacheControl { Marks = [new CacheMark(0, TimeSpan.FromHours(1))] } };

        var first = Assert.IsType<LiveOutcome.Answered>(await _provider.SendAsync(call, Token)).Answer.Usage!.Value;
        _clock.Advance(TimeSpan.FromMinutes(1));
        var second = Assert.IsType<LiveOutcome.Answered>(await _provider.SendAsync(call, Token)).Answer.Usage!.Value;

        Assert.True(first.CacheWriteLong > 4_096);
        Assert.Equal((first.CacheWriteLong, 0L), (second.CacheRead, second.CacheWriteLong));
    }

    [Fact]
    public async Task A_lost_reply_is_uncertain_and_was_billed()
    {
        Fault("live_reply_lost");
        Assert.IsType<LiveOutcome.Uncertain>(await _provider.SendAsync(Call(Canonical()), Token));
        Assert.Single(_world.Bill.Lines);
    }

    [Fact]
    public async Task Streams_the_same_answer_with_usage()
    {
        var response = await _provider.CreateChatClient(Claude).GetStreamingResponseAsync("hello", cancellationToken: Token).ToChatResponseAsync(Token);
        Assert.NotEqual("", response.Text);
        Assert.Equal(_world.Bill.Lines.Single().Usage.Output, response.Usage!.OutputTokenCount);
        Assert.Equal(response.Text.Length > 0, (await _provider.CreateChatClient(Claude).GetResponseAsync("hello", cancellationToken: Token)).Text.Length > 0);
    }

    [Fact]
    public async Task Works_over_a_socket_with_escaped_model_ids()
    {
        await using var host = await SandboxHost.StartAsync(new SandboxHostOptions(), Token);
        using var http = ProviderFactory.CreateHttpClient();
        var provider = new BedrockProvider(Connection with { Endpoint = host.AddressOf("bedrock"), Cloud = Cloud with { StorageEndpoint = host.AddressOf("s3") } }, http, TimeProvider.System);

        Assert.IsType<LiveOutcome.Answered>(await provider.SendAsync(Call(Canonical(model: "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-5")), Token));
        var staged = Assert.IsType<StageOutcome.Staged>(await provider.Batches!.StageAsync(Input(EndpointKind.Chat, Items()), Token)).Input;
        var created = Assert.IsType<CreateOutcome.Accepted>(await provider.Batches.CreateAsync(Input(EndpointKind.Chat, Items()), staged, Token));
        Assert.IsType<PollOutcome.Seen>(await provider.Batches.PollAsync(created.ProviderBatchId, Token));
    }

    public void Dispose()
    {
        _handler.Dispose();
        _world.Dispose();
    }

    private static LiveCall Call(Envelope envelope) => new(envelope, "call-1", TimeSpan.FromMinutes(1));

    private static BatchItem[] Items() => [.. Enumerable.Range(0, Count).Select(i => new BatchItem($"k-{i}", Canonical($"message {i}")))];

    private static IEnumerable<string> Ids(int count) => Enumerable.Range(0, count).Select(i => $"k-{i}").Order(StringComparer.Ordinal);

    private void Fault(string? name, string operation = "*")
    {
        if (name is not null)
        {
            _world.Faults.Replace($$$"""{"rules":[{"fault":"{{{name}}}","operation":"{{{operation}}}","times":1}]}""");
        }
    }

    private async Task<Answer> AnsweredAsync(Envelope envelope) =>
        Assert.IsType<LiveOutcome.Answered>(await _provider.SendAsync(Call(envelope), Token)).Answer;

    private async Task<StagedInput> StageAsync(BatchItem[] items, EndpointKind kind = EndpointKind.Chat) =>
        Assert.IsType<StageOutcome.Staged>(await Batches.StageAsync(Input(kind, items), Token)).Input;

    private async Task<(string Id, StagedInput Staged)> SubmitAsync(BatchItem[] items, EndpointKind kind = EndpointKind.Chat)
    {
        var staged = await StageAsync(items, kind);
        return (Assert.IsType<CreateOutcome.Accepted>(await Batches.CreateAsync(Input(kind, items), staged, Token)).ProviderBatchId, staged);
    }

    private Task<IReadOnlyList<OrphanCandidate>> FindAsync(StagedInput staged) => Batches.FindAsync(
        new OrphanQuery("p-0198-key", staged.Reference, Count, _clock.GetUtcNow().AddMinutes(-5), _clock.GetUtcNow().AddMinutes(5)), Token);

    private async Task<BatchSnapshot> SeenAsync(string id) => Assert.IsType<PollOutcome.Seen>(await Batches.PollAsync(id, Token)).Snapshot;

    private async Task<BatchSnapshot> EndAsync(string id)
    {
        for (var minutes = 0; minutes < 26 * 60; minutes += 10)
        {
            _clock.Advance(TimeSpan.FromMinutes(10));
            if (await Batches.PollAsync(id, Token) is PollOutcome.Seen { Snapshot: { Phase: BatchPhase.Ended or BatchPhase.Rejected } snapshot })
            {
                return snapshot;
            }
        }

        throw new InvalidOperationException("The batch never ended.");
    }

    private async Task<List<BatchLine>> ReadAsync(BatchSnapshot snapshot) => await Batches.ReadResultsAsync(snapshot, Token).ToListAsync(Token);
}
