using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Reads and writes budgets and what is used of them.</summary>
internal static class BudgetRows
{
    internal static List<Budget> List(Connection connection)
    {
        using var row = connection.Use("ListBudgets");
        var budgets = new List<Budget>();
        while (row.Step())
        {
            budgets.Add(BudgetColumns.Read(row));
        }

        return budgets;
    }

    /// <summary>What rows of use hold, ready to let calls in.</summary>
    internal static BudgetGate Gate(Connection connection, BudgetBook book, IEnumerable<BudgetKey> keys)
    {
        var gate = new BudgetGate(book);
        foreach (var key in keys.Distinct())
        {
            gate.Note(key, Read(connection, key).Amounts);
        }

        return gate;
    }

    /// <summary>Adds what a transaction changed, each row once.</summary>
    internal static void Add(Connection connection, Dictionaries dictionaries, BudgetDeltas deltas)
    {
        if (!deltas.IsEmpty)
        {
            Add(connection, deltas.Take(number => dictionaries.Profile(connection, number)));
        }
    }

    internal static void Add(Connection connection, List<(Budget Budget, BudgetKey Key, BudgetAmounts Amounts)> changes)
    {
        foreach (var (budget, key, change) in changes)
        {
            var (stored, reached) = Read(connection, key);
            var amounts = stored + change;
            connection.Use("WriteBudgetUse").With(key.Budget).With(key.Value).With(key.Start)
                .With(amounts.Spent).With(amounts.UnknownBound).With(amounts.Reserved).With(Math.Max(reached, amounts.Reached(budget.LimitUsd))).Run();
        }
    }

    /// <summary>All rows of use that a statement gives.</summary>
    internal static List<(BudgetKey Key, BudgetAmounts Amounts, int Warned)> ReadAll(Statement row)
    {
        var rows = new List<(BudgetKey, BudgetAmounts, int)>();
        using (row)
        {
            while (row.Step())
            {
                rows.Add((new BudgetKey(row.Int64(), row.Text(), row.Time()), new BudgetAmounts(row.Money(), row.Money(), row.Money()), row.Int32()));
            }
        }

        return rows;
    }

    private static (BudgetAmounts Amounts, int Reached) Read(Connection connection, BudgetKey key)
    {
        using var row = connection.Use("ReadBudgetUse").With(key.Budget).With(key.Value).With(key.Start);
        return row.Step() ? (new BudgetAmounts(row.Money(), row.Money(), row.Money()), row.Int32()) : default;
    }
}
