using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>A decision made again, and beside it what each route would have cost, as the planner sees them without a preference.</summary>
internal sealed record DecisionRoutes(DecisionReplay Replay, Plan Own, Plan Live, Plan Batch)
{
    /// <summary>Whether the batch was a choice at all.</summary>
    public bool IsBatchPossible => Batch.Route == Route.Batch;

    /// <summary>Whether only the deadline speaks against the batch.</summary>
    public bool IsTimeShort => !IsBatchPossible && Planner.Plan(
        Replay.Request with { Deadline = null, IsBulk = true }, Replay.Context with { Preference = new RoutePreference(Route.Batch, "asked") }).Route == Route.Batch;

    public static DecisionRoutes Of(DecisionReplay replay)
    {
        return new DecisionRoutes(replay, With(null), With(Route.Live), With(Route.Batch));

        Plan With(Route? route) => Planner.Plan(replay.Request, replay.Context with { Preference = route is { } asked ? new RoutePreference(asked, "asked") : null });
    }
}
