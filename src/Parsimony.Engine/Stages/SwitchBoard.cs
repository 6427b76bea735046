namespace Parsimony.Engine;

/// <summary>
/// The switches as this process knows them: read again when the last look is a second old, by whoever needs them next, so that no request costs a read. Thread safe.
/// </summary>
internal sealed class SwitchBoard(StageContext context)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private volatile Look? _last;
    private int _isReading;

    /// <summary>What holds something back, as of the last look.</summary>
    public IReadOnlyList<ProviderSwitch> InForce => _last?.InForce ?? [];

    /// <summary>Looks again if that is due. Whoever comes while another looks goes on with what is known.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        var last = _last;
        if (last is not null && (context.Clock.GetElapsedTime(last.At) < Freshness || Interlocked.Exchange(ref _isReading, 1) == 1))
        {
            return;
        }

        try
        {
            var at = context.Clock.GetTimestamp();
            _last = new Look(await context.Store.Switches.ReadAsync(cancellationToken).ConfigureAwait(false), at);
        }
        finally
        {
            Volatile.Write(ref _isReading, 0);
        }
    }

    /// <summary>The strictest switch that holds for a credential of a provider; null when it is open.</summary>
    public ProviderSwitch? Find(ProviderId provider, string credential)
    {
        ProviderSwitch? strictest = null;
        foreach (var one in InForce)
        {
            if (one.IsFor(provider, credential) && !(strictest?.Setting >= one.Setting))
            {
                strictest = one;
            }
        }

        return strictest;
    }

    /// <summary>Whether something holds a credential of a provider back.</summary>
    public bool IsShut(ProviderId provider, string credential) => Find(provider, credential) is not null;

    /// <summary>Whether what runs at a batch's provider is cancelled there.</summary>
    public bool IsKilled(Batch batch) => Find(batch.Provider, batch.Credential)?.Setting == SwitchSetting.Killed;

    private sealed record Look(IReadOnlyList<ProviderSwitch> InForce, long At);
}
