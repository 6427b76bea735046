namespace Parsimony.Cli;

/// <summary>Runs batches under deadlines by several policies.</summary>
internal static class RouteSimulation
{
    // Time a batch fills before it is sent: the engine's default.
    private static readonly TimeSpan Fill = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>What each policy makes of a scenario: live only, a fixed buffer of 15 %, ours, and the one that knows how long each batch takes.</summary>
    public static IReadOnlyList<RouteResult> Run(RouteScenario scenario)
    {
        var drawn = DrawnBatch.Draw(scenario);
        var ours = new LearningPolicy(scenario);
        var (live, buffered, learnt, knowing) = (new RouteTally("live only"), new RouteTally("fixed 15 % buffer"), new RouteTally("ours"), new RouteTally("knowing"));
        for (var number = 0; number < drawn.Count; number++)
        {
            var batch = drawn[number];
            var plan = ours.Plan(batch);
            var ending = End(batch, plan, scenario);
            ours.Began(batch, plan, ending);
            if (number < scenario.WarmUp)
            {
                continue;
            }

            live.Add(End(batch, null, scenario));
            buffered.Add(End(batch, batch.Room * 0.85, scenario));
            learnt.Add(ending);
            knowing.Add(End(batch, batch.Took + Fill <= batch.Room ? batch.Room : null, scenario));
        }

        return [.. new[] { live, buffered, learnt, knowing }.Select(tally => tally.Against(knowing))];
    }

    /// <summary>What becomes of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="leavesAfter">After how long it is cancelled and sent live; null to send it live at once.</param>
    /// <param name="scenario">What cancelled work costs.</param>
    private static RouteEnding End(DrawnBatch batch, TimeSpan? leavesAfter, RouteScenario scenario)
    {
        if (leavesAfter is not { } leaves)
        {
            return new RouteEnding(1, batch.Live <= batch.Room, IsEscalated: false, IsBatched: false);
        }

        // At the end of its window the provider ends it by itself; there is nothing to wait for.
        var limit = leaves < Window ? leaves : Window;
        if (batch.Took + Fill <= limit)
        {
            return new RouteEnding(RouteTally.BatchPrice, batch.Took + Fill <= batch.Room, IsEscalated: false, IsBatched: true);
        }

        var stopped = limit + (limit < Window ? batch.Cancel : TimeSpan.Zero);
        return new RouteEnding(
            1 + (scenario.IsCancelledBilled ? RouteTally.BatchPrice : 0), stopped + batch.Live <= batch.Room, IsEscalated: true, IsBatched: true);
    }
}

/// <summary>How one batch ended.</summary>
/// <param name="Cost">What was paid; 1 is the live call.</param>
/// <param name="IsMet">Whether the deadline was held.</param>
/// <param name="IsEscalated">Whether it left its batch.</param>
/// <param name="IsBatched">Whether a batch was begun.</param>
internal readonly record struct RouteEnding(double Cost, bool IsMet, bool IsEscalated, bool IsBatched);

/// <summary>What a policy came to.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Met">Share of deadlines held.</param>
/// <param name="Kept">What it saved, in what the knowing policy saved.</param>
/// <param name="Escalated">Share of all batches that left for a live call.</param>
/// <param name="Batched">Share that was begun as a batch.</param>
/// <param name="Cost">Mean cost; 1 is the live call.</param>
internal sealed record RouteResult(string Policy, double Met, double Kept, double Escalated, double Batched, double Cost);
