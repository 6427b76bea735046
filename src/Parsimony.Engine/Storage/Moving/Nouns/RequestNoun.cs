namespace Parsimony.Engine;

/// <summary>Requests with their payloads. Their numbers stay: custom ids at providers are made of them.</summary>
internal static class RequestNoun
{
    internal static MovedNoun Noun { get; } = new(
        "requests",
        MovedNoun.Integer("seq"), MovedNoun.Uuid("id"), MovedNoun.Uuid("identity"), MovedNoun.Bytes("fingerprint"),
        MovedNoun.Integer("scope"), MovedNoun.Integer("profile"), MovedNoun.Integer("state"), MovedNoun.Flag("is_held"),
        MovedNoun.Flag("cancel_requested"), MovedNoun.Integer("route"), MovedNoun.Integer("reason"), MovedNoun.Integer("attempt"),
        MovedNoun.Integer("sends"), MovedNoun.Integer("uncertain"), MovedNoun.Integer("batch"), MovedNoun.Time("accepted_at"),
        MovedNoun.Time("deadline"), MovedNoun.Time("escalate_at"), MovedNoun.Time("finished_at"), MovedNoun.Time("not_before"),
        MovedNoun.Text("lease_owner"), MovedNoun.Integer("failure_code"), MovedNoun.Integer("finish_reason"),
        MovedNoun.Money("bound_usd"), MovedNoun.Integer("prefix_key"), MovedNoun.Integer("line_bytes"), MovedNoun.Integer("token_bound"),
        MovedNoun.Flag("is_erased"), MovedNoun.Payload("body"), MovedNoun.Payload("answer"))
    {
        Left = ["listed_state", "body_page", "body_slot", "answer_page", "answer_slot", "lease_until"],
        HasOpenWork = true,
    };
}
