namespace Parsimony.Cli;

/// <summary>Replays a trace under a policy.</summary>
internal static class CacheReplay
{
    public static ReplayResult Run(Trace trace, CacheRules rules, CachePolicy policy) => Run(trace, policy, new ReplayedCache(rules));

    public static ReplayResult Clairvoyant(Trace trace, CacheRules rules)
    {
        var cache = new ReplayedCache(rules);
        return Run(trace, new ClairvoyantPolicy(trace, rules, cache), cache);
    }

    private static ReplayResult Run(Trace trace, CachePolicy policy, ReplayedCache cache)
    {
        var (cost, read, written, hits) = (0d, 0d, 0d, 0);
        foreach (var request in trace.Requests)
        {
            var served = cache.Serve(request, policy.Marks(request));
            cost += served.Cost;
            read += served.Read;
            written += served.Written;
            hits += served.Read > 0 ? 1 : 0;
        }

        return new ReplayResult(policy.Name, cost, read, written, hits);
    }
}

/// <summary>What a policy made of a trace; tokens, and cost in uncached input tokens.</summary>
internal sealed record ReplayResult(string Policy, double Cost, double Read, double Written, int Hits);
