namespace Parsimony.Cli;

/// <summary>A provider's prompt cache under a set of rules: what a request with marks reads, writes and costs.</summary>
internal sealed class ReplayedCache(CacheRules rules)
{
    private readonly Dictionary<int, Entry> _entries = [];

    /// <summary>Whether an entry at a prefix can be read.</summary>
    public bool IsReadable(int node, double now) => _entries.TryGetValue(node, out var entry) && entry.ReadableAt <= now && now <= entry.Until;

    /// <summary>Whether an entry was written for the longer lifetime.</summary>
    public bool IsLong(int node) => _entries.TryGetValue(node, out var entry) && entry.Life > rules.Lifetime.TotalSeconds;

    /// <summary>Serves a request. A mark beyond its last whole block stands at its end, which never matches.</summary>
    public Served Serve(TraceRequest request, IReadOnlyList<PrefixMark> marks)
    {
        var (read, longEnd, end) = (0, 0, 0);
        foreach (var mark in marks)
        {
            if (Tokens(request, mark.Depth) < rules.MinimumTokens)
            {
                continue;
            }

            end = Math.Max(end, mark.Depth);
            longEnd = mark.IsLong ? Math.Max(longEnd, mark.Depth) : longEnd;
            read = Math.Max(read, LookBack(request, mark.Depth));
        }

        if (read > 0)
        {
            var node = request.Nodes[read - 1];
            _entries[node] = _entries[node].Touched(request.At);
        }

        foreach (var mark in marks)
        {
            if (mark.Depth <= request.Count && Tokens(request, mark.Depth) >= rules.MinimumTokens)
            {
                Write(request.Nodes[mark.Depth - 1], read > 0 ? Math.Min(Life(mark, mark.Depth <= read), _entries[request.Nodes[read - 1]].Life) : Life(mark, false), request.At, isPaid: mark.Depth > read);
            }
        }

        var readTokens = (double)Tokens(request, read);
        var longTokens = Math.Max(0, Tokens(request, longEnd) - readTokens);
        var shortTokens = Math.Max(0, Tokens(request, end) - readTokens - longTokens);
        var cost = (readTokens * rules.ReadMultiplier) + (longTokens * (rules.LongWriteMultiplier ?? rules.WriteMultiplier)) + (shortTokens * rules.WriteMultiplier)
            + (request.Prompt.Tokens - readTokens - longTokens - shortTokens);
        return new Served(cost, readTokens, longTokens + shortTokens);
    }

    private int LookBack(TraceRequest request, int from)
    {
        for (var depth = from; depth > 0 && from - depth < rules.LookBack; depth--)
        {
            if (depth <= request.Count && IsReadable(request.Nodes[depth - 1], request.At))
            {
                return depth;
            }
        }

        return 0;
    }

    /// <summary>
    /// A mark within what is read is not paid: it keeps what there is as long as before, and no longer. Whether a longer mark beyond a shorter entry keeps that entry's
    /// part for longer is not published: it is taken not to.
    /// </summary>
    private void Write(int node, double life, double now, bool isPaid)
    {
        var lives = _entries.TryGetValue(node, out var old) && now <= old.Until;
        _entries[node] = !lives ? new Entry(now + rules.ReadableAfter.TotalSeconds, now + life, life)
            : isPaid ? old with { Until = Math.Max(old.Until, now + life), Life = Math.Max(old.Life, life) }
            : old with { Until = Math.Max(old.Until, now + old.Life) };
    }

    private double Life(PrefixMark mark, bool isFree) => (mark.IsLong || isFree ? rules.LongLifetime : rules.Lifetime).TotalSeconds;

    private static int Tokens(TraceRequest request, int depth) => depth > request.Count ? request.Prompt.Tokens : request.Prompt.TokensTo(depth);

    private readonly record struct Entry(double ReadableAt, double Until, double Life)
    {
        public Entry Touched(double now) => this with { Until = now + Life };
    }
}

/// <summary>What a request cost, in uncached input tokens, and how many tokens were read and written.</summary>
internal readonly record struct Served(double Cost, double Read, double Written);
