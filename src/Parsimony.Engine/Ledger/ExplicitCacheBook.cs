namespace Parsimony.Engine;

/// <summary>Books what explicit caches cost, each as a request of its own in the scope <see cref="Scope"/>: as unknown with its bound before it is bought, and corrected after.</summary>
/// <param name="store">The store.</param>
/// <param name="prices">The prices.</param>
/// <param name="clock">The clock.</param>
/// <param name="ids">Ids of the rows.</param>
internal sealed class ExplicitCacheBook(IEngineStore store, PriceList prices, TimeProvider clock, IdSource ids)
{
    /// <summary>The ledger scope of explicit caches: more than one run may read a cache.</summary>
    public const string Scope = "explicit-caches";

    // Tokens are estimates until the provider has counted them.
    private const decimal Excess = 1.5m;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Buys what the ledger will say: the intent is stored first.</summary>
    /// <param name="payer">Of the call that needs it: its tenant and dimensions pay.</param>
    /// <param name="sent">Likely tokens that are sent and billed as input; 0 where a cache is only kept on.</param>
    /// <param name="kept">Likely tokens that are kept.</param>
    /// <param name="time">For how long.</param>
    /// <param name="buy">Buys it under an id, and gives the tokens as the provider counted them, null where it does not say, and the time they are kept for.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>False where a hard budget has no room for it; nothing was bought then.</returns>
    /// <exception cref="ProviderException">It could not be bought; where nobody knows, the entry stays unknown.</exception>
    public async Task<bool> BuyAsync(RequestProfile payer, long sent, long kept, TimeSpan time, Func<RequestId, Task<(long? Tokens, TimeSpan Time)>> buy, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        var id = new RequestId(ids.Next());
        var row = new StoredRequest
        {
            Sequence = 0,
            Id = id,
            Scope = Scope,
            Profile = payer,
            State = RequestState.Answered,
            Route = Route.Live,
            Reason = sent > 0 ? "explicit cache: made" : "explicit cache: kept on",
            Attempt = 1,
            Sends = 1,
            Uncertain = 0,
            AcceptedAt = at,
            FinishedAt = at,
            BoundUsd = Price(payer.Model, sent, kept, time, at) * Excess,
        };
        var reservation = new BudgetReservation { Id = id, Scope = Scope, Profile = row.Profile, BoundUsd = row.BoundUsd, AcceptedAt = at, KeptFor = Longest };
        if ((await store.Budgets.ReserveAsync(reservation, at, cancellationToken).ConfigureAwait(false)).Refusal is not null)
        {
            return false;
        }

        await BookAsync(Bookkeeper.BookUnknown(row, 1, LedgerKind.ExplicitCache, at, "an explicit cache whose reply did not arrive")).ConfigureAwait(false);
        try
        {
            if (await buy(id).ConfigureAwait(false) is ({ } counted, var granted))
            {
                await BookAsync(Entry(row, sent > 0 ? counted : 0, counted, granted, at)).ConfigureAwait(false);
            }
        }
        catch (ProviderException exception) when (IsRefusal(exception.Failure))
        {
            await BookAsync(Bookkeeper.BookFree(row, 1, LedgerKind.ExplicitCache, clock.GetUtcNow())).ConfigureAwait(false);
            throw;
        }

        return true;

        Task BookAsync(LedgerEntry entry) => store.Settlements.BookLiveAsync([new MeteredCall(row, entry) { IsReserved = true }], clock.GetUtcNow(), CancellationToken.None);
    }

    /// <summary>Whether a failure says that nothing was bought.</summary>
    internal static bool IsRefusal(ProviderFailure failure) => failure is { Stage: FailureStage.Render } or { Status: >= 400 and < 500 and not 408 and not 409 };

    private LedgerEntry Entry(StoredRequest row, long sent, long kept, TimeSpan time, DateTimeOffset at)
    {
        var cost = Price(row.Profile.Model, sent, kept, time, at);
        return new LedgerEntry
        {
            Sequence = 0,
            Attempt = 1,
            Kind = LedgerKind.ExplicitCache,
            At = clock.GetUtcNow(),
            Route = Route.Live,
            Usage = new TokenUsage { UncachedInput = sent },
            CostUsd = cost,
            UpperBoundUsd = cost is null ? row.BoundUsd : null,
            // Nobody asked for it: without the cache it would not have been bought.
            BaselineUsd = 0m,
            SavedByCacheUsd = -(cost ?? 0m),
            PriceSource = prices.PriceStorage(row.Profile.Model, kept, time, at).Source,
        };
    }

    private decimal? Price(ModelId model, long sent, long kept, TimeSpan time, DateTimeOffset at) =>
        prices.Price(model, new TokenUsage { UncachedInput = sent }, PriceTier.Live, at).Usd + prices.PriceStorage(model, kept, time, at).Usd;
}
