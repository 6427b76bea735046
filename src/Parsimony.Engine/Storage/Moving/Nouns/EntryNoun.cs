namespace Parsimony.Engine;

/// <summary>The ledger.</summary>
internal static class EntryNoun
{
    internal static MovedNoun Noun { get; } = new(
        "ledger",
        MovedNoun.Integer("number"), MovedNoun.Integer("request"), MovedNoun.Integer("attempt"), MovedNoun.Integer("kind"),
        MovedNoun.Integer("revision"), MovedNoun.Integer("scope"), MovedNoun.Integer("profile"), MovedNoun.Time("at"),
        MovedNoun.Integer("route"), MovedNoun.Integer("uncached_input"), MovedNoun.Integer("cache_read"),
        MovedNoun.Integer("cache_write_short"), MovedNoun.Integer("cache_write_long"), MovedNoun.Integer("output"),
        MovedNoun.Integer("reasoning"), MovedNoun.Integer("images"), MovedNoun.Money("cost_usd"), MovedNoun.Money("upper_bound_usd"),
        MovedNoun.Money("baseline_usd"), MovedNoun.Money("saved_by_batch"), MovedNoun.Money("saved_by_cache"),
        MovedNoun.Money("saved_by_tier"), MovedNoun.Money("saved_by_reuse"), MovedNoun.Money("saved_by_routing"),
        MovedNoun.Integer("price_source"), MovedNoun.Text("provider_reference"), MovedNoun.Money("reported_usd"))
    {
        Left = ["request_id"],
        HasOpenWork = true,
    };
}
