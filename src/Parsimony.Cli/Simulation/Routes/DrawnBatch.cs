namespace Parsimony.Cli;

/// <summary>One batch of the simulation, and what would become of it.</summary>
/// <param name="At">When it comes.</param>
/// <param name="Room">The time to its deadline.</param>
/// <param name="Provider">Which provider it is for.</param>
/// <param name="Took">How long it takes; null when it is stuck.</param>
/// <param name="Cancel">How long it takes to stop, if it is cancelled.</param>
/// <param name="Live">How long the live call takes, if one is made.</param>
internal sealed record DrawnBatch(DateTimeOffset At, TimeSpan Room, int Provider, TimeSpan? Took, TimeSpan Cancel, TimeSpan Live)
{
    /// <summary>How many providers there are.</summary>
    public const int Providers = 2;

    // Quantiles of the normal curve at 99 and 99.9 of 100.
    private const double Late = 2.3263;
    private const double Latest = 3.0902;

    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Draws all batches of a scenario, in the order in which they come: one in two minutes on average.</summary>
    public static IReadOnlyList<DrawnBatch> Draw(RouteScenario scenario)
    {
        var random = new Random(scenario.Seed);
        var sigma = Math.Log(scenario.Late / scenario.Median) / Late;
        var all = new List<DrawnBatch>();
        var at = Begin;
        var count = scenario.WarmUp + scenario.Batches;
        for (var number = 0; number < count; number++)
        {
            at += TimeSpan.FromMinutes(-2 * Math.Log(1 - random.NextDouble()));
            var slower = number > count / 2 ? scenario.Slower : 1;
            var took = LogNormal(scenario.Median * slower, sigma);
            all.Add(new DrawnBatch(
                at,
                scenario.Deadlines[random.Next(scenario.Deadlines.Count)],
                random.Next(Providers),
                random.NextDouble() < scenario.Stuck ? null : took,
                LogNormal(scenario.CancelMedian, Math.Log(5) / Latest),
                LogNormal(TimeSpan.FromSeconds(15), Math.Log(6) / Latest)));
        }

        return all;

        TimeSpan LogNormal(TimeSpan median, double spread)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return median * Math.Exp(spread * normal);
        }
    }
}
