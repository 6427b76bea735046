namespace Parsimony.Engine;

/// <summary>Provider batches known to be somebody else's.</summary>
internal static class ForeignBatchNoun
{
    internal static MovedNoun Noun { get; } = new(
        "foreign_batches",
        MovedNoun.Text("provider"), MovedNoun.Text("provider_batch_id"), MovedNoun.Time("noted_at"));
}
