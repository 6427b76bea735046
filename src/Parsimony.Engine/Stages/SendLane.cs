namespace Parsimony.Engine;

/// <summary>
/// Whose live calls a sender makes. A provider that takes only so many calls at a time (<see cref="IProvider.MaxParallelCalls"/>) has as many senders of its own, of one call each;
/// the others share theirs.
/// </summary>
/// <remarks>
/// Senders are counted when the engine starts. What is configured later shares the others' senders, a number that becomes smaller counts at once, a larger one from the next start on.
/// </remarks>
internal sealed class SendLane
{
    private readonly HashSet<(ProviderId, string)> _apart = [];
    private readonly (ProviderId, string)? _only;
    private readonly int _number;

    private SendLane(IEnumerable<SendLane> lanes) => _apart = [.. lanes.Select(lane => lane._only).OfType<(ProviderId, string)>()];

    private SendLane(IProvider provider, int number) => (_only, _number) = ((provider.Id, provider.CredentialName), number);

    /// <summary>The lane of every provider.</summary>
    public static SendLane All { get; } = new([]);

    /// <summary>A lane for each call of the providers that take only so many.</summary>
    public static IReadOnlyList<SendLane> Of(IProviderRegistry providers) =>
        [.. providers.All.SelectMany(provider => Enumerable.Range(0, Math.Max(0, provider.MaxParallelCalls ?? 0)).Select(number => new SendLane(provider, number)))];

    /// <summary>The lane of those that have none of their own.</summary>
    public static SendLane Shared(IReadOnlyList<SendLane> lanes) => lanes.Count == 0 ? All : new SendLane(lanes);

    /// <summary>Whether a request may be sent in this lane now.</summary>
    public bool Takes(IProviderRegistry providers, RequestProfile profile)
    {
        var key = (profile.Model.Provider, profile.Credential);
        return _only is null ? !_apart.Contains(key)
            : _only == key && providers.TryFind(key.Provider, key.Credential, out var provider) && _number < (provider.MaxParallelCalls ?? int.MaxValue);
    }
}
