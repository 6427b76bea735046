namespace Parsimony.Engine;

/// <summary>What a batch of a lane may hold, from its provider's limits.</summary>
public static class Lanes
{
    /// <summary>The limits of one batch: the provider's own, and no more than its queue takes at once.</summary>
    public static LaneLimits Of(BatchLimits limits) => new(
        (int)Math.Min(limits.MaxRequests, limits.MaxQueuedRequests ?? long.MaxValue),
        limits.MaxBytes,
        limits.MaxQueuedTokens,
        limits.OneModelPerBatch,
        VarySize: limits.OrphanSearch == OrphanSearch.BySizeAndTime);

    /// <summary>The same, looked up for a stored profile; null when its provider is gone or has no batches.</summary>
    public static LaneLimitsSource From(IProviderRegistry providers) => profile =>
        providers.TryFind(profile.Model.Provider, profile.Credential, out var provider) && provider.Batches is { } backend ? Of(backend.Limits) : null;
}
