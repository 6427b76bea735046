using System.Diagnostics.CodeAnalysis;

namespace Parsimony.Providers;

/// <summary>A fixed set of configured providers. The first one of an id is its default credential.</summary>
public sealed class ProviderRegistry : IProviderRegistry
{
    private readonly IReadOnlyList<IProvider> _providers;

    /// <summary>A registry of these.</summary>
    /// <exception cref="ArgumentException">Two have the same id and credential name.</exception>
    public ProviderRegistry(IEnumerable<IProvider> providers)
    {
        _providers = [.. providers];
        if (_providers.GroupBy(provider => (provider.Id, provider.CredentialName)).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"{twice.Key.Id} is configured twice under the credential name '{twice.Key.CredentialName}'; give one another name.", nameof(providers));
        }
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<IProvider> All => _providers;

    /// <inheritdoc/>
    public bool TryFind(ProviderId id, string credentialName, [NotNullWhen(true)] out IProvider? provider)
    {
        provider = _providers.FirstOrDefault(candidate => candidate.Id == id && candidate.CredentialName == credentialName);
        return provider is not null;
    }

    /// <inheritdoc/>
    public bool TryFind(ProviderId id, [NotNullWhen(true)] out IProvider? provider)
    {
        provider = _providers.FirstOrDefault(candidate => candidate.Id == id);
        return provider is not null;
    }
}
