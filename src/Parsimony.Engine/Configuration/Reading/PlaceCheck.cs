namespace Parsimony.Engine;

/// <summary>Finds out before anything is called whether a provider's place in its cloud is whole: who calls it, and where its batches lie.</summary>
internal sealed class PlaceCheck(ConfigurationSources sources, ProviderFacts facts)
{
    /// <summary>Names each key that is missing, or holds another cloud's.</summary>
    public void Check(MapReader map, ProviderConfiguration provider)
    {
        if (sources.KeysOptional)
        {
            return;
        }

        foreach (var need in facts.Place)
        {
            if (need.ValueIn(provider) is { } value)
            {
                if (need.Begins is { } begins && !value.StartsWith(begins, StringComparison.Ordinal))
                {
                    map.Fault(need.Key, $"is no {need.Key} of {provider.Provider}; write one such as {need.Example}.");
                }
            }
            else if (IsMissing(map, need, provider))
            {
                map.Fault(need.Key, $"{provider.Provider} needs it{(need.IsForBatches ? " for batches" : "")}; write {need.Key}: {need.Example}{(need.IsForBatches ? ", or batchingEnabled: false." : ".")}");
            }
        }
    }

    // Where a storage is written, batches are meant. What is written and refused has its fault already.
    private bool IsMissing(MapReader map, PlaceNeed need, ProviderConfiguration provider) =>
        map.WrittenOf(need.Key).Length == 0
        && (!need.IsForBatches || provider.BatchingEnabled == true || provider.Cloud?.Storage is not null)
        && !(need.IsElsewhere && (sources.Location is not { } find || find(provider.Provider) is not null));
}
