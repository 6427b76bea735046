using System.Globalization;

namespace Parsimony;

/// <summary>A request's two routes side by side, where it has a choice.</summary>
internal sealed class RouteChoice
{
    private RouteChoice(Plan live, Plan? batch, bool takesBatch, string inputs)
    {
        Live = live;
        Batch = batch;
        Inputs = inputs;
        Best = takesBatch && batch is not null ? batch : live;
    }

    /// <summary>The live call.</summary>
    public Plan Live { get; }

    /// <summary>The batch; null when the deadline leaves no time to begin one.</summary>
    public Plan? Batch { get; }

    /// <summary>The one to take.</summary>
    public Plan Best { get; }

    /// <summary>All the choice was made on, in words.</summary>
    public string Inputs { get; }

    public static RouteChoice Of(PlanRequest request, PlanContext context, in RouteCosts costs)
    {
        var prior = context.Completion;
        var buffer = context.Forecast?.Buffer ?? prior.LiveCall + (context.Batch?.CancelTime ?? TimeSpan.Zero);
        var leaveAt = request.Deadline is { } deadline ? deadline - buffer : context.Now + context.BatchTimeout + prior.Fill;
        var room = leaveAt - context.Now;
        var chance = context.Forecast?.Completion.DoneBy(room - prior.Fill ?? TimeSpan.MaxValue);
        var lost = context.Batch is { KeepsFinishedOnExpiry: false } ? 1 : 0;
        var batchUsd = costs.OfBatch(chance ?? 1, lost);

        var canBegin = request.Deadline is null || (context.Forecast is null ? room >= prior.Typical : chance > 0);
        var isLikely = request.Deadline is null || chance is null or >= Planner.MinChance
            || (context.Forecast is { Completion.Evidence: < Planner.MinEvidence } && room >= prior.Typical);
        var inputs = Describe(request, context, buffer, chance, lost, costs, batchUsd);
        var takesBatch = canBegin && isLikely && (batchUsd is null || batchUsd <= costs.LiveUsd);
        return new RouteChoice(
            new Plan(Route.Live, $"live: {inputs}", ExpectedUsd: costs.LiveUsd),
            canBegin ? new Plan(Route.Batch, $"batch: {inputs}", leaveAt, batchUsd) { Chance = chance } : null,
            takesBatch,
            inputs);
    }

    private static string Describe(
        PlanRequest request, PlanContext context, TimeSpan buffer, double? chance, int lost, in RouteCosts costs, decimal? batchUsd)
    {
        var parts = new List<string>(6);
        if (request.Deadline is { } deadline)
        {
            parts.Add(Room(deadline - context.Now, context, buffer));
        }
        else
        {
            parts.Add("one of many, no deadline");
        }

        if (chance is { } share && context.Forecast is { } forecast && (request.Deadline is not null || lost > 0 || context.Cache is not null))
        {
            parts.Add($"{Percent(share)} done by then ({(forecast.Completion.Evidence < 1 ? "prior" : Count(forecast.Completion.Evidence))})");
        }

        if (lost > 0)
        {
            parts.Add("what is cancelled may be billed");
        }

        if (context.Cache is { } cache)
        {
            parts.Add(cache.StacksWithBatch ? $"cache hits {Percent(cache.LiveHitRate)} live and {Percent(cache.BatchHitRate)} in batches" : $"cache hits {Percent(cache.LiveHitRate)} live and none in batches");
        }

        if (batchUsd is { } usd && costs.LiveUsd is > 0 and { } live)
        {
            parts.Add($"batch at {Percent((double)(usd / live))} of live");
        }
        else if (request.Tokens is not null)
        {
            parts.Add("a price is unknown");
        }

        return string.Join(", ", parts);
    }

    private static string Room(TimeSpan room, PlanContext context, TimeSpan buffer)
    {
        if (context.Forecast is not null)
        {
            return $"{Text(room)} of room less {Text(buffer)}";
        }

        var prior = context.Completion;
        return room - buffer >= prior.Typical ? $"{Text(room)} of room, prior {prior.Name}" : $"{Text(room)} of room is under prior {prior.Name} plus cancel and live time";
    }

    /// <summary>Cut, not rounded: what is under a limit must not read as the limit. Whole, because stores keep each reason once for all requests that have it.</summary>
    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor((share * 100) + 1e-9):0}%");

    /// <summary>How many were seen, cut to two digits, for the same reason.</summary>
    private static string Count(double seen)
    {
        var scale = Math.Pow(10, Math.Max(Math.Floor(Math.Log10(Math.Max(seen, 1))) - 1, 0));
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seen / scale) * scale:0} seen");
    }

    private static string Text(TimeSpan span) =>
        span < TimeSpan.Zero ? "no time"
        : span.TotalHours >= 1 ? $"{Math.Floor(span.TotalHours):0}h{span.Minutes:00}m"
        : $"{Math.Floor(span.TotalMinutes):0}m{span.Seconds:00}s";
}
