namespace Parsimony.Cli.Tests;

/// <summary>What the planner makes of batches under deadlines, against what it is meant to reach.</summary>
public sealed class RouteSimulationTests
{
    public static TheoryData<int> Numbers() => [.. Enumerable.Range(0, RouteScenario.All(1, 1).Count)];

    /// <summary>Whatever was believed at first, and whatever changes on the way.</summary>
    [Theory]
    [MemberData(nameof(Numbers))]
    public void Holds_999_of_1000_deadlines_and_keeps_95_of_100_of_what_could_be_saved(int number)
    {
        var scenario = RouteScenario.All(20_000, seed: 1)[number];
        var results = RouteSimulation.Run(scenario).ToDictionary(result => result.Policy, StringComparer.Ordinal);
        var (ours, buffered) = (results["ours"], results["fixed 15 % buffer"]);

        Assert.True(ours.Met >= 0.999, $"{scenario.Name}: {ours}");
        Assert.True(ours.Kept >= (scenario.Deadlines[0] < TimeSpan.FromHours(2) ? 0.9 : 0.95), $"{scenario.Name}: {ours}");
        Assert.True(ours.Escalated < buffered.Escalated || buffered.Met < ours.Met, $"{scenario.Name}: {ours} against {buffered}");
    }

    [Fact]
    public void The_policies_that_are_compared_are_what_they_are_called()
    {
        var results = RouteSimulation.Run(new RouteScenario { Name = "x", Batches = 2_000 });

        Assert.Equal(["live only", "fixed 15 % buffer", "ours", "knowing"], results.Select(result => result.Policy));
        Assert.Equal((1, 0, 0, 1), (results[0].Met, results[0].Kept, results[0].Escalated, results[0].Cost));
        Assert.Equal((1, 1, 0), (results[3].Met, results[3].Kept, results[3].Escalated));
    }

    [Fact]
    public void The_same_seed_gives_the_same_results()
    {
        var scenario = new RouteScenario { Name = "x", Batches = 500 };

        Assert.Equal(RouteSimulation.Run(scenario), RouteSimulation.Run(scenario with { }));
        Assert.NotEqual(RouteSimulation.Run(scenario), RouteSimulation.Run(scenario with { Seed = 2 }));
    }
}
