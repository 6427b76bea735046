using System.Globalization;

namespace Parsimony;

/// <summary>The provider's slower live tier as a route.</summary>
internal static class FlexibleTier
{
    // How often the tier has room is published by nobody, UNVERIFIED: half of the time is reckoned with, so that a batch that is likely to be done goes before it.
    private const decimal Chance = 0.5m;

    /// <summary>A call in that tier; null where it is not offered, has no price, is not cheaper than the plain call, or the deadline is too near.</summary>
    public static Plan? Of(PlanRequest request, PlanContext context, in RouteCosts costs)
    {
        if (context.FlexTime is not { } time || request.Constraints.NoStore || costs is not { FlexUsd: { } flex, LiveUsd: { } live } || flex >= live
            || (request.Deadline is { } deadline ? deadline - context.Now < time + (context.Forecast?.Live.Value ?? context.Completion.LiveCall) : !request.IsBulk))
        {
            return null;
        }

        return new Plan(Route.Flex, "", ExpectedUsd: (Chance * flex) + ((1 - Chance) * live));
    }

    /// <summary>Where there is no batch: that tier if it may be had and nobody asked for a plain call, else the plain call.</summary>
    public static Plan InPlaceOfBatch(PlanContext context, Plan? flex, string why, decimal? liveUsd) =>
        flex is not null && context.Preference?.Route != Route.Live
            ? flex with { Reason = $"flex: {why}{In(flex, liveUsd)}" }
            : new Plan(Route.Live, $"live: {why}", ExpectedUsd: liveUsd);

    /// <summary>What it is expected to cost, in words.</summary>
    public static string In(Plan flex, decimal? liveUsd) =>
        liveUsd is > 0 and { } live && flex.ExpectedUsd is { } usd ? string.Create(CultureInfo.InvariantCulture, $", flex at {(long)((usd / live * 100) + 0.000000001m)}% of live") : "";
}
