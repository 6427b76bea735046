namespace Parsimony.Engine;

/// <summary>What a budget is about.</summary>
public enum BudgetDimension
{
    /// <summary>Everything.</summary>
    All,

    /// <summary>A tenant.</summary>
    Tenant,

    /// <summary>One of a tenant's keys, by its label.</summary>
    Key,

    /// <summary>An agent.</summary>
    Agent,

    /// <summary>A session.</summary>
    Session,

    /// <summary>A tag, written <c>name=value</c>.</summary>
    Tag,
}

/// <summary>The time a budget is for. Days and months begin at midnight UTC.</summary>
public enum BudgetPeriod
{
    /// <summary>Each day.</summary>
    Day,

    /// <summary>Each calendar month.</summary>
    Month,

    /// <summary>For ever.</summary>
    Total,
}

/// <summary>What somebody may spend in a period; (dimension, value, period) is unique.</summary>
public sealed record Budget
{
    /// <summary>The value that stands for every value, each with an amount of its own.</summary>
    public const string Each = "*";

    /// <summary>Its number, given by the store.</summary>
    public long Number { get; init; }

    /// <summary>What it is about.</summary>
    public required BudgetDimension Dimension { get; init; }

    /// <summary>
    /// Whose it is; empty for <see cref="BudgetDimension.All"/>. <c>*</c> gives each value an amount of its own, and <c>name=*</c> each value of a tag.
    /// Requests without a value are in none of those.
    /// </summary>
    public string Value { get; init; } = "";

    /// <summary>The time it is for.</summary>
    public required BudgetPeriod Period { get; init; }

    /// <summary>Most that may be spent, USD.</summary>
    public required decimal LimitUsd { get; init; }

    /// <summary>Whether what does not fit is refused; otherwise it is only warned of.</summary>
    public bool IsHard { get; init; } = true;

    /// <summary>Whether models without a known price pass a hard budget, counted as nothing until their price is known.</summary>
    public bool AllowUnpriced { get; init; }

    /// <summary>The start of the first period that is counted; given by the store.</summary>
    public DateTimeOffset CountsFrom { get; init; }

    /// <summary>Every fault at once; empty when it can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (Dimension == BudgetDimension.All && Value.Length > 0)
        {
            faults.Add("A budget for everything has no value; name a tenant, key, agent, session or tag, or leave the value out.");
        }

        if (Dimension != BudgetDimension.All && string.IsNullOrWhiteSpace(Value))
        {
            faults.Add($"The {Dimension.ToString().ToLowerInvariant()} is empty; name one, or write {Each} for each of them apart.");
        }

        if (Dimension == BudgetDimension.Tag && Value != Each && (Value.IndexOf('=', StringComparison.Ordinal) < 1 || Value.Contains(',', StringComparison.Ordinal)))
        {
            faults.Add($"'{Value}' is not a tag; write name=value, name=* for each value apart, or *.");
        }

        if (LimitUsd < 0)
        {
            faults.Add($"The limit is {LimitUsd} USD; set it to 0 or more.");
        }

        return faults;
    }
}

/// <summary>How much of a budget is used by one value in one period.</summary>
public sealed record BudgetUse
{
    /// <summary>The budget.</summary>
    public required Budget Budget { get; init; }

    /// <summary>Whose use it is: the budget's value, or one of the values it stands for.</summary>
    public required string Value { get; init; }

    /// <summary>Start of the period; 1970 for a total.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Known cost of what was accepted in the period, USD.</summary>
    public decimal SpentUsd { get; init; }

    /// <summary>Upper bounds of attempts whose cost is not known, USD.</summary>
    public decimal UnknownBoundUsd { get; init; }

    /// <summary>Upper bounds of what is under way, USD: requests that have not ended, and live calls.</summary>
    public decimal ReservedUsd { get; init; }

    /// <summary>The highest of 50, 80 and 100 percent that was told; 0 for none.</summary>
    public int WarnedPercent { get; init; }

    /// <summary>All that counts against the limit, USD.</summary>
    public decimal CommittedUsd => SpentUsd + UnknownBoundUsd + ReservedUsd;

    /// <summary>When the next period begins; null for a total.</summary>
    public DateTimeOffset? ResetsAt => Budget.Period switch
    {
        BudgetPeriod.Day => Start.AddDays(1),
        BudgetPeriod.Month => Start.AddMonths(1),
        _ => null,
    };
}
