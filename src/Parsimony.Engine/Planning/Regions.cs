namespace Parsimony.Engine;

/// <summary>Finds the connection that a request's region allows.</summary>
public static class Regions
{
    /// <summary>The connection of a provider that is configured for a region: the one named, or the first.</summary>
    /// <param name="providers">The configured providers.</param>
    /// <param name="region">The region, in lower case.</param>
    /// <param name="id">The provider.</param>
    /// <param name="credential">The credential it must be; null for any.</param>
    /// <exception cref="RequestRefusedException">None is; nothing may be sent.</exception>
    public static IProvider FindIn(this IProviderRegistry providers, string region, ProviderId id, string? credential = null)
    {
        ArgumentNullException.ThrowIfNull(providers);
        var known = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var provider in providers.All)
        {
            if (provider.Id == id && provider.Region is { } its)
            {
                known.Add(its);
                if (its == region && (credential is null || provider.CredentialName == credential))
                {
                    return provider;
                }
            }
        }

        throw new RequestRefusedException(
            "region",
            $"The constraint region={region}: no connection of {id} is configured for that region ({(known.Count == 0 ? "none names one" : $"there is {string.Join(", ", known)}")}). "
            + $"Write 'region: {region}' at one whose account keeps its data there, or leave the constraint out.");
    }
}
