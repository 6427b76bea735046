using System.Text.Json.Nodes;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.GeminiGiven;

namespace Parsimony.Providers.Tests;

/// <summary>Explicit caches from their making to their end, against the simulated service.</summary>
public sealed class GeminiCachesSandboxTests : IDisposable
{
    private const string ModelName = "gemini-3.8-flash";

    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly SandboxWorld _world;
    private readonly SandboxMessageHandler _handler;
    private readonly GeminiProvider _provider;

    public GeminiCachesSandboxTests()
    {
        _world = new SandboxWorld(new SandboxOptions(), _clock);
        _handler = new SandboxMessageHandler(_world);
        _provider = Provider(_handler, _clock, new ProviderConnection { ApiKey = "k", Endpoint = new Uri("http://gemini.sandbox") });
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ChatRequest Whole { get; } = new()
    {
        Tools = [new ToolDeclaration("look_up", null, new JsonObject())],
        Turns =
        [
            new ChatTurn(ChatTurnRole.System, [new ChatPart.Text("Answer from the document.")]),
            new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(string.Concat(Enumerable.Repeat("a long document ", 1_250)))]),
            new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("What does it say?")]),
        ],
        MaxOutputTokens = 200,
    };

    private static ChatRequest Head => Whole with { Turns = [.. Whole.Turns.Take(2)] };

    public void Dispose()
    {
        _handler.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task A_cache_goes_from_made_to_deleted()
    {
        var made = await MakeAsync();
        var extended = await _provider.Caches.ExtendAsync(made.Name, TimeSpan.FromHours(3), Token);

        Assert.Equal((_clock.GetUtcNow().AddHours(2), _clock.GetUtcNow().AddHours(3)), (made.ExpiresAt, extended.ExpiresAt));
        Assert.Equal((made.Name, made.Tokens), (extended.Name, extended.Tokens));
        Assert.Null(await _provider.Caches.DeleteAsync(made.Name, Token));
        Assert.Null(await _provider.Caches.DeleteAsync(made.Name, Token));
        Assert.Equal(FailureCause.Permission, (await Assert.ThrowsAsync<ProviderException>(() => _provider.Caches.ExtendAsync(made.Name, TimeSpan.FromHours(1), Token))).Failure.Cause);
    }

    [Fact]
    public async Task What_is_told_of_a_cache_is_what_the_bill_charges()
    {
        var made = await MakeAsync();
        await _provider.Caches.ExtendAsync(made.Name, TimeSpan.FromHours(3), Token);

        var lines = _world.Bill.Lines;
        Assert.Equal(["live", "storage", "storage"], lines.Select(line => line.Kind));
        Assert.Equal(made.Tokens, lines[0].Usage.TotalInput);
        Assert.Equal(made.TokenHours(_clock.GetUtcNow()), lines[1].StoredTokens * (decimal)lines[1].StoredFor.TotalHours);
        Assert.Equal([TimeSpan.FromHours(2), TimeSpan.FromHours(1)], lines.Skip(1).Select(line => line.StoredFor));
    }

    [Fact]
    public async Task A_request_over_a_cache_gets_the_answer_of_the_whole_and_reads_it_at_the_cached_price()
    {
        var made = await MakeAsync();

        var over = await AnswerAsync(Over(made));
        var whole = await AnswerAsync(Whole);

        Assert.Equal(_provider.ReadChat(whole.Body).Text, _provider.ReadChat(over.Body).Text);
        Assert.Equal((whole.Usage!.Value.TotalInput, whole.Usage.Value.TotalOutput), (over.Usage!.Value.TotalInput, over.Usage.Value.TotalOutput));
        Assert.Equal((made.Tokens, 0L), (over.Usage.Value.CacheRead, whole.Usage.Value.CacheRead));
        Assert.Equal(made.Tokens, _world.Bill.Lines[2].Usage.CacheRead);
    }

    [Fact]
    public async Task A_batch_may_ask_over_a_cache()
    {
        var made = await MakeAsync();
        var input = Input([.. Enumerable.Range(0, 3).Select(i => new BatchItem($"k-{i}", Over(made).ToEnvelope(Model(ModelName))))]);
        var staged = Assert.IsType<StageOutcome.Staged>(await _provider.Batches.StageAsync(input, Token)).Input;
        var id = Assert.IsType<CreateOutcome.Accepted>(await _provider.Batches.CreateAsync(input, staged, Token)).ProviderBatchId;
        _clock.Advance(TimeSpan.FromHours(1));
        var ended = Assert.IsType<PollOutcome.Seen>(await _provider.Batches.PollAsync(id, Token)).Snapshot;

        var lines = await _provider.Batches.ReadResultsAsync(ended, Token).ToListAsync(Token);

        Assert.Equal(3, lines.Count);
        Assert.All(lines, line => Assert.Equal(made.Tokens, line.Answer!.Usage!.Value.CacheRead));
    }

    [Fact]
    public async Task A_request_over_a_cache_that_has_ended_is_refused_and_costs_nothing()
    {
        var made = await MakeAsync();
        _clock.Advance(TimeSpan.FromHours(2));

        var refused = Assert.IsType<LiveOutcome.Refused>(await SendAsync(Over(made)));

        Assert.Equal(FailureCause.Permission, refused.Failure.Cause);
        Assert.Equal(2, _world.Bill.Lines.Count);
    }

    [Theory]
    [InlineData("gemini-4-argon")]
    [InlineData("gemini-9-unknown")]
    public async Task A_model_without_explicit_caches_is_refused(string model) =>
        Assert.Equal(FailureStage.Create, (await Assert.ThrowsAsync<ProviderException>(() => _provider.Caches.CreateAsync(model, Head, TimeSpan.FromHours(1), null, Token))).Failure.Stage);

    [Fact]
    public async Task A_head_that_is_too_small_is_refused() =>
        Assert.Equal(
            FailureCause.InvalidRequest,
            (await Assert.ThrowsAsync<ProviderException>(() => _provider.Caches.CreateAsync(ModelName, Chat("short"), TimeSpan.FromHours(1), null, Token))).Failure.Cause);

    [Fact]
    public async Task A_lost_reply_leaves_a_cache_that_is_paid_for()
    {
        _world.Faults.Replace("""{"rules":[{"fault":"create_reply_lost","provider":"gemini","operation":"cache.create"}]}""");

        await Assert.ThrowsAsync<ProviderException>(() => MakeAsync());

        Assert.Equal(["live", "storage"], _world.Bill.Lines.Select(line => line.Kind));
    }

    private static ChatRequest Over(ExplicitCache cache) => GeminiCaches.Over(Whole, cache.Name, turns: 1);

    private Task<ExplicitCache> MakeAsync() => _provider.Caches.CreateAsync(ModelName, Head, TimeSpan.FromHours(2), "corpus", Token);

    private Task<LiveOutcome> SendAsync(ChatRequest request) =>
        _provider.SendAsync(new LiveCall(request.ToEnvelope(Model(ModelName)), "call-1", TimeSpan.FromMinutes(1)), Token);

    private async Task<Answer> AnswerAsync(ChatRequest request) => Assert.IsType<LiveOutcome.Answered>(await SendAsync(request)).Answer;
}
