namespace Parsimony.Engine;

/// <summary>The budgets of a store as of a version, and which of them a request counts in. Never changed.</summary>
internal sealed class BudgetBook(long version, IReadOnlyList<Budget> budgets)
{
    private readonly Dictionary<long, Budget> _byNumber = budgets.ToDictionary(budget => budget.Number);

    /// <summary>No budgets, of a version no store has.</summary>
    internal static BudgetBook Unread { get; } = new(-1, []);

    internal long Version => version;

    internal IReadOnlyList<Budget> Budgets => budgets;

    internal bool IsEmpty => budgets.Count == 0;

    internal Budget? Find(long number) => _byNumber.GetValueOrDefault(number);

    /// <summary>The rows of use a request of this profile counts in, given when it was accepted.</summary>
    internal IEnumerable<(Budget Budget, BudgetKey Key)> KeysOf(RequestProfile profile, DateTimeOffset acceptedAt)
    {
        foreach (var budget in budgets)
        {
            var start = BudgetKey.StartOf(budget.Period, acceptedAt);
            if (start >= budget.CountsFrom)
            {
                foreach (var value in Values(budget, profile))
                {
                    yield return (budget, new BudgetKey(budget.Number, value, start));
                }
            }
        }
    }

    /// <summary>A row of use as callers see it.</summary>
    internal static BudgetUse UseOf(Budget budget, BudgetKey key, BudgetAmounts amounts, int warned = 0) => new()
    {
        Budget = budget,
        Value = key.Value,
        Start = key.Start,
        SpentUsd = amounts.Spent,
        UnknownBoundUsd = amounts.UnknownBound,
        ReservedUsd = amounts.Reserved,
        WarnedPercent = warned,
    };

    /// <summary>Rows of use as callers see them, by key; those of a budget that is gone are left out.</summary>
    internal List<BudgetUse> UsesOf(IEnumerable<(BudgetKey Key, BudgetAmounts Amounts, int Warned)> rows)
    {
        var uses = new List<BudgetUse>();
        foreach (var (key, amounts, warned) in rows.OrderBy(row => row.Key))
        {
            if (Find(key.Budget) is { } budget)
            {
                uses.Add(UseOf(budget, key, amounts, warned));
            }
        }

        return uses;
    }

    /// <summary>The uses of current periods from the rows that are there; a budget for one value that nobody has used yet is unused.</summary>
    internal List<BudgetUse> CurrentUses(IEnumerable<(BudgetKey Key, BudgetAmounts Amounts, int Warned)> rows, DateTimeOffset now)
    {
        var stored = rows.ToLookup(row => row.Key.Budget);
        var uses = new List<BudgetUse>();
        foreach (var budget in budgets.OrderBy(budget => budget.Number))
        {
            var start = BudgetKey.StartOf(budget.Period, now);
            var current = stored[budget.Number].Where(row => row.Key.Start == start).OrderBy(row => row.Key).ToList();
            if (current.Count == 0 && !IsPattern(budget))
            {
                current.Add((new BudgetKey(budget.Number, budget.Value, start), default, 0));
            }

            uses.AddRange(current.Select(row => UseOf(budget, row.Key, row.Amounts, row.Warned)));
        }

        return uses;
    }

    private static bool IsPattern(Budget budget) =>
        budget.Value == Budget.Each || (budget.Dimension == BudgetDimension.Tag && budget.Value.EndsWith("=*", StringComparison.Ordinal));

    private static IEnumerable<string> Values(Budget budget, RequestProfile profile) => budget.Dimension switch
    {
        BudgetDimension.Tenant => One(budget, profile.Tenant),
        BudgetDimension.Key => One(budget, profile.Key),
        BudgetDimension.Agent => One(budget, profile.Agent),
        BudgetDimension.Session => One(budget, profile.Session),
        BudgetDimension.Tag => Tags(budget, profile.Tags),
        _ => [""],
    };

    private static IEnumerable<string> One(Budget budget, string value) =>
        value.Length > 0 && (budget.Value == Budget.Each || budget.Value == value) ? [value] : [];

    private static IEnumerable<string> Tags(Budget budget, string tags)
    {
        if (tags.Length == 0)
        {
            return [];
        }

        var wanted = budget.Value;
        var prefix = wanted.EndsWith("=*", StringComparison.Ordinal) ? wanted[..^1] : null;
        return tags.Split(',').Distinct(StringComparer.Ordinal)
            .Where(tag => tag == wanted || wanted == Budget.Each || (prefix is not null && tag.StartsWith(prefix, StringComparison.Ordinal)));
    }
}
