namespace Parsimony.Engine;

/// <summary>The input order of runs.</summary>
internal static class RunItemNoun
{
    internal static MovedNoun Noun { get; } = new(
        "run_items",
        MovedNoun.Integer("scope"), MovedNoun.Integer("position"), MovedNoun.Text("item_id"), MovedNoun.Integer("line"),
        MovedNoun.Integer("sample"), MovedNoun.Integer("seq"))
    {
        HasOpenWork = true,
    };
}
