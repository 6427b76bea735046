namespace Parsimony.Engine;

/// <summary>A sealed batch that wants into its provider's queue.</summary>
internal sealed record SealedBatch(long Id, string Provider, string Credential, string Model, long Items, long Tokens);
