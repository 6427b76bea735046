namespace Parsimony.Cli;

/// <summary>
/// What no plan can go below: every prefix is decided for itself, as if marks were free and unlimited and a block could be written without the ones before it. Blocks
/// that end before the smallest size a provider caches go with the first one that reaches it.
/// </summary>
internal static class LowerBound
{
    public static double Cost(Trace trace, CacheRules rules)
    {
        var visits = new PrefixVisits(trace, rules);
        var counted = new HashSet<int>();
        var cost = 0d;
        foreach (var request in trace.Requests)
        {
            var first = First(request, rules);
            cost += request.Prompt.Tokens - (first == 0 ? 0 : request.Prompt.TokensTo(request.Count));
            for (var depth = first; depth > 0 && depth <= request.Count; depth++)
            {
                var node = request.Nodes[depth - 1];
                if (counted.Add(node))
                {
                    var tokens = request.Prompt.TokensTo(depth) - (depth == first ? 0 : request.Prompt.TokensTo(depth - 1));
                    cost += tokens * visits.Cheapest(node, 0);
                }
            }
        }

        return cost;
    }

    /// <summary>The first depth that reaches the smallest size; 0 where none does.</summary>
    public static int First(TraceRequest request, CacheRules rules)
    {
        for (var depth = 1; depth <= request.Count; depth++)
        {
            if (request.Prompt.TokensTo(depth) >= rules.MinimumTokens)
            {
                return depth;
            }
        }

        return 0;
    }
}
