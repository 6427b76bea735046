namespace Parsimony.Engine;

/// <summary>What decisions were taken on.</summary>
internal static class DecisionContextNoun
{
    internal static MovedNoun Noun { get; } = new(
        "decision_contexts",
        MovedNoun.Integer("number"), MovedNoun.Uuid("key"), MovedNoun.Time("added_at"), MovedNoun.Text("text"));
}
