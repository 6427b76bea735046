using Microsoft.Extensions.AI;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Testing;

namespace Parsimony.Providers.Tests;

public sealed class AnthropicSandboxTests : IDisposable
{
    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly SandboxWorld _world;
    private readonly AnthropicProvider _provider;

    public AnthropicSandboxTests()
    {
        _world = new SandboxWorld(new SandboxOptions(), _clock);
        _provider = new AnthropicProvider(
            new ProviderConnection { ApiKey = "k", Endpoint = new Uri("http://anthropic.sandbox") },
            new HttpClient(new SandboxMessageHandler(_world)) { Timeout = Timeout.InfiniteTimeSpan },
            _clock);
    }

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_batch_goes_from_create_to_deleted()
    {
        var items = Enumerable.Range(0, 25).Select(i => new BatchItem($"k-{i}", AnthropicWorld.Chat($"question {i}"))).ToArray();

        var id = Assert.IsType<CreateOutcome.Accepted>(await _provider.Batches.CreateAsync(AnthropicWorld.Input(items), StagedInput.Inline, Now)).ProviderBatchId;
        var running = Assert.IsType<PollOutcome.Seen>(await _provider.Batches.PollAsync(id, Now)).Snapshot;
        _clock.Advance(TimeSpan.FromHours(1));
        var ended = Assert.IsType<PollOutcome.Seen>(await _provider.Batches.PollAsync(id, Now)).Snapshot;
        var lines = await _provider.Batches.ReadResultsAsync(ended, Now).ToListAsync(Now);

        Assert.Equal((BatchPhase.Running, BatchPhase.Ended, 25L), (running.Phase, ended.Phase, ended.Finished));
        Assert.Equal(items.Select(i => i.CustomId).Order(StringComparer.Ordinal), lines.Select(l => l.CustomId).Order(StringComparer.Ordinal));
        Assert.All(lines, l => Assert.Equal((BatchLineKind.Answered, "batch"), (l.Kind, l.Answer!.ServiceTier)));
        Assert.All(lines, l => Assert.NotEmpty(_provider.ReadChat(l.Answer!.Body).Text));
        Assert.Null(await _provider.Batches.CleanAsync(ended, null, Now));
        Assert.IsType<PollOutcome.NotFound>(await _provider.Batches.PollAsync(id, Now));
        Assert.Null(await _provider.Batches.CleanAsync(ended, null, Now));
    }

    [Fact]
    public async Task A_batch_whose_reply_was_lost_is_found_by_size_and_time()
    {
        _world.Faults.Replace("""{"rules":[{"fault":"create_reply_lost","provider":"anthropic","times":1}]}""");
        var items = Enumerable.Range(0, 7).Select(i => new BatchItem($"k-{i}", AnthropicWorld.Chat($"question {i}"))).ToArray();

        var outcome = await _provider.Batches.CreateAsync(AnthropicWorld.Input(items), StagedInput.Inline, Now);
        var now = _clock.GetUtcNow();
        var query = new OrphanQuery("k", null, 7, now.AddMinutes(-1), now.AddMinutes(1));

        Assert.IsType<CreateOutcome.Uncertain>(outcome);
        Assert.False(Assert.Single(await _provider.Batches.FindAsync(query, Now)).IsProven);
        Assert.Empty(await _provider.Batches.FindAsync(query with { Count = 8 }, Now));
        Assert.Empty(await _provider.Batches.FindAsync(query with { From = now.AddMinutes(1) }, Now));
    }

    [Fact]
    public async Task A_cancelled_batch_ends_with_a_line_for_every_item()
    {
        var items = Enumerable.Range(0, 9).Select(i => new BatchItem($"k-{i}", AnthropicWorld.Chat())).ToArray();
        var id = Assert.IsType<CreateOutcome.Accepted>(await _provider.Batches.CreateAsync(AnthropicWorld.Input(items), StagedInput.Inline, Now)).ProviderBatchId;

        Assert.Null(await _provider.Batches.CancelAsync(id, Now));
        _clock.Advance(TimeSpan.FromHours(1));
        var ended = Assert.IsType<PollOutcome.Seen>(await _provider.Batches.PollAsync(id, Now)).Snapshot;
        var lines = await _provider.Batches.ReadResultsAsync(ended, Now).ToListAsync(Now);

        Assert.Equal(BatchPhase.Ended, ended.Phase);
        Assert.Equal(9, lines.Count);
        Assert.All(lines, l => Assert.True(l.Kind is BatchLineKind.Cancelled or BatchLineKind.Answered));
        Assert.Null(await _provider.Batches.CancelAsync(id, Now));
    }

    [Fact]
    public async Task A_live_answer_and_a_streamed_one_say_the_same()
    {
        using var client = _provider.CreateChatClient("claude-haiku-4-5-20251001");

        var whole = await client.GetResponseAsync("What is the capital of Norway?", cancellationToken: Now);
        var streamed = await client.GetStreamingResponseAsync("What is the capital of Norway?", cancellationToken: Now).ToChatResponseAsync(Now);

        Assert.NotEmpty(whole.Text);
        Assert.NotNull(whole.Usage);
        Assert.Equal((whole.FinishReason, whole.Usage.InputTokenCount), (streamed.FinishReason, streamed.Usage?.InputTokenCount));
    }

    [Fact]
    public async Task A_wrong_key_halts_the_credential()
    {
        var provider = new AnthropicProvider(
            new ProviderConnection { ApiKey = "wrong-key", Endpoint = new Uri("http://anthropic.sandbox") }, new HttpClient(new SandboxMessageHandler(_world)), _clock);

        var outcome = await provider.SendAsync(new LiveCall(AnthropicWorld.Chat(), "c", TimeSpan.FromMinutes(1)), Now);

        Assert.True(Assert.IsType<LiveOutcome.Refused>(outcome).Failure.IsCredential);
    }
}
