using System.Diagnostics.CodeAnalysis;

namespace Parsimony.Providers;

/// <summary>A registry whose providers can be exchanged while work goes on with them: what is looked up next is found among the new ones. Thread safe.</summary>
/// <param name="first">What it holds at first.</param>
public sealed class ChangingProviderRegistry(IProviderRegistry first) : IProviderRegistry
{
    private volatile IProviderRegistry _current = first;

    /// <inheritdoc/>
    public IReadOnlyCollection<IProvider> All => _current.All;

    /// <summary>Exchanges all providers at once.</summary>
    public void Replace(IProviderRegistry next)
    {
        ArgumentNullException.ThrowIfNull(next);
        _current = next;
    }

    /// <inheritdoc/>
    public bool TryFind(ProviderId id, string credentialName, [NotNullWhen(true)] out IProvider? provider) => _current.TryFind(id, credentialName, out provider);

    /// <inheritdoc/>
    public bool TryFind(ProviderId id, [NotNullWhen(true)] out IProvider? provider) => _current.TryFind(id, out provider);
}
