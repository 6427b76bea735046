namespace Parsimony.Engine;

/// <summary>What was spent and reserved of budgets. Without open work, nothing is reserved.</summary>
internal static class BudgetUseNoun
{
    internal static MovedNoun Noun { get; } = new(
        "budget_uses",
        MovedNoun.Integer("budget"), MovedNoun.Text("value"), MovedNoun.Time("start"), MovedNoun.Money("spent_usd"),
        MovedNoun.Money("unknown_bound_usd"), MovedNoun.Money("reserved_usd"), MovedNoun.Integer("reached"),
        MovedNoun.Integer("warned"))
    {
        HasOpenWork = true,
    };
}
