using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Writes scopes' totals.</summary>
internal static class ScopeRows
{
    /// <summary>Adds what a transaction changed.</summary>
    internal static void Add(Connection connection, ScopeDeltas deltas)
    {
        foreach (var (scope, delta) in deltas.Take())
        {
            // Money is text here: it is added in memory.
            decimal spent, unknown, reserved;
            using (var row = connection.Use("ReadScopeMoney").With(scope))
            {
                _ = row.Step();
                (spent, unknown, reserved) = (row.Money(), row.Money(), row.Money());
            }

            connection.Use("AddToScope")
                .With(delta.Total).With(delta.Answered).With(delta.Failed).With(delta.Expired).With(delta.Cancelled).With(delta.Held)
                .With(spent + delta.Spent).With(unknown + delta.UnknownBound).With(reserved + delta.Reserved)
                .With(delta.FirstEntry == 0 ? null : delta.FirstEntry).With(delta.LastEntry == 0 ? null : delta.LastEntry)
                .With(scope).Run();
        }
    }
}
