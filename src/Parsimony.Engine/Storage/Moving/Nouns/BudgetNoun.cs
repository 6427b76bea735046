namespace Parsimony.Engine;

/// <summary>What was allowed to be spent.</summary>
internal static class BudgetNoun
{
    internal static MovedNoun Noun { get; } = new(
        "budgets",
        MovedNoun.Integer("id"), MovedNoun.Integer("dimension"), MovedNoun.Text("value"), MovedNoun.Integer("period"),
        MovedNoun.Money("limit_usd"), MovedNoun.Flag("is_hard"), MovedNoun.Flag("allow_unpriced"), MovedNoun.Time("counts_from"));
}
