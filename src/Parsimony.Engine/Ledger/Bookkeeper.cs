namespace Parsimony.Engine;

/// <summary>Turns what an attempt reported into a ledger entry: usage times dated prices, or an honest "unknown" with its bound. Pure.</summary>
public sealed class Bookkeeper(PriceList prices)
{
    /// <summary>An entry for an answer that reached us.</summary>
    /// <param name="request">The request.</param>
    /// <param name="attempt">The attempt that was answered.</param>
    /// <param name="kind">What kind of purchase it was.</param>
    /// <param name="answer">The answer, with its usage.</param>
    /// <param name="at">The instant whose prices count.</param>
    public LedgerEntry BookAnswer(StoredRequest request, int attempt, LedgerKind kind, Answer answer, DateTimeOffset at)
    {
        // What the provider says it was served by is what it bills.
        var route = kind == LedgerKind.Batch ? Route.Batch : answer.Route ?? Route.Live;
        if (answer.Usage is not { } usage)
        {
            return BookUnknown(request, attempt, kind, at, "no readable usage in the answer", answer.ProviderReference);
        }

        var split = Split(request.Profile.Model, answer.Model, usage, route, at);
        if (split is { Actual.IsKnown: false } && answer.ReportedUsd is { } told)
        {
            split = Told(split, told, request.Profile.Model.Provider, route);
        }

        return new LedgerEntry
        {
            Sequence = request.Sequence,
            Attempt = attempt,
            Kind = kind,
            At = at,
            Route = route,
            Usage = usage,
            CostUsd = split.Actual.Usd,
            UpperBoundUsd = split.Actual.IsKnown ? null : request.BoundUsd,
            BaselineUsd = split.Baseline.Usd,
            SavedByBatchUsd = split.SavedByBatch,
            SavedByCacheUsd = split.SavedByCache,
            SavedByTierUsd = split.SavedByTier,
            SavedByReuseUsd = split.SavedByReuse,
            SavedByRoutingUsd = split.SavedByRouting,
            PriceSource = split.Actual.Source,
            ProviderReference = answer.ProviderReference,
            ReportedUsd = answer.ReportedUsd,
        };
    }

    /// <summary>An entry for an attempt that may have been billed although its answer never reached us.</summary>
    public static LedgerEntry BookUnknown(StoredRequest request, int attempt, LedgerKind kind, DateTimeOffset at, string why, string? reference = null) => new()
    {
        Sequence = request.Sequence,
        Attempt = attempt,
        Kind = kind,
        At = at,
        Route = kind == LedgerKind.Batch ? Route.Batch : Route.Live,
        UpperBoundUsd = request.BoundUsd,
        PriceSource = why,
        ProviderReference = reference,
    };

    /// <summary>An entry for an attempt that is known, late, not to have been billed.</summary>
    public static LedgerEntry BookFree(StoredRequest request, int attempt, LedgerKind kind, DateTimeOffset at) => new()
    {
        Sequence = request.Sequence,
        Attempt = attempt,
        Kind = kind,
        At = at,
        Route = kind == LedgerKind.Batch ? Route.Batch : Route.Live,
        CostUsd = 0m,
        BaselineUsd = 0m,
        PriceSource = "not billed",
    };

    /// <summary>The correction of an entry whose price was unknown when it was booked; null while it still is.</summary>
    public LedgerEntry? Correct(LedgerRow row, DateTimeOffset now)
    {
        if (row.Entry.Usage is not { } usage)
        {
            return null;
        }

        var split = Split(row.Profile.Model, null, usage, row.Entry.Route, row.Entry.At);
        return split.Actual.Usd is { } cost
            ? row.Entry with
            {
                Kind = LedgerKind.Correction,
                Revision = row.Entry.Revision + 1,
                At = now,
                CostUsd = cost,
                UpperBoundUsd = null,
                BaselineUsd = split.Baseline.Usd,
                SavedByBatchUsd = split.SavedByBatch,
                SavedByCacheUsd = split.SavedByCache,
                SavedByTierUsd = split.SavedByTier,
                SavedByReuseUsd = split.SavedByReuse,
                SavedByRoutingUsd = split.SavedByRouting,
                PriceSource = split.Actual.Source,
            }
            : null;
    }

    // Without a price of ours nobody knows what made the difference: a batch's discount is the cause there is.
    private static CostSplit Told(CostSplit split, decimal usd, ProviderId provider, Route route)
    {
        var saved = split.Baseline.Usd - usd ?? 0m;
        return split with
        {
            Actual = Cost.Known(usd, $"{LedgerEntry.ToldBy}{provider} in the answer"),
            SavedByBatch = route == Route.Batch ? saved : 0m,
            SavedByCache = route == Route.Batch ? 0m : saved,
        };
    }

    private CostSplit Split(ModelId asked, string? answered, TokenUsage usage, Route route, DateTimeOffset at)
    {
        var tier = route.Tier();
        var split = prices.Split(asked, usage, tier, at);
        return split.Actual.IsKnown || answered is null ? split : prices.Split(asked with { Name = answered }, usage, tier, at);
    }
}
