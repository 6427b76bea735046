namespace Parsimony.Engine;

/// <summary>Sums of the ledger by minute and hour.</summary>
internal static class RollupNoun
{
    internal static MovedNoun Noun { get; } = new(
        "rollups",
        MovedNoun.Integer("period"), MovedNoun.Time("start"), MovedNoun.Integer("profile"), MovedNoun.Integer("route"),
        MovedNoun.Integer("entries"), MovedNoun.Integer("cache_hits"), MovedNoun.Integer("unknown"), MovedNoun.Integer("uncached_input"),
        MovedNoun.Integer("cache_read"), MovedNoun.Integer("cache_write_short"), MovedNoun.Integer("cache_write_long"),
        MovedNoun.Integer("output"), MovedNoun.Integer("reasoning"), MovedNoun.Integer("images"), MovedNoun.Money("cost_usd"),
        MovedNoun.Money("baseline_usd"), MovedNoun.Money("saved_by_batch"), MovedNoun.Money("saved_by_cache"),
        MovedNoun.Money("saved_by_tier"), MovedNoun.Money("saved_by_reuse"), MovedNoun.Money("saved_by_routing"),
        MovedNoun.Money("upper_bound_usd"));
}
