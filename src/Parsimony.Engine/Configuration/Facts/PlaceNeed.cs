namespace Parsimony.Engine;

/// <summary>Something of a provider's place in its cloud that must be configured.</summary>
/// <param name="Key">The key it is written under.</param>
/// <param name="Example">What it looks like.</param>
/// <param name="Begins">How it begins; null for anyhow.</param>
/// <param name="IsForBatches">Whether only batches need it.</param>
/// <param name="IsElsewhere">Whether the cloud's own settings may say it.</param>
internal sealed record PlaceNeed(string Key, string Example, string? Begins, bool IsForBatches, bool IsElsewhere)
{
    /// <summary>The value a configuration has for it, whatever key it was written under; null for none.</summary>
    public string? ValueIn(ProviderConfiguration provider) => Key switch
    {
        "location" => provider.Cloud?.Location ?? provider.Region,
        "storage" => provider.Cloud?.Storage?.OriginalString,
        "role" => provider.Cloud?.Role,
        _ => provider.Cloud?.Account,
    };
}
