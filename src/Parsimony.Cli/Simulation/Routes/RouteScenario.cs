namespace Parsimony.Cli;

/// <summary>What a simulation of routes is made of: how batches come, how long they take, and what is believed of that at first.</summary>
internal sealed record RouteScenario
{
    /// <summary>Its name in tables.</summary>
    public required string Name { get; init; }

    /// <summary>Batches that are counted.</summary>
    public int Batches { get; init; } = 20_000;

    /// <summary>Batches before those, which are learnt from and not counted.</summary>
    public int WarmUp { get; init; }

    /// <summary>Seed of what is drawn.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>By when half of the batches that end have ended.</summary>
    public TimeSpan Median { get; init; } = TimeSpan.FromMinutes(40);

    /// <summary>By when 99 of 100 have.</summary>
    public TimeSpan Late { get; init; } = TimeSpan.FromHours(9);

    /// <summary>The share that never ends.</summary>
    public double Stuck { get; init; } = 0.01;

    /// <summary>What batches take from the middle of the simulation on, in times of before.</summary>
    public double Slower { get; init; } = 1;

    /// <summary>By when half of the cancelled batches have stopped; the slowest in a thousand take five times as long.</summary>
    public TimeSpan CancelMedian { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether cancelled work is billed and lost.</summary>
    public bool IsCancelledBilled { get; init; }

    /// <summary>The deadlines, in turn by chance.</summary>
    public IReadOnlyList<TimeSpan> Deadlines { get; init; } = [TimeSpan.FromHours(4), TimeSpan.FromHours(8), TimeSpan.FromHours(24)];

    /// <summary>What is believed before anything was seen; the product's own prior when null.</summary>
    public CompletionForecast? Believed { get; init; }

    /// <summary>The scenarios that are shown.</summary>
    public static IReadOnlyList<RouteScenario> All(int batches, int seed)
    {
        var plain = new RouteScenario { Name = "learnt", Batches = batches, Seed = seed, WarmUp = 2_000 };
        var cold = plain with { Name = "cold start", WarmUp = 0 };
        return
        [
            plain,
            cold,
            cold with { Name = "believed far too fast", Believed = CompletionForecast.FromLogNormal("wrong", TimeSpan.FromMinutes(4), 0.5, 0.001) },
            cold with { Name = "believed far too slow", Believed = CompletionForecast.FromLogNormal("wrong", TimeSpan.FromHours(10), 0.5, 0.1) },
            cold with { Name = "three times slower midway", Slower = 3 },
            cold with { Name = "cancels slower than told", CancelMedian = TimeSpan.FromMinutes(12) },
            cold with { Name = "cancelled work billed", IsCancelledBilled = true },
            cold with { Name = "deadlines of 1 and 2 hours", Deadlines = [TimeSpan.FromHours(1), TimeSpan.FromHours(2)] },
        ];
    }
}
