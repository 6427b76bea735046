using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>Tells once that an operator holds a run's provider back, and once that it goes on: a run that stands still says why.</summary>
internal sealed class HeldBack(ISwitchStore switches, ProviderId provider, Terminal terminal, TimeProvider real)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private List<ProviderSwitch> _told = [];
    private long? _lookedAt;

    /// <summary>Looks, at most once a second.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (_lookedAt is { } at && real.GetElapsedTime(at) < Interval)
        {
            return;
        }

        _lookedAt = real.GetTimestamp();
        var held = (await switches.ReadAsync(cancellationToken).ConfigureAwait(false)).Where(said => said.Provider == provider).ToList();
        foreach (var said in held.Except(_told))
        {
            terminal.Note($"{said}: what is not at the provider waits. 'parsimony provider resume {provider}' lets it go on.");
        }

        if (held.Count == 0 && _told.Count > 0)
        {
            terminal.Note($"{provider} is open again.");
        }

        _told = held;
    }
}
