namespace Parsimony.Providers;

/// <summary>What differs between the services that speak this dialect.</summary>
/// <param name="Id">In whose name failures are told.</param>
/// <param name="WritesCallIds">Whether ids of tool calls go on the wire.</param>
/// <param name="NeedsLinkType">Whether a link must say its exact media type.</param>
internal sealed record GeminiFlavour(ProviderId Id, bool WritesCallIds, bool NeedsLinkType)
{
    /// <summary>The Gemini API (https://ai.google.dev/api/caching#FunctionCall and #FileData, read 2026-11-21: both members are optional).</summary>
    public static GeminiFlavour Developer { get; } = new(ProviderId.Gemini, WritesCallIds: true, NeedsLinkType: false);

    /// <summary>A request that cannot be said; nothing was sent.</summary>
    public ProviderException Cannot(FailureCause cause, string what, Exception? inner = null) =>
        new(Id, new ProviderFailure(FailureStage.Render, cause, ProviderCode: ProviderFailure.SafeCode(what)), inner);

    /// <summary>A body that is not what was asked for.</summary>
    public ProviderException Malformed(Exception? inner = null) => new(Id, new ProviderFailure(FailureStage.Item, FailureCause.Malformed), inner);
}
