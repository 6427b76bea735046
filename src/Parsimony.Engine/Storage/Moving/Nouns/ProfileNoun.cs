namespace Parsimony.Engine;

/// <summary>What requests have in common.</summary>
internal static class ProfileNoun
{
    internal static MovedNoun Noun { get; } = new(
        "profiles",
        MovedNoun.Integer("id"), MovedNoun.Text("provider"), MovedNoun.Text("model"), MovedNoun.Text("credential"),
        MovedNoun.Integer("kind"), MovedNoun.Integer("dialect"), MovedNoun.Text("isolation_group"), MovedNoun.Text("tenant"),
        MovedNoun.Text("key_label"), MovedNoun.Text("component"), MovedNoun.Text("agent"), MovedNoun.Text("session"), MovedNoun.Text("tags"));
}
