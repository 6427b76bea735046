namespace Parsimony.Engine;

/// <summary>What operators have said about providers: pause, drain, kill, resume. Rows are added, never changed.</summary>
public interface ISwitchStore
{
    /// <summary>Says something about a provider; holds from now on, for every node.</summary>
    /// <exception cref="NotSupportedException">The database has an older schema, without switches; the message says what to do.</exception>
    Task SetAsync(ProviderSwitch setting, CancellationToken cancellationToken = default);

    /// <summary>The last word on each provider and credential that holds something back; none on an older schema.</summary>
    Task<IReadOnlyList<ProviderSwitch>> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Everything that was said, newest first.</summary>
    Task<IReadOnlyList<ProviderSwitch>> ReadHistoryAsync(int max, CancellationToken cancellationToken = default);
}
