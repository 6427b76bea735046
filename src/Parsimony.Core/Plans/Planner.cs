namespace Parsimony;

/// <summary>Decides how a request is carried out. Pure: no clock, no I/O, no state.</summary>
/// <remarks>
/// Among the routes that hold the deadline, but for <see cref="RouteForecast.Risk"/>, the one of least expected cost: a batch counts with what is bought again live for those that are
/// not done when they have to leave. A batch that is done in time less than once in ten is not begun, which forgoes less than a tenth of the batch discount and spares a
/// provider's live limits nine calls of ten at the last moment; until <see cref="MinEvidence"/> batches were seen the fixed prior may begin one all the same, so that there is
/// something to learn from.
/// </remarks>
public static class Planner
{
    /// <summary>The least chance to be done in time that a batch is begun for.</summary>
    public const double MinChance = 0.1;

    /// <summary>Until so many batches were seen, the fixed prior may begin a batch against the forecast.</summary>
    public const double MinEvidence = 20;

    /// <summary>The cheapest route that holds the deadline under the context's beliefs, with the reason.</summary>
    public static Plan Plan(PlanRequest request, PlanContext context)
    {
        var costs = RouteCosts.Of(request, context);
        var flex = FlexibleTier.Of(request, context, costs);
        var plan = Why(request, context) is { } why ? FlexibleTier.InPlaceOfBatch(context, flex, why, costs.LiveUsd) : Obey(context.Preference, RouteChoice.Of(request, context, costs, flex));
        return request.Constraints.Region is { } region ? plan with { Reason = $"{plan.Reason}, constraint region={region}" } : plan;
    }

    /// <summary>Why a batch will not do; null when there is a choice.</summary>
    private static string? Why(PlanRequest request, PlanContext context) => (request, context) switch
    {
        ({ Constraints.NoStore: true }, _) => "constraint no_store",
        ({ Constraints.NoBatch: true }, _) => "constraint no_batch",
        (_, { ShutBecause: { } shut }) => shut,
        (_, { BatchingEnabled: false }) => "batching is not enabled",
        (_, { Batch: null }) => $"{request.Envelope.Model.Provider} has no batch API",
        ({ BatchAccepts: false }, _) => "the provider's batch API does not take this request",
        ({ Deadline: null, IsBulk: false }, _) => "a single call without a deadline",
        _ => null,
    };

    private static Plan Obey(RoutePreference? asked, RouteChoice choice)
    {
        var best = choice.Best;
        return asked is null || asked.Route == best.Route || (asked.Route == Route.Live ? choice.Live : choice.Batch) is not { } obeyed
            ? best with { Reason = $"{NameOf(best)}: {choice.Inputs}" }
            : obeyed with { Reason = $"{NameOf(obeyed)}: {asked.Setting}, {choice.Inputs}", RegretUsd = obeyed.ExpectedUsd - best.ExpectedUsd };
    }

    private static string NameOf(Plan plan) => plan.Route switch { Route.Batch => "batch", Route.Flex => "flex", _ => "live" };
}
