namespace Parsimony.Engine;

/// <summary>Measured completion times.</summary>
internal static class ObservationNoun
{
    internal static MovedNoun Noun { get; } = new(
        "observations",
        MovedNoun.Integer("number"), MovedNoun.Integer("kind"), MovedNoun.Text("provider"), MovedNoun.Text("model"),
        MovedNoun.Integer("size"), MovedNoun.Integer("duration"), MovedNoun.Time("at"));
}
