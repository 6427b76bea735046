namespace Parsimony.Engine;

/// <summary>What one row of use counts: a budget, one of its values, one period.</summary>
internal readonly record struct BudgetKey(long Budget, string Value, DateTimeOffset Start) : IComparable<BudgetKey>
{
    /// <summary>The start of the period an instant lies in.</summary>
    internal static DateTimeOffset StartOf(BudgetPeriod period, DateTimeOffset at) => period switch
    {
        BudgetPeriod.Day => new DateTimeOffset(at.UtcDateTime.Date, TimeSpan.Zero),
        BudgetPeriod.Month => new DateTimeOffset(at.UtcDateTime.Year, at.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero),
        _ => DateTimeOffset.UnixEpoch,
    };

    public int CompareTo(BudgetKey other)
    {
        var order = Budget.CompareTo(other.Budget);
        order = order != 0 ? order : string.CompareOrdinal(Value, other.Value);
        return order != 0 ? order : Start.CompareTo(other.Start);
    }

    public static bool operator <(BudgetKey left, BudgetKey right) => left.CompareTo(right) < 0;

    public static bool operator >(BudgetKey left, BudgetKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(BudgetKey left, BudgetKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(BudgetKey left, BudgetKey right) => left.CompareTo(right) >= 0;
}

/// <summary>Sums of one row of use, or a change of them, USD.</summary>
internal readonly record struct BudgetAmounts(decimal Spent, decimal UnknownBound, decimal Reserved)
{
    internal decimal Committed => Spent + UnknownBound + Reserved;

    public static BudgetAmounts operator +(BudgetAmounts left, BudgetAmounts right) =>
        new(left.Spent + right.Spent, left.UnknownBound + right.UnknownBound, left.Reserved + right.Reserved);

    /// <summary>The highest of 50, 80 and 100 percent of a limit that is reached; 0 for none.</summary>
    internal int Reached(decimal limit) =>
        Committed <= 0 ? 0 : Committed >= limit ? 100 : Committed >= limit * 0.8m ? 80 : Committed >= limit * 0.5m ? 50 : 0;
}
