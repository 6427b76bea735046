namespace Parsimony.Engine;

/// <summary>
/// Which of the requests that wait are sent next: one of each tenant in turn, and of a tenant's own the one with the highest priority, its age counted in. Thread safe.
/// </summary>
/// <remarks>Turns are remembered by the process: each node gives everyone a turn, so all of them together do.</remarks>
internal sealed class SendTurns
{
    private const int MostRemembered = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _lastTurns = new(StringComparer.Ordinal);
    private long _turn;

    /// <summary>Chooses at most <paramref name="max"/> of those that wait.</summary>
    /// <param name="waiting">What was seen; each row once.</param>
    /// <param name="profileOf">The profile of a number.</param>
    /// <param name="max">Most to choose.</param>
    public List<long> Choose(IReadOnlyCollection<WaitingSend> waiting, Func<long, RequestProfile> profileOf, int max)
    {
        if (waiting.Count <= max)
        {
            // Nobody is left out, so nobody's turn is used up.
            return [.. waiting.OrderBy(send => send.Since).ThenBy(send => send.Sequence).Select(send => send.Sequence)];
        }

        lock (_gate)
        {
            var tenants = waiting
                .GroupBy(send => TenantOf(profileOf(send.ProfileNumber)), StringComparer.Ordinal)
                .Select(group => (Tenant: group.Key, Sends: new Queue<WaitingSend>(group
                    .OrderBy(send => ProviderQueue.Since(send.Since, profileOf(send.ProfileNumber).Priority)).ThenBy(send => send.Sequence))))
                .OrderBy(tenant => _lastTurns.GetValueOrDefault(tenant.Tenant)).ThenBy(tenant => tenant.Sends.Peek().Since).ThenBy(tenant => tenant.Sends.Peek().Sequence)
                .ToList();
            var chosen = new List<long>(max);
            while (chosen.Count < max)
            {
                foreach (var (tenant, sends) in tenants)
                {
                    if (chosen.Count < max && sends.TryDequeue(out var send))
                    {
                        chosen.Add(send.Sequence);
                        _lastTurns[tenant] = ++_turn;
                    }
                }
            }

            if (_lastTurns.Count > MostRemembered)
            {
                // Whoever is forgotten comes first once more; nobody waits for that.
                _lastTurns.Clear();
            }

            return chosen;
        }
    }

    private static string TenantOf(RequestProfile profile) => profile.Tenant.Length > 0 ? profile.Tenant : profile.IsolationGroup;
}
