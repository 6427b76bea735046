namespace Parsimony.Engine;

/// <summary>What the requests of one batch have in common.</summary>
/// <param name="Provider">Where it is sent.</param>
/// <param name="Credential">Under which credential.</param>
/// <param name="Kind">To which kind of endpoint.</param>
/// <param name="Group">Whose requests are kept apart.</param>
/// <param name="Model">The model, where a batch may hold only one; else empty.</param>
internal readonly record struct LaneKey(string Provider, string Credential, EndpointKind Kind, string Group, string Model)
{
    internal static LaneKey Of(RequestProfile profile, LaneLimits lane) => new(
        profile.Model.Provider.Value, profile.Credential, profile.Kind, profile.IsolationGroup, lane.OneModelPerBatch ? profile.Model.Name : "");
}
