namespace Parsimony.Engine;

/// <summary>
/// Budgets and what is used of them. What the engine's requests reserve and spend is counted by the verbs that accept and settle them, in the same
/// transactions; here budgets are set and read, and live calls made outside the engine are reserved.
/// </summary>
public interface IBudgetStore
{
    /// <summary>
    /// Sets a budget; one of the same dimension, value and period is changed. A new one begins with what the ledger and what is under way say of its
    /// current period, and counts on every node from the moment this returns.
    /// </summary>
    /// <returns>The budget with its number.</returns>
    /// <exception cref="ArgumentException">The budget cannot be used; the message lists every fault.</exception>
    Task<Budget> SetAsync(Budget budget, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Removes a budget and what was counted for it. False when there is none.</summary>
    Task<bool> RemoveAsync(BudgetDimension dimension, string value, BudgetPeriod period, CancellationToken cancellationToken = default);

    /// <summary>How much is used in the current periods: every budget for one value, and of the others each value that was seen; by budget and value.</summary>
    Task<IReadOnlyList<BudgetUse>> ReadUsesAsync(DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>The same for all periods that are counted, from the ledger, open requests and reservations: reads all of them.</summary>
    Task<IReadOnlyList<BudgetUse>> RecountAsync(DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Holds what a live call may cost in every budget that is about it. A refusal by a hard one is a result, and then nothing is held.</summary>
    Task<ReservationResult> ReserveAsync(BudgetReservation reservation, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Gives a reservation back: its call is known not to have been accepted. False when it is gone. Booking the call ends it, too (see <see cref="ISettlementStore.BookLiveAsync"/>).</summary>
    Task<bool> ReleaseAsync(RequestId id, CancellationToken cancellationToken = default);

    /// <summary>Reservations kept for longer than their call may take, oldest first: to be booked with unknown cost.</summary>
    Task<IReadOnlyList<BudgetReservation>> ReadExpiredAsync(int max, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Uses that reached 50, 80 or 100 percent of their limit since it was last told. Each is given to one caller, once.</summary>
    Task<IReadOnlyList<BudgetUse>> TakeWarningsAsync(int max, CancellationToken cancellationToken = default);

    /// <summary>Removes what was counted in periods that ended before a time and in which nothing is under way.</summary>
    /// <returns>How many values of periods, at most <paramref name="max"/>.</returns>
    Task<int> PruneAsync(DateTimeOffset before, int max, CancellationToken cancellationToken = default);
}
