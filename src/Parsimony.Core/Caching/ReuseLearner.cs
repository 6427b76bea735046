namespace Parsimony;

/// <summary>Learns from the prompts seen which will be continued and which prefixes will be shared again.</summary>
internal sealed class ReuseLearner(CacheRules rules)
{
    private readonly ReuseForecast _continued = ContinuationFeatures.NewForecast();
    private readonly ReuseRate _rate = new(rules.Lifetime.TotalSeconds, rules.ReadableAfter.TotalSeconds);
    private readonly ReuseForecast _shared = SharingFeatures.NewForecast();

    /// <summary>Whether prompts here are continued so often that writing pays on the whole, with a tenth to spare.</summary>
    public bool Pays(double now) => _rate.Probability(now) * rules.ReadSaving >= 1.1 * rules.WriteSurcharge;

    /// <summary>What is expected of a prompt; before that, what it tells of earlier ones is learnt.</summary>
    /// <param name="tree">The prefixes.</param>
    /// <param name="path">The prompt's own.</param>
    /// <param name="known">How many of them were seen before.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="now">Seconds.</param>
    /// <param name="hint">What its caller knows.</param>
    public ReuseOutlook Look(PrefixTree tree, ReadOnlySpan<int> path, int known, PromptPrefix prompt, double now, ReuseHint hint)
    {
        _rate.Advance(now);
        _continued.Advance(now);
        _shared.Advance(now);
        var (earlier, at) = Continues(tree, path, known, prompt);
        Answer(tree, path, now);

        var isExact = at == known;
        var ends = hint == ReuseHint.Unknown ? ContinuationFeatures.Of(prompt, known, earlier, isExact, now, Origin(tree, path)) : ContinuationFeatures.Of(hint);
        var (depth, shares) = SharedPart(tree, path, known, prompt, now, hint, earlier.Is, earlier.Is && isExact);
        var proven = Proven(tree, path[..known]);
        var continued = _continued.Within(ends, rules.Lifetime.TotalSeconds);
        var continuedLong = rules.LongWriteMultiplier is null ? 0 : _continued.Within(ends, rules.LongLifetime.TotalSeconds);
        return new ReuseOutlook
        {
            Continued = continued,
            ContinuedLong = continuedLong,
            Shared = shares is null ? 0 : Either(continued, _shared.Within(shares, rules.Lifetime.TotalSeconds)),
            SharedLong = shares is null || rules.LongWriteMultiplier is null ? 0 : Either(continuedLong, _shared.Within(shares, rules.LongLifetime.TotalSeconds)),
            SharedDepth = depth,
            Earlier = earlier,
            Hint = hint,
            ProvenDepth = proven,
            Proven = proven == 0 ? 0 : (double)tree[path[proven - 1]].Returns / tree[path[proven - 1]].Rounds,
            EndFeatures = ends,
            SharedFeatures = shares,
        };
    }

    /// <summary>Remembers the prompt and begins to wait for what becomes of it.</summary>
    public void Remember(PrefixTree tree, ReadOnlySpan<int> path, PromptPrefix prompt, ReuseOutlook outlook, double now)
    {
        foreach (var node in path)
        {
            ref var seen = ref tree[node];
            seen.Visits++;
            if (now - seen.SeenAt >= rules.ReadableAfter.TotalSeconds)
            {
                seen.Rounds++;
                seen.Returns += now - seen.SeenAt <= rules.Lifetime.TotalSeconds ? 1 : 0;
                seen.SeenAt = now;
            }
        }

        if (path.Length > 0 && prompt.TokensTo(path.Length) >= Smallest)
        {
            ref var end = ref tree[path[^1]];
            end.End = new PromptEnd((short)Math.Min(outlook.Earlier.Turn + 1, short.MaxValue), now, prompt.TokensTo(path.Length), 0);
            end.Continued = new ReuseQuestion(outlook.EndFeatures, now);
            _continued.Ask(end.Continued);
            _rate.Ask(end.Continued);
        }

        if (outlook.SharedFeatures is { } features)
        {
            ref var part = ref tree[path[outlook.SharedDepth - 1]];
            part.Shared = new ReuseQuestion(features, now);
            _shared.Ask(part.Shared);
        }
    }

    // Shorter prompts are no conversation: a lone block is often everybody's instructions.
    private int Smallest => Math.Min(1024, rules.MinimumTokens * 2);

    private static ulong Origin(PrefixTree tree, ReadOnlySpan<int> path)
    {
        const int Many = 8;
        return path.Length > 0 && tree[path[0]] is { Visits: >= Many } first ? first.Block + 1 : 0;
    }

    private static double Either(double one, double other) => 1 - ((1 - one) * (1 - other));

    private static (PromptEnd Earlier, int Depth) Continues(PrefixTree tree, ReadOnlySpan<int> path, int known, PromptPrefix prompt)
    {
        for (var depth = Math.Min(known, prompt.Count); depth > 0; depth--)
        {
            if (tree[path[depth - 1]].End is { Is: true } end)
            {
                return (end, depth);
            }
        }

        return (PromptEnd.None, -1);
    }

    /// <summary>How many leading blocks came back so often, each time while an entry would have lived, that writing them needs no other evidence.</summary>
    private int Proven(PrefixTree tree, ReadOnlySpan<int> path)
    {
        const int Enough = 4;
        for (var depth = path.Length; depth > 0; depth--)
        {
            ref var node = ref tree[path[depth - 1]];
            if (node.Returns >= Enough && node.Returns * rules.ReadSaving > 2 * rules.WriteSurcharge * node.Rounds)
            {
                return depth;
            }
        }

        return 0;
    }

    private void Answer(PrefixTree tree, ReadOnlySpan<int> path, double now)
    {
        foreach (var node in path)
        {
            ref var seen = ref tree[node];
            if (seen.Continued is { } continued)
            {
                _rate.Answer(continued, now);
                _continued.Answer(continued, now);
                seen.Continued = null;
            }

            if (seen.Shared is { } shared)
            {
                _shared.Answer(shared, now);
                seen.Shared = null;
            }
        }
    }

    private (int Depth, int[]? Features) SharedPart(
        PrefixTree tree, ReadOnlySpan<int> path, int known, PromptPrefix prompt, double now, ReuseHint hint, bool isContinuation, bool isExact)
    {
        var smallest = 1;
        while (smallest <= path.Length && prompt.TokensTo(smallest) < rules.MinimumTokens)
        {
            smallest++;
        }

        if (hint == ReuseHint.Shared && smallest < path.Length)
        {
            return (Math.Max(smallest, Math.Min(known, path.Length - 1)), SharingFeatures.Of(hint));
        }

        if (known < smallest || known >= path.Length)
        {
            return (0, null);
        }

        ref var part = ref tree[path[known - 1]];
        var features = hint == ReuseHint.Unknown
            ? SharingFeatures.Of(part.Visits, now - part.SeenAt, isContinuation, isExact, prompt.TokensTo(known))
            : SharingFeatures.Of(hint);
        return (known, features);
    }
}
