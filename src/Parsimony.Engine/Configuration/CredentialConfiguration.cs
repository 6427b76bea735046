namespace Parsimony.Engine;

/// <summary>A former key of a provider: what was begun with it is finished with it, and nothing new is.</summary>
/// <param name="Name">Its name, as the work begun with it has it; never the key.</param>
/// <param name="ApiKey">The key.</param>
public sealed record CredentialConfiguration(string Name, Secret ApiKey);
