namespace Parsimony.Engine;

/// <summary>Which scopes have items in which batches.</summary>
internal static class BatchScopeNoun
{
    internal static MovedNoun Noun { get; } = new(
        "batch_scopes",
        MovedNoun.Integer("scope"), MovedNoun.Integer("batch"))
    {
        HasOpenWork = true,
    };
}
