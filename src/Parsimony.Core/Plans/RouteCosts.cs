namespace Parsimony;

/// <summary>What a request is expected to cost by each route; null where a price is unknown.</summary>
/// <param name="PlainUsd">The live call, no cache.</param>
/// <param name="LiveUsd">The live call, with the cache where that is cheaper.</param>
/// <param name="BatchUsd">The batch, if it is done in time, with the cache where that is cheaper.</param>
/// <param name="FlexUsd">The slower live tier, if it has room, with the cache where that is cheaper.</param>
internal readonly record struct RouteCosts(decimal? PlainUsd, decimal? LiveUsd, decimal? BatchUsd, decimal? FlexUsd)
{
    // What is assumed where neither the request nor anything learnt says how long the answer is.
    private const long AssumedOutput = 250;

    /// <summary>Whether both routes have a price.</summary>
    public bool AreKnown => PlainUsd is > 0 && BatchUsd is not null;

    public static RouteCosts Of(PlanRequest request, PlanContext context)
    {
        if (request.Tokens is not { } tokens)
        {
            return default;
        }

        var output = request.ExpectedOutput ?? (request.Envelope.Kind == EndpointKind.Embeddings
            ? 0
            : Math.Min(tokens.MaxOutput ?? long.MaxValue, AssumedOutput * Math.Max(tokens.Choices, 1)));
        var (plain, live) = Price(PriceTier.Live, context.Cache?.LiveFactor(tokens.MeanInput) ?? 1);
        var (_, batch) = context.Batch is null ? default : Price(PriceTier.Batch, context.Cache?.BatchFactor(tokens.MeanInput) ?? 1);
        var (_, flex) = context.FlexTime is null ? default : Price(PriceTier.Flex, context.Cache?.LiveFactor(tokens.MeanInput) ?? 1);
        return new RouteCosts(plain, live, batch, flex);

        (decimal? Plain, decimal? Cached) Price(PriceTier tier, double factor)
        {
            var model = request.Envelope.Model;
            var all = context.Prices.Price(model, new TokenUsage { UncachedInput = tokens.MeanInput, Output = output }, tier, context.Now).Usd;
            return factor < 1 && context.Prices.Price(model, new TokenUsage { UncachedInput = tokens.MeanInput }, tier, context.Now).Usd is { } input
                ? (all, all - (input * (1 - (decimal)factor)))
                : (all, all);
        }
    }

    /// <summary>What a batch comes to when it is done in time with a chance, and else bought again live; null when that is unknown.</summary>
    /// <param name="chance">The chance to be done in time.</param>
    /// <param name="lost">The share of the batch's price that is paid for what is cancelled.</param>
    public decimal? OfBatch(double chance, double lost) =>
        AreKnown ? ((decimal)chance * BatchUsd) + ((1 - (decimal)chance) * (PlainUsd + ((decimal)lost * BatchUsd))) : null;
}
