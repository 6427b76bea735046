namespace Parsimony.Engine;

/// <summary>What operators said about providers: what is held back stays so in the new store.</summary>
internal static class ProviderSwitchNoun
{
    internal static MovedNoun Noun { get; } = new(
        "provider_switches",
        MovedNoun.Integer("number"), MovedNoun.Text("provider"), MovedNoun.Text("credential"), MovedNoun.Integer("setting"),
        MovedNoun.Text("reason"), MovedNoun.Text("set_by"), MovedNoun.Time("set_at"));
}
