namespace Parsimony.Engine;

/// <summary>Texts that many rows repeat.</summary>
internal static class PhraseNoun
{
    internal static MovedNoun Noun { get; } = new(
        "phrases",
        MovedNoun.Integer("id"), MovedNoun.Text("text"));
}
