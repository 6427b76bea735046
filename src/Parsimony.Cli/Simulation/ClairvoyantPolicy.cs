namespace Parsimony.Cli;

/// <summary>The product's chooser of marks, given the true future as its forecast, under all the rules of the provider.</summary>
internal sealed class ClairvoyantPolicy(Trace trace, CacheRules rules, ReplayedCache cache) : CachePolicy
{
    private readonly PrefixVisits _visits = new(trace, rules);
    private readonly Dictionary<int, int> _seen = [];

    public override string Name => "clairvoyant";

    public override IReadOnlyList<PrefixMark> Marks(TraceRequest request)
    {
        var worth = Worth(request);
        foreach (var node in request.Nodes)
        {
            _seen[node] = _seen.GetValueOrDefault(node) + 1;
        }

        var hit = request.Count;
        while (hit > 0 && !cache.IsReadable(request.Nodes[hit - 1], request.At))
        {
            hit--;
        }

        return MarkChooser.Choose(request.Prompt, hit, hit == 0 || cache.IsLong(request.Nodes[hit - 1]), worth, rules);
    }

    private PrefixWorth Worth(TraceRequest request)
    {
        var brief = new double[request.Count + 1];
        var lasting = new double[request.Count + 1];
        var reach = new int[request.Count + 1];
        for (var depth = request.Count; depth >= 1; depth--)
        {
            var node = request.Nodes[depth - 1];
            var visit = _seen.GetValueOrDefault(node);
            brief[depth] = _visits.Worth(node, visit, isLong: false);
            lasting[depth] = rules.LongWriteMultiplier is null ? 0 : _visits.Worth(node, visit, isLong: true);
            reach[depth] = depth < request.Count && SameReader(request, depth) ? reach[depth + 1] : depth;
        }

        return new PrefixWorth(brief, lasting, reach);
    }

    private bool SameReader(TraceRequest request, int depth)
    {
        var (node, deeper) = (request.Nodes[depth - 1], request.Nodes[depth]);
        var next = _visits.Request(node, _seen.GetValueOrDefault(node) + 1);
        return next >= 0 && next == _visits.Request(deeper, _seen.GetValueOrDefault(deeper) + 1);
    }
}
