using Parsimony.Providers;
using Parsimony.Sandbox;

namespace Parsimony.Engine.Tests;

public sealed class SendLaneTests
{
    private const string Small = "ollama/qwen3:8b";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 2)]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    public async Task A_provider_that_takes_few_calls_at_a_time_gets_no_more(int? configured, int most)
    {
        await using var world = new EngineWorld(connect: connection => connection with { MaxParallelCalls = connection.Endpoint!.Host.StartsWith("ollama", StringComparison.Ordinal) ? configured : null });
        await world.AskAsync(30, Small);

        var senders = EngineLoop.Stages(world.Engine.Context).Select(entry => entry.Stage).OfType<Sender>().ToList();
        var claimed = new List<int>();
        foreach (var sender in senders)
        {
            claimed.Add(await sender.RunOnceAsync(world.Clock.GetUtcNow(), Token));
        }

        // One call of each sender of its own, none of the others'.
        Assert.Equal(most, claimed.Count(count => count == 1));
        Assert.Equal(most, claimed.Sum());
        Assert.Equal(most, world.LiveCallsBought);
    }

    [Fact]
    public async Task Calls_that_hang_there_hold_up_no_other_providers()
    {
        await using var world = new EngineWorld();
        await world.AskAsync(10, Small);
        await world.AskAsync(16, "groq/openai/gpt-oss-20b", isLive: true);

        var shared = EngineLoop.Stages(world.Engine.Context).Select(entry => entry.Stage).OfType<Sender>().Take(4).ToList();
        foreach (var sender in shared)
        {
            await sender.RunOnceAsync(world.Clock.GetUtcNow(), Token);
        }

        Assert.All(world.Sandbox.Bill.Lines, line => Assert.Equal("groq", line.Provider));
        Assert.Equal(16, world.LiveCallsBought);
    }

    [Fact]
    public async Task A_number_that_becomes_smaller_counts_at_once_and_a_larger_one_from_the_next_start_on()
    {
        await using var world = new EngineWorld();
        using var http = new HttpClient(new SandboxMessageHandler(world.Sandbox)) { Timeout = Timeout.InfiniteTimeSpan };
        IProviderRegistry Registry(int calls) => new ProviderRegistry(
            [new OllamaProvider(new ProviderConnection { ApiKey = "key", Endpoint = new Uri("http://ollama.sandbox"), MaxParallelCalls = calls }, http, world.Clock)]);
        var registry = new ChangingProviderRegistry(Registry(3));
        var context = world.Engine.Context with { Providers = registry };
        var senders = EngineLoop.Stages(context).Select(entry => entry.Stage).OfType<Sender>().ToList();
        await world.AskAsync(40, Small);

        var calls = new List<int>();
        foreach (var number in new[] { 3, 1, 8 })
        {
            registry.Replace(Registry(number));
            var before = world.LiveCallsBought;
            foreach (var sender in senders)
            {
                await sender.RunOnceAsync(world.Clock.GetUtcNow(), Token);
            }

            calls.Add(world.LiveCallsBought - before);
        }

        Assert.Equal([3, 1, 3], calls);
        Assert.Equal(4 + 8, EngineLoop.Stages(context).Count(entry => entry.Stage is Sender));
    }
}
