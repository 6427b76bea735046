namespace Parsimony.Engine;

/// <summary>Batches. Leases end with the store they were given by; their owners stay, for a row's rules ask for one.</summary>
internal static class BatchNoun
{
    internal static MovedNoun Noun { get; } = new(
        "batches",
        MovedNoun.Integer("id"), MovedNoun.Text("key"), MovedNoun.Text("provider"), MovedNoun.Text("credential"),
        MovedNoun.Integer("kind"), MovedNoun.Text("isolation_group"), MovedNoun.Text("model"), MovedNoun.Integer("state"),
        MovedNoun.Integer("count"), MovedNoun.Integer("bytes"), MovedNoun.Integer("tokens"), MovedNoun.Time("opened_at"),
        MovedNoun.Time("sealed_at"), MovedNoun.Time("create_sent_at"), MovedNoun.Time("submitted_at"), MovedNoun.Time("cancelled_at"),
        MovedNoun.Time("ended_at"), MovedNoun.Text("staged_reference"), MovedNoun.Text("provider_batch_id"),
        MovedNoun.Flag("is_suspected"), MovedNoun.Text("result_references"), MovedNoun.Text("candidates"), MovedNoun.Integer("searches"),
        MovedNoun.Integer("creates"), MovedNoun.Integer("misses"), MovedNoun.Time("not_before"), MovedNoun.Time("escalate_at"),
        MovedNoun.Text("failure_code"), MovedNoun.Text("lease_owner"), MovedNoun.Integer("open_items"), MovedNoun.Integer("marked_items"),
        MovedNoun.Integer("first_seq"), MovedNoun.Integer("last_seq"), MovedNoun.Flag("is_cleaned"), MovedNoun.Time("clean_after"))
    {
        Left = ["lease_until"],
        HasOpenWork = true,
    };
}
