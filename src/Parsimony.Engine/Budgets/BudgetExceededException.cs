namespace Parsimony.Engine;

/// <summary>A hard budget has no room for a call; nothing of it was accepted and nothing was spent.</summary>
public sealed class BudgetExceededException(BudgetRefusal refusal) : Exception(refusal.Describe())
{
    /// <summary>Which budget, and how much of it is used.</summary>
    public BudgetRefusal Refusal { get; } = refusal;
}
