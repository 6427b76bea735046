namespace Parsimony.Engine;

/// <summary>Secrets of a store: with them, tokens that were handed out are good in the store they moved to.</summary>
internal static class SecretNoun
{
    internal static MovedNoun Noun { get; } = new(
        "secrets",
        MovedNoun.Text("name"), MovedNoun.Bytes("value"));
}
