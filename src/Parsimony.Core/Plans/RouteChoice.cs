using System.Globalization;
using System.Runtime.CompilerServices;

namespace Parsimony;

/// <summary>A request's two routes side by side, where it has a choice.</summary>
internal sealed class RouteChoice
{
    private RouteChoice(Plan live, Plan? batch, Plan? flex, bool takesBatch, string inputs)
    {
        Live = live;
        Batch = batch;
        Inputs = inputs;
        var best = takesBatch && batch is not null ? batch : live;
        Best = flex is not null && flex.ExpectedUsd < best.ExpectedUsd ? flex : best;
    }

    /// <summary>The live call, its reason not written yet.</summary>
    public Plan Live { get; }

    /// <summary>The batch, likewise; null when the deadline leaves no time to begin one.</summary>
    public Plan? Batch { get; }

    /// <summary>The one to take.</summary>
    public Plan Best { get; }

    /// <summary>All the choice was made on, in words.</summary>
    public string Inputs { get; }

    public static RouteChoice Of(PlanRequest request, PlanContext context, in RouteCosts costs, Plan? flex)
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
            new Plan(Route.Live, "", ExpectedUsd: costs.LiveUsd),
            canBegin ? new Plan(Route.Batch, "", leaveAt, batchUsd) { Chance = chance } : null,
            flex,
            takesBatch,
            flex is null ? inputs : inputs + FlexibleTier.In(flex, costs.LiveUsd));
    }

    private static string Describe(
        PlanRequest request, PlanContext context, TimeSpan buffer, double? chance, int lost, in RouteCosts costs, decimal? batchUsd)
    {
        // Written once for each request that is accepted: whole numbers, one string.
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        if (request.Deadline is { } deadline)
        {
            AddRoom(ref text, deadline - context.Now, context, buffer);
        }
        else
        {
            text.AppendLiteral("one of many, no deadline");
        }

        if (chance is { } share && context.Forecast is { Completion.Evidence: var seen } && (request.Deadline is not null || lost > 0 || context.Cache is not null))
        {
            text.AppendLiteral(", ");
            AddPercent(ref text, share);
            text.AppendLiteral(" done by then (");
            AddCount(ref text, seen);
        }

        if (lost > 0)
        {
            text.AppendLiteral(", what is cancelled may be billed");
        }

        if (context.Cache is { } cache)
        {
            text.AppendLiteral(", cache hits ");
            AddPercent(ref text, cache.LiveHitRate);
            if (cache.WarmFor is { } warm)
            {
                text.AppendLiteral(" live (warm for ");
                text.AppendFormatted((long)warm.TotalMinutes);
                text.AppendLiteral("m)");
            }
            else
            {
                text.AppendLiteral(" live");
            }

            text.AppendLiteral(cache.StacksWithBatch ? " and " : " and none in batches");
            if (cache.StacksWithBatch)
            {
                AddPercent(ref text, cache.BatchHitRate);
                text.AppendLiteral(" in batches");
            }
        }

        if (batchUsd is { } usd && costs.LiveUsd is > 0 and { } live)
        {
            text.AppendLiteral(", batch at ");
            AddPercent(ref text, (double)(usd / live));
            text.AppendLiteral(" of live");
        }
        else if (request.Tokens is not null)
        {
            text.AppendLiteral(", a price is unknown");
        }

        return text.ToStringAndClear();
    }

    private static void AddRoom(ref DefaultInterpolatedStringHandler text, TimeSpan room, PlanContext context, TimeSpan buffer)
    {
        AddSpan(ref text, room);
        if (context.Forecast is not null)
        {
            text.AppendLiteral(" of room less ");
            AddSpan(ref text, buffer);
            return;
        }

        var isEnough = room - buffer >= context.Completion.Typical;
        text.AppendLiteral(isEnough ? " of room, prior " : " of room is under prior ");
        text.AppendLiteral(context.Completion.Name);
        text.AppendLiteral(isEnough ? "" : " plus cancel and live time");
    }

    /// <summary>Cut, not rounded: what is under a limit must not read as the limit. Whole, because stores keep each reason once for all requests that have it.</summary>
    private static void AddPercent(ref DefaultInterpolatedStringHandler text, double share)
    {
        text.AppendFormatted((long)Math.Min((share * 100) + 1e-9, 1e9));
        text.AppendLiteral("%");
    }

    /// <summary>How many were seen, cut to two digits, for the same reason.</summary>
    private static void AddCount(ref DefaultInterpolatedStringHandler text, double seen)
    {
        var (count, scale) = ((long)seen, 1L);
        while (count / scale >= 100)
        {
            scale *= 10;
        }

        text.AppendLiteral(count == 0 ? "prior" : "");
        if (count > 0)
        {
            text.AppendFormatted(count / scale * scale);
            text.AppendLiteral(" seen");
        }

        text.AppendLiteral(")");
    }

    private static void AddSpan(ref DefaultInterpolatedStringHandler text, TimeSpan span)
    {
        if (span < TimeSpan.Zero)
        {
            text.AppendLiteral("no time");
            return;
        }

        var isLong = span.TotalHours >= 1;
        var (large, small) = isLong ? ((long)span.TotalHours, span.Minutes) : (span.Minutes, span.Seconds);
        text.AppendFormatted(large);
        text.AppendLiteral(isLong ? "h" : "m");
        text.AppendLiteral(small < 10 ? "0" : "");
        text.AppendFormatted(small);
        text.AppendLiteral(isLong ? "m" : "s");
    }
}
