using Microsoft.Extensions.AI;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.OpenAIGiven;

namespace Parsimony.Providers.Tests;

/// <summary>The provider against the simulated OpenAI, faults and all.</summary>
public sealed class OpenAISandboxTests : IDisposable
{
    private const int Count = 12;

    private readonly ManualClock _clock = new();
    private readonly SandboxWorld _world;
    private readonly SandboxMessageHandler _handler;
    private readonly OpenAIProvider _provider;

    public OpenAISandboxTests()
    {
        _world = new SandboxWorld(new SandboxOptions(), _clock);
        _handler = new SandboxMessageHandler(_world);
        _provider = Sandboxed("sk-test");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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
        var (id, staged) = await SubmitAsync();
        var snapshot = await EndAsync(id);
        var lines = await ReadAsync(snapshot);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"k-{i}").Order(StringComparer.Ordinal), lines.Select(line => line.CustomId).Order(StringComparer.Ordinal));
        Assert.All(lines, line => Assert.NotEqual("", _provider.ReadChat(line.Answer!.Body).Text));
        var billed = _world.Bill.Lines;
        Assert.Equal(billed.Sum(b => b.Usage.UncachedInput + b.Usage.CacheRead + b.Usage.CacheWriteShort), lines.Sum(line => line.Answer!.Usage!.Value.TotalInput));
        Assert.Equal(billed.Sum(b => b.Usage.Output + b.Usage.Reasoning), lines.Sum(line => line.Answer!.Usage!.Value.TotalOutput));
        Assert.Null(await _provider.Batches!.CleanAsync(snapshot, staged, Token));
        Assert.Null(await _provider.Batches!.CleanAsync(snapshot, staged, Token));
        Assert.Equal(FailureCause.NotFound, (await Assert.ThrowsAsync<ProviderException>(() => ReadAsync(snapshot))).Failure.Cause);
    }

    [Fact]
    public async Task Finds_a_batch_whose_create_reply_was_lost()
    {
        Fault("create_reply_lost");
        var staged = await StageAsync();
        Assert.IsType<CreateOutcome.Uncertain>(await _provider.Batches!.CreateAsync(Items(), staged, Token));
        var found = Assert.Single(await FindAsync(staged));
        Assert.True(found.IsProven);
        Assert.Equal(Count, (await ReadAsync(await EndAsync(found.ProviderBatchId))).Count);
    }

    [Fact]
    public async Task Finds_nothing_after_a_create_that_never_arrived()
    {
        Fault("create_lost");
        var staged = await StageAsync();
        Assert.IsType<CreateOutcome.Uncertain>(await _provider.Batches!.CreateAsync(Items(), staged, Token));
        Assert.Empty(await FindAsync(staged));
    }

    [Fact]
    public async Task Sees_a_batch_that_was_not_there_at_first()
    {
        Fault("not_found_after_create");
        var (id, _) = await SubmitAsync();
        Assert.IsType<PollOutcome.NotFound>(await _provider.Batches!.PollAsync(id, Token));
        Assert.Equal(Count, (await ReadAsync(await EndAsync(id))).Count);
    }

    [Theory]
    [InlineData("result_truncated")]
    [InlineData("result_malformed")]
    public async Task Reports_a_line_it_cannot_read_and_goes_on(string fault)
    {
        Fault(fault);
        var (id, _) = await SubmitAsync();
        var lines = await ReadAsync(await EndAsync(id));
        Assert.Single(lines, line => line.Kind == BatchLineKind.Unreadable);
        Assert.Equal(Count - 1, lines.Count(line => line.Kind == BatchLineKind.Answered));
    }

    [Fact]
    public async Task Reads_the_error_file_alone_when_every_line_failed()
    {
        Fault("empty_output");
        var (id, _) = await SubmitAsync();
        var snapshot = await EndAsync(id);
        Assert.Single(snapshot.ResultReferences);
        var lines = await ReadAsync(snapshot);
        Assert.Equal(Count, lines.Count);
        Assert.All(lines, line => Assert.Equal(BatchLineKind.Failed, line.Kind));
    }

    [Fact]
    public async Task Keeps_what_finished_before_the_batch_expired()
    {
        Fault("expires_halfway");
        var (id, _) = await SubmitAsync();
        var lines = await ReadAsync(await EndAsync(id));
        Assert.Equal(Count, lines.Count);
        Assert.Contains(lines, line => line.Kind == BatchLineKind.Answered);
        Assert.Contains(lines, line => line.Kind == BatchLineKind.Expired);
    }

    [Fact]
    public async Task A_full_queue_is_told_after_the_create()
    {
        Fault("queue_limit_after_create");
        var (id, _) = await SubmitAsync();
        var snapshot = await EndAsync(id);
        Assert.Equal((BatchPhase.Rejected, FailureCause.QueueLimit, true), (snapshot.Phase, snapshot.Rejection!.Cause, snapshot.Rejection.CanRetry));
    }

    [Fact]
    public async Task Cancels_and_reads_what_is_left()
    {
        Fault("cancel_slow");
        var (id, _) = await SubmitAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await _provider.Batches!.CancelAsync(id, Token));
        Assert.Equal(BatchPhase.Cancelling, (await SeenAsync(id)).Phase);
        var lines = await ReadAsync(await EndAsync(id));
        Assert.Equal(Count, lines.Count);
        Assert.Contains(lines, line => line.Kind == BatchLineKind.Cancelled);
        Assert.Null(await _provider.Batches!.CancelAsync(id, Token));
    }

    [Fact]
    public async Task An_upload_and_a_download_that_break_can_be_repeated()
    {
        Fault("disconnect_upload");
        Assert.True(Assert.IsType<StageOutcome.Failed>(await _provider.Batches!.StageAsync(Items(), Token)).Failure.CanRetry);
        var (id, _) = await SubmitAsync();
        var snapshot = await EndAsync(id);
        Fault("disconnect_download");
        Assert.True((await Assert.ThrowsAsync<ProviderException>(() => ReadAsync(snapshot))).Failure.CanRetry);
        Assert.Equal(Count, (await ReadAsync(snapshot)).Count);
    }

    [Fact]
    public async Task A_wrong_key_is_a_credential_failure_everywhere()
    {
        var provider = Sandboxed("wrong-key");
        Assert.True(Assert.IsType<StageOutcome.Failed>(await provider.Batches!.StageAsync(Items(), Token)).Failure.IsCredential);
        Assert.True(Assert.IsType<LiveOutcome.Refused>(await provider.SendAsync(Call(Canonical()), Token)).Failure.IsCredential);
    }

    [Fact]
    public async Task Live_calls_of_every_kind_are_answered_and_named_in_the_bill()
    {
        await AnsweredAsync(Canonical());
        await AnsweredAsync(Verbatim("""{"input":"hello"}""", EndpointKind.Responses));
        var embedded = await AnsweredAsync(new EmbeddingRequest { Input = "hello", Dimensions = 8 }.ToEnvelope(Model("text-embedding-3-small")));
        Assert.Equal(8, _provider.ReadEmbedding(embedded.Body).Vector.Length);
        Assert.Equal(1, (await AnsweredAsync(new ImageRequest { Prompt = "fox" }.ToEnvelope(Model("gpt-image-1")))).Usage!.Value.Images);
        Assert.All(_world.Bill.Lines, line => Assert.Equal("call-1", line.Request));
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
        var updates = await _provider.CreateChatClient("gpt-5-mini").GetStreamingResponseAsync("hello", cancellationToken: Token).ToListAsync(Token);
        var response = updates.ToChatResponse();
        Assert.NotEqual("", response.Text);
        Assert.Equal(_world.Bill.Lines.Single().Usage.Output + _world.Bill.Lines.Single().Usage.Reasoning, response.Usage!.OutputTokenCount);
    }

    public void Dispose()
    {
        _handler.Dispose();
        _world.Dispose();
    }

    private static LiveCall Call(Envelope envelope) => new(envelope, "call-1", TimeSpan.FromMinutes(1));

    private static BatchInput Items() => Input([.. Enumerable.Range(0, Count).Select(i => new BatchItem($"k-{i}", Canonical($"message {i}")))]);

    private OpenAIProvider Sandboxed(string key) =>
        Provider(_handler, _clock, new ProviderConnection { ApiKey = key, Endpoint = new Uri("http://openai.sandbox/v1") });

    private void Fault(string? name)
    {
        if (name is not null)
        {
            var operation = name.StartsWith("create_", StringComparison.Ordinal) ? "batch.create" : name.StartsWith("not_found", StringComparison.Ordinal) ? "batch.get" : "*";
            _world.Faults.Replace($$$"""{"rules":[{"fault":"{{{name}}}","provider":"openai","operation":"{{{operation}}}","times":1}]}""");
        }
    }

    private async Task<Answer> AnsweredAsync(Envelope envelope) =>
        Assert.IsType<LiveOutcome.Answered>(await _provider.SendAsync(Call(envelope), Token)).Answer;

    private async Task<StagedInput> StageAsync() =>
        Assert.IsType<StageOutcome.Staged>(await _provider.Batches!.StageAsync(Items(), Token)).Input;

    private async Task<(string Id, StagedInput Staged)> SubmitAsync()
    {
        var staged = await StageAsync();
        return (Assert.IsType<CreateOutcome.Accepted>(await _provider.Batches!.CreateAsync(Items(), staged, Token)).ProviderBatchId, staged);
    }

    private Task<IReadOnlyList<OrphanCandidate>> FindAsync(StagedInput staged) => _provider.Batches!.FindAsync(
        new OrphanQuery("p-0198-key", staged.Reference, Count, _clock.GetUtcNow().AddMinutes(-5), _clock.GetUtcNow().AddMinutes(5)), Token);

    private async Task<BatchSnapshot> SeenAsync(string id) => Assert.IsType<PollOutcome.Seen>(await _provider.Batches!.PollAsync(id, Token)).Snapshot;

    private async Task<BatchSnapshot> EndAsync(string id)
    {
        for (var minutes = 0; minutes < 26 * 60; minutes += 10)
        {
            _clock.Advance(TimeSpan.FromMinutes(10));
            if (await _provider.Batches!.PollAsync(id, Token) is PollOutcome.Seen { Snapshot: { Phase: BatchPhase.Ended or BatchPhase.Rejected } snapshot })
            {
                return snapshot;
            }
        }

        throw new InvalidOperationException("The batch never ended.");
    }

    private async Task<List<BatchLine>> ReadAsync(BatchSnapshot snapshot) => await _provider.Batches!.ReadResultsAsync(snapshot, Token).ToListAsync(Token);
}
