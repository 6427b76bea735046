namespace Parsimony.Engine;

/// <summary>The columns of a scope's totals.</summary>
internal static class TotalsColumns
{
    internal static ScopeTotals Read(IStoredRow row) => new()
    {
        Scope = row.Text(),
        Total = row.Int64(),
        Answered = row.Int64(),
        Failed = row.Int64(),
        Expired = row.Int64(),
        Cancelled = row.Int64(),
        Held = row.Int64(),
        SpentUsd = row.Money(),
        UnknownBoundUsd = row.Money(),
        ReservedUsd = row.Money(),
        MaxCostUsd = row.MoneyOrNull(),
    };
}
