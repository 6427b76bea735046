namespace Parsimony.Cli;

/// <summary>When each prefix of a trace is seen, and what its visits cost at least: the future, for plans that know it.</summary>
internal sealed class PrefixVisits
{
    private readonly CacheRules _rules;
    private readonly Dictionary<int, List<(double At, int Request)>> _visits = [];
    private readonly Dictionary<int, double[]> _cheapest = [];

    public PrefixVisits(Trace trace, CacheRules rules)
    {
        _rules = rules;
        for (var index = 0; index < trace.Requests.Count; index++)
        {
            foreach (var node in trace.Requests[index].Nodes)
            {
                if (!_visits.TryGetValue(node, out var visits))
                {
                    _visits[node] = visits = [];
                }

                visits.Add((trace.Requests[index].At, index));
            }
        }
    }

    /// <summary>How often a prefix is seen.</summary>
    public int Count(int node) => _visits[node].Count;

    /// <summary>The request of a visit; -1 beyond the last.</summary>
    public int Request(int node, int visit) => visit < _visits[node].Count ? _visits[node][visit].Request : -1;

    /// <summary>Least cost, for each token, of the visits from one on, when nothing is cached before it: each visit reads, writes, or does neither, whatever else is marked.</summary>
    public double Cheapest(int node, int visit)
    {
        if (!_cheapest.TryGetValue(node, out var cheapest))
        {
            var visits = _visits[node];
            _cheapest[node] = cheapest = new double[visits.Count + 1];
            for (var from = visits.Count - 1; from >= 0; from--)
            {
                var least = Math.Min(1 + cheapest[from + 1], Chain(visits, from, _rules.WriteMultiplier, _rules.Lifetime.TotalSeconds, cheapest));
                cheapest[from] = _rules.LongWriteMultiplier is { } write ? Math.Min(least, Chain(visits, from, write, _rules.LongLifetime.TotalSeconds, cheapest)) : least;
            }
        }

        return cheapest[visit];
    }

    /// <summary>What an entry written at a visit saves the later ones, for each token.</summary>
    public double Worth(int node, int visit, bool isLong)
    {
        var life = (isLong ? _rules.LongLifetime : _rules.Lifetime).TotalSeconds;
        var after = Cheapest(node, visit + 1);
        return after - Chain(_visits[node], visit, 0, life, _cheapest[node]);
    }

    private double Chain(List<(double At, int Request)> visits, int from, double write, double life, double[] cheapest)
    {
        var cost = write;
        var last = visits[from].At;
        var readable = last + _rules.ReadableAfter.TotalSeconds;
        var least = cost + cheapest[from + 1];
        for (var next = from + 1; next < visits.Count; next++)
        {
            if (visits[next].At < readable)
            {
                cost += 1;
            }
            else
            {
                if (visits[next].At - last > life)
                {
                    break;
                }

                cost += _rules.ReadMultiplier;
                last = visits[next].At;
            }

            least = Math.Min(least, cost + cheapest[next + 1]);
        }

        return least;
    }
}
