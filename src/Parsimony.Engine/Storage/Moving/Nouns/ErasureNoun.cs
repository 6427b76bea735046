namespace Parsimony.Engine;

/// <summary>Records of erasures.</summary>
internal static class ErasureNoun
{
    internal static MovedNoun Noun { get; } = new(
        "erasures",
        MovedNoun.Integer("id"), MovedNoun.Integer("subject_kind"), MovedNoun.Text("subject"), MovedNoun.Text("requested_by"),
        MovedNoun.Time("requested_at"), MovedNoun.Integer("last_seq"), MovedNoun.Integer("next_seq"), MovedNoun.Integer("requests"),
        MovedNoun.Integer("cancelled"), MovedNoun.Integer("marked"), MovedNoun.Time("finished_at"));
}
