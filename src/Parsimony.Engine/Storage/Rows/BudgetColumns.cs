namespace Parsimony.Engine;

/// <summary>The columns of a budget.</summary>
internal static class BudgetColumns
{
    internal static Budget Read(IStoredRow row) => new()
    {
        Number = row.Int64(),
        Dimension = (BudgetDimension)row.Small(),
        Value = row.Text(),
        Period = (BudgetPeriod)row.Small(),
        LimitUsd = row.Money(),
        IsHard = row.Bool(),
        AllowUnpriced = row.Bool(),
        CountsFrom = row.Time(),
    };
}
