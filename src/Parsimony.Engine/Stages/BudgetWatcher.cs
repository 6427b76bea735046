namespace Parsimony.Engine;

/// <summary>Tells when budgets reach 50, 80 and 100 percent, and books live calls whose process died while they were reserved.</summary>
public sealed partial class BudgetWatcher(StageContext context) : IStage
{
    private const int Page = 100;

    /// <inheritdoc/>
    public string Name => "budget watcher";

    /// <inheritdoc/>
    public async Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var expired = await context.Store.Budgets.ReadExpiredAsync(Page, now, cancellationToken).ConfigureAwait(false);
        if (expired.Count > 0)
        {
            await context.Store.Settlements.BookLiveAsync([.. expired.Select(reservation => Lost(reservation, now))], now, cancellationToken).ConfigureAwait(false);
        }

        var warnings = await context.Store.Budgets.TakeWarningsAsync(Page, cancellationToken).ConfigureAwait(false);
        foreach (var use in warnings)
        {
            ParsimonyTelemetry.Warn(use);
            LogReached(context.Logger, BudgetRefusal.NameOf(use), use.WarnedPercent, use.Budget.LimitUsd, use.SpentUsd + use.UnknownBoundUsd, use.ReservedUsd);
        }

        return expired.Count + warnings.Count;
    }

    /// <summary>A call nobody heard of again: it may have been billed, for its bound at most.</summary>
    private static MeteredCall Lost(BudgetReservation reservation, DateTimeOffset now)
    {
        var request = new StoredRequest
        {
            Sequence = 0,
            Id = reservation.Id,
            Scope = reservation.Scope,
            Profile = reservation.Profile,
            State = RequestState.Failed,
            Route = Route.Live,
            Reason = "live: made by the application, its process did not say how it ended",
            Attempt = 1,
            Sends = 1,
            Uncertain = 1,
            AcceptedAt = reservation.AcceptedAt,
            FinishedAt = now,
            FailureCode = "send.uncertain",
            BoundUsd = reservation.BoundUsd,
        };
        return new MeteredCall(request, Bookkeeper.BookUnknown(request, 1, LedgerKind.Live, now, "the call's reservation ran out")) { IsReserved = true };
    }
}
