using Microsoft.Extensions.AI;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.GeminiGiven;

namespace Parsimony.Providers.Tests;

public sealed class GeminiSandboxTests : IDisposable
{
    private const int Count = 12;

    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly SandboxWorld _world;
    private readonly SandboxMessageHandler _handler;
    private readonly GeminiProvider _provider;

    public GeminiSandboxTests()
    {
        _world = new SandboxWorld(new SandboxOptions(), _clock);
        _handler = new SandboxMessageHandler(_world);
        _provider = Sandboxed("k");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _handler.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task A_batch_goes_from_upload_to_deleted()
    {
        var (id, staged) = await SubmitAsync();
        var running = await SeenAsync(id);
        var ended = await EndAsync(id);
        var lines = await ReadAsync(ended);

        Assert.Equal((BatchPhase.Running, BatchPhase.Ended, (long)Count), (running.Phase, ended.Phase, ended.Finished));
        Assert.Equal(Count, lines.Count);
        Assert.All(lines, line => Assert.Equal(BatchLineKind.Answered, line.Kind));
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"k-{i}"), lines.Select(line => line.CustomId));
        Assert.All(lines, line => Assert.NotEmpty(_provider.ReadChat(line.Answer!.Body).Text));
        Assert.Equal(Count, _world.Bill.Lines.Count);
        Assert.Null(await _provider.Batches.CleanAsync(ended, staged, Token));
        Assert.IsType<PollOutcome.NotFound>(await _provider.Batches.PollAsync(id, Token));
        Assert.Null(await _provider.Batches.CleanAsync(ended, staged, Token));
    }

    [Fact]
    public async Task What_the_lines_say_is_what_the_bill_says()
    {
        var (id, _) = await SubmitAsync();
        var lines = await ReadAsync(await EndAsync(id));

        var read = lines.Select(line => line.Answer!.Usage!.Value).ToList();
        Assert.Equal(_world.Bill.Lines.Sum(line => line.Usage.TotalInput), read.Sum(usage => usage.TotalInput));
        Assert.Equal(_world.Bill.Lines.Sum(line => line.Usage.Output), read.Sum(usage => usage.TotalOutput));
    }

    [Theory]
    [InlineData("create_reply_lost", 1)]
    [InlineData("create_lost", 0)]
    public async Task A_lost_create_reply_is_uncertain_and_the_name_finds_what_there_is(string fault, int found)
    {
        var staged = await StageAsync();
        Fault(fault, "batch.create");

        Assert.IsType<CreateOutcome.Uncertain>(await _provider.Batches.CreateAsync(Items(), staged, Token));
        var candidates = await _provider.Batches.FindAsync(new OrphanQuery("p-0198-key", staged.Reference, Count, _clock.GetUtcNow(), _clock.GetUtcNow()), Token);

        Assert.Equal(found, candidates.Count);
        Assert.All(candidates, candidate => Assert.True(candidate.IsProven));
    }

    [Fact]
    public async Task A_batch_is_found_on_a_later_page()
    {
        var staged = await StageAsync();
        await _provider.Batches.CreateAsync(Items(), staged, Token);
        for (var i = 0; i < 60; i++)
        {
            await _provider.Batches.CreateAsync(Items() with { SubmissionKey = $"other-{i}" }, staged, Token);
        }

        Assert.Single(await _provider.Batches.FindAsync(new OrphanQuery("p-0198-key", null, Count, _clock.GetUtcNow(), _clock.GetUtcNow()), Token));
    }

    [Fact]
    public async Task An_expired_batch_has_nothing_and_says_so()
    {
        Fault("expires_halfway");
        var (id, _) = await SubmitAsync();

        var ended = await EndAsync(id, hours: 50);

        Assert.Equal((BatchPhase.Rejected, FailureCause.Expired, true), (ended.Phase, ended.Rejection!.Cause, ended.Rejection.CanRetry));
        Assert.Empty(ended.ResultReferences);
        Assert.Empty(_world.Bill.Lines);
    }

    [Fact]
    public async Task A_cancelled_batch_keeps_what_was_finished()
    {
        Fault("cancel_slow");
        var (id, _) = await SubmitAsync();
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Null(await _provider.Batches.CancelAsync(id, Token));
        var ended = await EndAsync(id);
        var lines = await ReadAsync(ended);

        Assert.Equal(BatchPhase.Ended, ended.Phase);
        Assert.InRange(lines.Count, 1, Count - 1);
        Assert.Equal(_world.Bill.Lines.Count, lines.Count);
        Assert.Null(await _provider.Batches.CancelAsync(id, Token));
    }

    [Fact]
    public async Task A_batch_cancelled_before_it_ran_counts_as_never_run()
    {
        var (id, _) = await SubmitAsync();

        Assert.Null(await _provider.Batches.CancelAsync(id, Token));

        Assert.Equal(FailureCause.Cancelled, (await EndAsync(id)).Rejection!.Cause);
        Assert.Empty(_world.Bill.Lines);
    }

    [Fact]
    public async Task A_full_queue_is_told_after_the_create()
    {
        Fault("queue_limit_after_create", "batch.create");
        var (id, _) = await SubmitAsync();

        Assert.Equal(FailureCause.QueueLimit, (await EndAsync(id)).Rejection!.Cause);
    }

    [Theory]
    [InlineData("results_shuffled", Count, 0)]
    [InlineData("result_missing", Count - 1, 0)]
    [InlineData("result_duplicated", Count + 1, 0)]
    [InlineData("result_unknown_id", Count + 1, 0)]
    [InlineData("result_truncated", Count - 1, 1)]
    [InlineData("result_malformed", Count - 1, 1)]
    [InlineData("results_bom", Count, 0)]
    [InlineData("results_crlf", Count, 0)]
    [InlineData("result_huge", Count, 0)]
    public async Task Results_that_went_wrong_are_read_as_far_as_they_go(string fault, int answered, int unreadable)
    {
        var (id, _) = await SubmitAsync();
        var ended = await EndAsync(id);
        Fault(fault);

        var lines = await ReadAsync(ended);

        Assert.Equal((answered, unreadable), (lines.Count(line => line.Kind == BatchLineKind.Answered), lines.Count(line => line.Kind == BatchLineKind.Unreadable)));
    }

    [Theory]
    [InlineData("refuse_item", FailureCause.InvalidRequest)]
    [InlineData("item_server_error", FailureCause.ServerError)]
    public async Task A_failed_line_is_its_items_alone(string fault, FailureCause cause)
    {
        Fault(fault, "batch.create");
        var (id, _) = await SubmitAsync();

        var lines = await ReadAsync(await EndAsync(id));

        Assert.Equal(cause, Assert.Single(lines, line => line.Kind == BatchLineKind.Failed).Failure!.Cause);
        Assert.Equal(Count - 1, lines.Count(line => line.Kind == BatchLineKind.Answered));
    }

    [Fact]
    public async Task An_upload_heals_itself_and_one_that_cannot_start_is_repeated()
    {
        _world.Faults.Replace("""{"rules":[{"fault":"disconnect_upload","provider":"gemini","operation":"file.upload","skip":1,"times":1}]}""");
        Assert.IsType<StageOutcome.Staged>(await _provider.Batches.StageAsync(Items(), Token));

        Fault("create_lost", "file.upload");
        Assert.True(Assert.IsType<StageOutcome.Failed>(await _provider.Batches.StageAsync(Items(), Token)).Failure.CanRetry);
        Assert.IsType<StageOutcome.Staged>(await _provider.Batches.StageAsync(Items(), Token));
    }

    [Fact]
    public async Task A_download_that_breaks_can_be_read_again()
    {
        var (id, _) = await SubmitAsync();
        var ended = await EndAsync(id);
        Fault("disconnect_download");

        Assert.True((await Assert.ThrowsAsync<ProviderException>(() => ReadAsync(ended))).Failure.CanRetry);
        Assert.Equal(Count, (await ReadAsync(ended)).Count);
    }

    [Fact]
    public async Task A_wrong_key_is_a_credential_failure_everywhere()
    {
        var provider = Sandboxed("wrong-key");

        Assert.True(Assert.IsType<StageOutcome.Failed>(await provider.Batches.StageAsync(Items(), Token)).Failure.IsCredential);
        Assert.True(Assert.IsType<CreateOutcome.Refused>(await provider.Batches.CreateAsync(Items(), new StagedInput("files/x"), Token)).Failure.IsCredential);
        Assert.True(Assert.IsType<LiveOutcome.Refused>(await provider.SendAsync(Call(Canonical()), Token)).Failure.IsCredential);
    }

    [Theory]
    [InlineData("rate_limited", FailureCause.RateLimited)]
    [InlineData("live_refused", FailureCause.InvalidRequest)]
    public async Task A_refused_live_call_costs_nothing(string fault, FailureCause cause)
    {
        Fault(fault);

        Assert.Equal(cause, Assert.IsType<LiveOutcome.Refused>(await _provider.SendAsync(Call(Canonical()), Token)).Failure.Cause);
        Assert.Empty(_world.Bill.Lines);
    }

    [Fact]
    public async Task A_lost_reply_is_uncertain_and_was_billed()
    {
        Fault("live_reply_lost");

        Assert.IsType<LiveOutcome.Uncertain>(await _provider.SendAsync(Call(Canonical()), Token));
        Assert.Single(_world.Bill.Lines);
    }

    [Fact]
    public async Task A_stream_adds_up_to_the_same_answer()
    {
        var client = _provider.CreateChatClient("gemini-3.8-flash");

        var response = await client.GetStreamingResponseAsync("tell me something", cancellationToken: Token).ToChatResponseAsync(Token);

        Assert.NotEqual("", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        var billed = _world.Bill.Lines.Single().Usage;
        Assert.Equal((billed.TotalInput, billed.Output), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
    }

    [Fact]
    public async Task A_round_with_tools_passes_what_the_service_checks()
    {
        var client = _provider.CreateChatClient("gemini-3.8-flash");
        var options = new ChatOptions
        {
            Tools = [AIFunctionFactory.CreateDeclaration("clock", "time", AIJsonUtilities.CreateJsonSchema(typeof(object)))],
            ToolMode = ChatToolMode.RequireAny,
            Reasoning = new ReasoningOptions { Effort = ReasoningEffort.Low },
        };
        List<ChatMessage> messages = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "time?")];

        var first = await client.GetResponseAsync(messages, options, Token);
        messages.AddRange(first.Messages);
        messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(first.Messages[0].Contents.OfType<FunctionCallContent>().Single().CallId, "12:00")]));
        options.ToolMode = ChatToolMode.Auto;
        var second = await client.GetResponseAsync(messages, options, Token);

        Assert.Equal(ChatFinishReason.ToolCalls, first.FinishReason);
        Assert.NotEqual("", second.Text);
    }

    [Fact]
    public async Task Embeddings_come_live_in_pages_and_in_batches()
    {
        var envelope = new EmbeddingRequest { Input = "hello", Dimensions = 8 }.ToEnvelope(Model("gemini-embedding-001"));
        var live = Assert.IsType<LiveOutcome.Answered>(await _provider.SendAsync(Call(envelope), Token)).Answer;
        var many = await _provider.CreateEmbeddingGenerator("gemini-embedding-001").GenerateAsync(["a", "b"], new EmbeddingGenerationOptions { Dimensions = 8 }, Token);
        var input = Input(new BatchItem("k-0", envelope)) with { Kind = EndpointKind.Embeddings };
        var staged = Assert.IsType<StageOutcome.Staged>(await _provider.Batches.StageAsync(input, Token)).Input;
        var id = Assert.IsType<CreateOutcome.Accepted>(await _provider.Batches.CreateAsync(input, staged, Token)).ProviderBatchId;
        var line = Assert.Single(await ReadAsync(await EndAsync(id)));

        Assert.Equal((8, 2), (_provider.ReadEmbedding(live.Body).Vector.Length, many.Count));
        Assert.Equal(_provider.ReadEmbedding(live.Body).Vector.ToArray(), _provider.ReadEmbedding(line.Answer!.Body).Vector.ToArray());
        Assert.NotNull(line.Answer.Usage);
    }

    private static LiveCall Call(Envelope envelope) => new(envelope, "call-1", TimeSpan.FromMinutes(1));

    private static BatchInput Items() => Input([.. Enumerable.Range(0, Count).Select(i => new BatchItem($"k-{i}", Canonical($"message {i}")))]);

    private GeminiProvider Sandboxed(string key) => Provider(_handler, _clock, new ProviderConnection { ApiKey = key, Endpoint = new Uri("http://gemini.sandbox") });

    private void Fault(string name, string operation = "*") =>
        _world.Faults.Replace($$$"""{"rules":[{"fault":"{{{name}}}","provider":"gemini","operation":"{{{operation}}}","times":1}]}""");

    private async Task<StagedInput> StageAsync() => Assert.IsType<StageOutcome.Staged>(await _provider.Batches.StageAsync(Items(), Token)).Input;

    private async Task<(string Id, StagedInput Staged)> SubmitAsync()
    {
        var staged = await StageAsync();
        return (Assert.IsType<CreateOutcome.Accepted>(await _provider.Batches.CreateAsync(Items(), staged, Token)).ProviderBatchId, staged);
    }

    private async Task<BatchSnapshot> SeenAsync(string id) => Assert.IsType<PollOutcome.Seen>(await _provider.Batches.PollAsync(id, Token)).Snapshot;

    private async Task<BatchSnapshot> EndAsync(string id, int hours = 2)
    {
        _clock.Advance(TimeSpan.FromHours(hours));
        var snapshot = await SeenAsync(id);
        Assert.True(snapshot.Phase is BatchPhase.Ended or BatchPhase.Rejected, $"{snapshot.Phase}");
        return snapshot;
    }

    private async Task<List<BatchLine>> ReadAsync(BatchSnapshot snapshot) => await _provider.Batches.ReadResultsAsync(snapshot, Token).ToListAsync(Token);
}
