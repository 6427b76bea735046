using System.Collections.Concurrent;
using System.Globalization;

namespace Parsimony.EndToEnd.Tests;

/// <summary>
/// Thousands of seeds, each one schedule of crashes, pauses and provider faults. <c>PARSIMONY_SEEDS=from-to</c> chooses others, <c>PARSIMONY_SEED=n</c> replays one
/// with its trace, <c>PARSIMONY_SABOTAGE=name</c> breaks the engine on purpose (the run must then be red).
/// </summary>
public sealed class CrashSimulationTests(ITestOutputHelper output)
{
    // A turnstile blocks the thread it is waited at: the stages it waits for must not have to wait for a thread.
    static CrashSimulationTests() => ThreadPool.SetMinThreads(64, 64);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    [Fact]
    public async Task Nothing_is_lost_and_nothing_is_bought_twice_under_any_schedule()
    {
        var sabotage = Variable("PARSIMONY_SABOTAGE");
        if (Variable("PARSIMONY_SEED") is { } one)
        {
            var played = await Simulation.PlayAsync(int.Parse(one, CultureInfo.InvariantCulture), sabotage: sabotage, keepsText: true);
            output.WriteLine(played.Text);
            Assert.Empty(played.Faults);
            return;
        }

        var range = (Variable("PARSIMONY_SEEDS") ?? "1-5000").Split('-').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        var counts = new EventCounts();
        var faults = new ConcurrentDictionary<int, IReadOnlyList<string>>();
        await Parallel.ForEachAsync(
            Enumerable.Range(range[0], range[1] - range[0] + 1),
            TestContext.Current.CancellationToken,
            async (seed, _) =>
            {
                if (faults.Count < 10)
                {
                    var played = await Simulation.PlayAsync(seed, sabotage: sabotage);
                    counts.Add(played.Counts);
                    if (played.Faults.Count > 0)
                    {
                        faults[seed] = played.Faults;
                    }
                }
            });
        output.WriteLine(counts.ToString());
        var seeds = range[1] - range[0] + 1;
        Assert.Empty(sabotage is null && faults.IsEmpty && seeds >= 1_000 ? counts.TooRare(seeds) : []);
        Assert.True(faults.IsEmpty, string.Join(Environment.NewLine, faults.OrderBy(pair => pair.Key).Select(pair => $"seed {pair.Key}: {string.Join("; ", pair.Value)}")));
    }

    [Fact]
    public async Task A_seed_is_one_schedule()
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            Assert.Equal((await Simulation.PlayAsync(seed)).Hash, (await Simulation.PlayAsync(seed)).Hash);
        }
    }

    [Theory]
    [InlineData("intent-after-effect")]
    [InlineData("no-orphan-search")]
    [InlineData("money-outside-transaction")]
    [InlineData("late-writer")]
    [InlineData("lease-by-node-clock")]
    public async Task The_simulation_notices_a_broken_engine(string sabotage)
    {
        for (var seed = 1; seed <= 1_000; seed++)
        {
            if ((await Simulation.PlayAsync(seed, sabotage: sabotage)).Faults is { Count: > 0 } wrong)
            {
                output.WriteLine($"{sabotage}: seed {seed}: {string.Join("; ", wrong)}");
                return;
            }
        }

        Assert.Fail($"1,000 seeds did not notice {sabotage}.");
    }
}
