using System.Collections.Concurrent;
using System.Globalization;

namespace Parsimony.EndToEnd.Tests;

/// <summary>
/// The same schedules under the rules of every provider. <c>PARSIMONY_PROVIDER_SEEDS=from-to</c> chooses the seeds, <c>PARSIMONY_PROVIDER=name</c> the provider, <c>PARSIMONY_SEED=n</c> replays one with its trace.
/// </summary>
public sealed class EveryProviderSimulationTests(ITestOutputHelper output)
{
    private static readonly string? One = Environment.GetEnvironmentVariable("PARSIMONY_SEED");

    // A turnstile blocks the thread it is waited at: the stages it waits for must not have to wait for a thread.
    static EveryProviderSimulationTests() => ThreadPool.SetMinThreads(64, 64);

    public static TheoryData<string> Markets => new(SimulatedMarket.Each
        .Select(market => market.Name)
        .Where(name => Environment.GetEnvironmentVariable("PARSIMONY_PROVIDER") is not { Length: > 0 } one || one == name));

    [Theory]
    [MemberData(nameof(Markets))]
    public async Task A_seed_is_one_schedule_at(string provider)
    {
        var market = SimulatedMarket.Each.Single(one => one.Name == provider);
        for (var seed = 1; seed <= 3; seed++)
        {
            Assert.Equal((await Simulation.PlayAsync(seed, market)).Hash, (await Simulation.PlayAsync(seed, market)).Hash);
        }
    }

    [Theory]
    [MemberData(nameof(Markets))]
    public async Task Nothing_is_lost_and_nothing_is_bought_twice_by_the_rules_of(string provider)
    {
        var market = SimulatedMarket.Each.Single(one => one.Name == provider);
        var range = (One ?? Environment.GetEnvironmentVariable("PARSIMONY_PROVIDER_SEEDS") ?? "1-250").Split('-').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        var faults = new ConcurrentDictionary<int, string>();
        await Parallel.ForEachAsync(
            Enumerable.Range(range[0], range[^1] - range[0] + 1),
            TestContext.Current.CancellationToken,
            async (seed, _) =>
            {
                if (faults.Count < 5)
                {
                    var played = await Simulation.PlayAsync(seed, market, keepsText: One is not null);
                    if (One is not null)
                    {
                        output.WriteLine(played.Text);
                    }

                    if (played.Faults.Count > 0)
                    {
                        faults[seed] = string.Join("; ", played.Faults);
                    }
                }
            });
        Assert.True(faults.IsEmpty, string.Join(Environment.NewLine, faults.OrderBy(pair => pair.Key).Select(pair => $"{provider}, seed {pair.Key}: {pair.Value}")));
    }
}
