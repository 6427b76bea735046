using System.Diagnostics.CodeAnalysis;

namespace Parsimony.Engine;

/// <summary>Finds the provider that work is bound to. What is not configured in this process waits, for another process or for the user, and is told once.</summary>
internal sealed partial class BoundCredentials(StageContext context)
{
    /// <summary>The provider of an id and credential; false when it is not configured here.</summary>
    public bool TryFind(ProviderId id, string credential, [NotNullWhen(true)] out IProvider? provider)
    {
        var found = context.Providers.TryFind(id, credential, out provider);
        if (context.Signals.NoteConfigured(id, credential, found))
        {
            LogUnconfigured(context.Logger, id.Value, credential);
        }

        return found;
    }
}
