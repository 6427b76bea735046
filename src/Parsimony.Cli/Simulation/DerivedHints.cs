namespace Parsimony.Cli;

/// <summary>What callers of a trace could have said of their prompts, read from its future.</summary>
internal static class DerivedHints
{
    private const int SharedTokens = 1024;

    /// <summary>
    /// For each request: <see cref="ReuseHint.Continued"/> where a later one within the lifetime begins with its whole blocks and adds at least one,
    /// <see cref="ReuseHint.Shared"/> where one shares its first 1,024 tokens, else <see cref="ReuseHint.Single"/>.
    /// </summary>
    public static IReadOnlyList<ReuseHint> Of(Trace trace, CacheRules rules)
    {
        var life = rules.Lifetime.TotalSeconds;
        var hints = new ReuseHint[trace.Requests.Count];
        var extended = new Dictionary<int, double>();
        var shared = new Dictionary<int, double>();
        for (var index = hints.Length - 1; index >= 0; index--)
        {
            var request = trace.Requests[index];
            var start = Start(request);
            var isContinued = request.Count > 0 && extended.TryGetValue(request.Nodes[^1], out var at) && at - request.At <= life;
            var isShared = start > 0 && shared.TryGetValue(request.Nodes[start - 1], out var next) && next - request.At <= life;
            hints[index] = isContinued ? ReuseHint.Continued : isShared ? ReuseHint.Shared : ReuseHint.Single;
            for (var depth = 1; depth < request.Count; depth++)
            {
                extended[request.Nodes[depth - 1]] = request.At;
            }

            if (start > 0)
            {
                shared[request.Nodes[start - 1]] = request.At;
            }
        }

        return hints;
    }

    /// <summary>The same with a share of the rows replaced by another hint.</summary>
    public static IReadOnlyList<ReuseHint> Wrong(IReadOnlyList<ReuseHint> hints, double share, int seed)
    {
        var random = new Random(seed);
        ReuseHint[] all = [ReuseHint.Continued, ReuseHint.Shared, ReuseHint.Single];
        return [.. hints.Select(hint => random.NextDouble() < share ? all.Where(other => other != hint).ElementAt(random.Next(2)) : hint)];
    }

    private static int Start(TraceRequest request)
    {
        for (var depth = 1; depth <= request.Count; depth++)
        {
            if (request.Prompt.TokensTo(depth) >= SharedTokens)
            {
                return depth;
            }
        }

        return 0;
    }
}
