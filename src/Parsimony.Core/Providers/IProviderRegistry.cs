using System.Diagnostics.CodeAnalysis;

namespace Parsimony;

/// <summary>The configured providers, found by the name rows store.</summary>
public interface IProviderRegistry
{
    /// <summary>Every configured provider.</summary>
    IReadOnlyCollection<IProvider> All { get; }

    /// <summary>The provider of this id and credential name; false when it is not configured (any more).</summary>
    bool TryFind(ProviderId id, string credentialName, [NotNullWhen(true)] out IProvider? provider);

    /// <summary>The default credential of a provider; false when it is not configured.</summary>
    bool TryFind(ProviderId id, [NotNullWhen(true)] out IProvider? provider);
}
