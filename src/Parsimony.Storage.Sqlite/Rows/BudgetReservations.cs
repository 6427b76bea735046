using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Reservations of live calls, within a transaction.</summary>
internal static class BudgetReservations
{
    /// <summary>Ends a reservation and gives back what it held; false when there is none.</summary>
    internal static bool Remove(Connection connection, RequestId id, BudgetDeltas budgets)
    {
        using var row = connection.Use("RemoveReservation").WithId(id);
        if (!row.Step())
        {
            return false;
        }

        var (profile, bound, acceptedAt) = (row.Int64(), row.MoneyOrNull(), row.Time());
        budgets.GiveBack(profile, acceptedAt, bound);
        return true;
    }
}
