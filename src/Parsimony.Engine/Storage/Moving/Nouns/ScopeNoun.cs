namespace Parsimony.Engine;

/// <summary>Runs and other scopes with their totals. Without open work, they count what ended.</summary>
internal static class ScopeNoun
{
    internal static MovedNoun Noun { get; } = new(
        "scopes",
        MovedNoun.Integer("id"), MovedNoun.Text("name"), MovedNoun.Text("description"), MovedNoun.Time("started_at"),
        MovedNoun.Integer("total"), MovedNoun.Integer("answered"), MovedNoun.Integer("failed"), MovedNoun.Integer("expired"),
        MovedNoun.Integer("cancelled"), MovedNoun.Integer("held"), MovedNoun.Money("spent_usd"), MovedNoun.Money("unknown_bound_usd"),
        MovedNoun.Money("reserved_usd"), MovedNoun.Money("max_cost_usd"))
    {
        Left = ["first_entry", "last_entry"],
        HasOpenWork = true,
    };
}
