using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Reservations of live calls, within a transaction that keeps the budgets as they are.</summary>
internal static class BudgetReservations
{
    /// <summary>Notes a reservation, and counts it in rows of use that are locked.</summary>
    internal static async Task AddAsync(Session session, BudgetReservation reservation, long scope, long profile, BudgetBook book)
    {
        var added = await session.Use("AddReservation").With(reservation.Id.Value).With(scope).With(profile).With(reservation.BoundUsd).With(reservation.AcceptedAt)
            .With(reservation.KeptFor).With(session.LeaseNow).RunAsync(session.Cancellation).ConfigureAwait(false);
        if (added > 0)
        {
            var deltas = new BudgetDeltas { Book = book };
            deltas.Reserve(profile, reservation.AcceptedAt, reservation.BoundUsd);
            await BudgetRows.AddAsync(session, deltas).ConfigureAwait(false);
        }
    }

    /// <summary>Ends reservations, and says what they held; not counted yet.</summary>
    internal static async Task<List<ReservedCall>> RemoveAsync(Session session, Guid[] ids) => ids.Length == 0
        ? []
        : await session.Use("RemoveReservations").With(ids, NpgsqlDbType.Uuid)
            .ListAsync(static row => new ReservedCall(row.Int64(), row.MoneyOrNull(), row.Time()), session.Cancellation).ConfigureAwait(false);
}

/// <summary>What a reservation held.</summary>
internal readonly record struct ReservedCall(long Profile, decimal? BoundUsd, DateTimeOffset AcceptedAt);
