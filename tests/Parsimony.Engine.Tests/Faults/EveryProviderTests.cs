using Parsimony.Providers;

namespace Parsimony.Engine.Tests;

/// <summary>The engine against every provider that needs no more than HTTP and a key, its own rules and the faults of the world included.</summary>
public sealed class EveryProviderTests
{
    public static TheoryData<string, string> Models => new()
    {
        { "groq", "openai/gpt-oss-20b" },
        { "azureOpenAI", "gpt-5-mini" },
        { "together", "meta-llama/Llama-3.3-70B-Instruct-Turbo" },
        { "openAICompatible", "local-model" },
        { "mistral", "mistral-small-2603" },
        { "xai", "grok-4.3" },
        { "fireworks", "accounts/fireworks/models/gpt-oss-120b" },
        { "openAI", "gpt-5-mini" },
        { "anthropic", "claude-haiku-4-5-20251001" },
        { "gemini", "gemini-3.8-flash" },
    };

    /// <summary>Those whose expired batches keep what was finished.</summary>
    public static TheoryData<string, string> Keeping =>
        new(Models.Select(row => row.Data).Where(row => ProviderFactory.LimitsOf(ProviderId.Parse(row.Item1)) is { KeepsFinishedOnExpiry: true }));

    /// <summary>Providers that take no chat in a batch.</summary>
    public static TheoryData<string, string> LiveModels => new()
    {
        { "cohere", "command-a-03-2025" },
        { "ollama", "qwen3:8b" },
    };

    [Fact]
    public void Every_provider_is_tried() =>
        Assert.Equal(ProviderFactory.Supported.Select(id => id.Value).Order(StringComparer.Ordinal), Models.Concat(LiveModels).Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Answers_a_batch_and_books_what_is_billed(string provider, string model)
    {
        await using var world = await EngineWorld.PlayAsync(20, $"{provider}/{model}", []);

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
        Assert.Equal(20, world.BatchLinesBought);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Buys_a_batch_once_though_the_creates_reply_is_lost(string provider, string model)
    {
        await using var world = await EngineWorld.PlayAsync(20, $"{provider}/{model}", [new FaultRule("create_reply_lost", "batch.create", "\"times\":1")]);

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
        Assert.Equal(20, world.BatchLinesBought);
    }

    [Theory]
    [MemberData(nameof(Keeping))]
    public async Task Keeps_what_was_paid_when_a_batch_expires_and_sends_the_rest_live(string provider, string model)
    {
        await using var world = await EngineWorld.PlayAsync(20, $"{provider}/{model}", [new FaultRule("expires_halfway", "batch.create", "\"times\":1")]);

        await world.AssertAnsweredAsync(batches: 1, world.LiveCallsBought);
        Assert.Equal(20, world.BatchLinesBought + world.LiveCallsBought);
        Assert.InRange(world.LiveCallsBought, 1, 19);
    }

    [Fact]
    public async Task Answers_all_though_a_batch_expired_with_nothing()
    {
        await using var world = await EngineWorld.PlayAsync(20, "gemini/gemini-3.8-flash", [new FaultRule("expires_halfway", "batch.create", "\"times\":1")]);

        await world.AssertAnsweredAsync(world.BatchesBought, world.LiveCallsBought);
        Assert.Equal(20, world.BatchLinesBought + world.LiveCallsBought);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Matches_results_by_custom_id_alone(string provider, string model)
    {
        await using var world = await EngineWorld.PlayAsync(
            20,
            $"{provider}/{model}",
            [new FaultRule("results_shuffled"), new FaultRule("result_duplicated"), new FaultRule("result_unknown_id")]);

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Theory]
    [MemberData(nameof(LiveModels))]
    public async Task Sends_bulk_work_through_the_queue_where_there_is_no_batch_for_it(string provider, string model)
    {
        await using var world = await EngineWorld.PlayAsync(20, $"{provider}/{model}", []);

        await world.AssertAnsweredAsync(batches: 0, liveCalls: 20);
        Assert.All(await world.RequestsAsync(), request => Assert.Equal(Route.Live, request.Route));
    }

    [Theory]
    [MemberData(nameof(LiveModels))]
    public async Task Waits_and_asks_again_where_a_call_is_turned_away(string provider, string model)
    {
        await using var world = await EngineWorld.PlayAsync(20, $"{provider}/{model}", [new FaultRule("rate_limited", More: "\"times\":7"), new FaultRule("server_error", More: "\"times\":7,\"value\":503")]);

        await world.AssertAnsweredAsync(batches: 0, liveCalls: 20);
    }

    [Theory]
    [MemberData(nameof(Models))]
    [MemberData(nameof(LiveModels))]
    public async Task Answers_live_what_may_not_be_batched(string provider, string model)
    {
        await using var world = new EngineWorld();

        await world.AskAsync(3, $"{provider}/{model}", isLive: true);
        await world.SettleAsync();

        await world.AssertAnsweredAsync(batches: 0, liveCalls: 3);
    }
}
