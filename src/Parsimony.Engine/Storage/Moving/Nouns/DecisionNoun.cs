namespace Parsimony.Engine;

/// <summary>Decisions of requests by chunk. Without open work, those of a chunk whose last requests are left out stay behind: the new store gives their numbers to others.</summary>
internal static class DecisionNoun
{
    internal static MovedNoun Noun { get; } = new(
        "decisions",
        MovedNoun.Integer("first"), MovedNoun.Integer("last"), MovedNoun.Integer("context"), MovedNoun.Integer("reason"), MovedNoun.Integer("route"),
        MovedNoun.Time("decided_at"), MovedNoun.Bytes("inputs"))
    {
        HasOpenWork = true,
    };
}
