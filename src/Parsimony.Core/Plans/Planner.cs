namespace Parsimony;

/// <summary>Decides how a request is carried out. Pure: no clock, no I/O, no state.</summary>
public static class Planner
{
    /// <summary>The cheapest route that holds the deadline under the context's beliefs, with the reason.</summary>
    public static Plan Plan(PlanRequest request, PlanContext context)
    {
        var plan = Choose(request, context);
        return request.Constraints.Region is { } region ? plan with { Reason = $"{plan.Reason}, constraint region={region}" } : plan;
    }

    private static Plan Choose(PlanRequest request, PlanContext context)
    {
        if (request.Constraints.NoStore)
        {
            return new Plan(Route.Live, "live: constraint no_store");
        }

        if (request.Constraints.NoBatch)
        {
            return new Plan(Route.Live, "live: constraint no_batch");
        }

        if (context.ShutBecause is { } shut)
        {
            return new Plan(Route.Live, $"live: {shut}");
        }

        if (!context.BatchingEnabled)
        {
            return new Plan(Route.Live, "live: batching is not enabled");
        }

        if (context.Batch is not { } limits)
        {
            return new Plan(Route.Live, $"live: {request.Envelope.Model.Provider} has no batch API");
        }

        if (!request.BatchAccepts)
        {
            return new Plan(Route.Live, "live: the provider's batch API does not take this request");
        }

        if (request.Deadline is not { } deadline)
        {
            return request.IsBulk
                ? new Plan(Route.Batch, "batch: one of many, no deadline", context.Now + context.BatchTimeout + context.Completion.Fill)
                : new Plan(Route.Live, "live: a single call without a deadline");
        }

        var room = deadline - context.Now;
        var prior = context.Completion;
        var escalateAt = deadline - prior.LiveCall - limits.CancelTime;
        return escalateAt - context.Now >= prior.Typical
            ? new Plan(Route.Batch, $"batch: {Text(room)} of room, prior {prior.Name}", escalateAt)
            : new Plan(Route.Live, $"live: {Text(room)} of room is under prior {prior.Name} plus cancel and live time");
    }

    private static string Text(TimeSpan span) =>
        span < TimeSpan.Zero ? "no time"
        : span.TotalHours >= 1 ? $"{Math.Floor(span.TotalHours):0}h{span.Minutes:00}m"
        : $"{Math.Floor(span.TotalMinutes):0}m{span.Seconds:00}s";
}
