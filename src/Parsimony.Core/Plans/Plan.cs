namespace Parsimony;

/// <summary>How a request is carried out.</summary>
public enum Route
{
    /// <summary>The plain live call, as soon as possible.</summary>
    Live,

    /// <summary>The provider's batch API.</summary>
    Batch,

    /// <summary>A live call in the provider's slower tier, at a lower price; where it has no room the plain live call follows.</summary>
    Flex,
}

/// <summary>What a route is paid by.</summary>
public static class RoutePrices
{
    /// <summary>The price column of a route.</summary>
    public static PriceTier Tier(this Route route) => route switch
    {
        Route.Batch => PriceTier.Batch,
        Route.Flex => PriceTier.Flex,
        _ => PriceTier.Live,
    };
}

/// <summary>A decision and why it was taken.</summary>
/// <param name="Route">The way.</param>
/// <param name="Reason">A stable short phrase, for example <c>batch: 24h window fits the deadline</c>.</param>
/// <param name="EscalateAt">For a batch: when an unanswered item is taken out and sent live; null for never.</param>
/// <param name="ExpectedUsd">Expected cost where it can be estimated; null when it cannot.</param>
public sealed record Plan(Route Route, string Reason, DateTimeOffset? EscalateAt = null, decimal? ExpectedUsd = null)
{
    /// <summary>What obeying a preference is expected to cost over what the planner would have chosen, USD; zero without one, null when a price is unknown.</summary>
    public decimal? RegretUsd { get; init; } = 0;

    /// <summary>For a batch: the chance that it is done before the item has to leave, 0-1; null when nothing is learnt.</summary>
    public double? Chance { get; init; }
}
