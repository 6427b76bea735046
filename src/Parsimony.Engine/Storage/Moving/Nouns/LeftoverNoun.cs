namespace Parsimony.Engine;

/// <summary>Files at providers that are still to be deleted.</summary>
internal static class LeftoverNoun
{
    internal static MovedNoun Noun { get; } = new(
        "leftovers",
        MovedNoun.Integer("id"), MovedNoun.Text("provider"), MovedNoun.Text("credential"), MovedNoun.Text("reference"),
        MovedNoun.Time("noted_at"), MovedNoun.Time("clean_after"));
}
