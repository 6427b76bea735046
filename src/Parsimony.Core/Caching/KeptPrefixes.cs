namespace Parsimony;

/// <summary>What the provider keeps, as far as the marks sent so far tell.</summary>
internal sealed class KeptPrefixes(CacheRules rules)
{
    /// <summary>How many leading blocks can be read now.</summary>
    public static int Hit(PrefixTree tree, ReadOnlySpan<int> path, double now)
    {
        for (var depth = path.Length; depth > 0; depth--)
        {
            if (tree[path[depth - 1]].Kept.IsReadable(now))
            {
                return depth;
            }
        }

        return 0;
    }

    /// <summary>How many leading blocks a request under way is writing.</summary>
    public static int Pending(PrefixTree tree, ReadOnlySpan<int> path, double now)
    {
        for (var depth = path.Length; depth > 0; depth--)
        {
            if (tree[path[depth - 1]].Kept.IsPending(now))
            {
                return depth;
            }
        }

        return 0;
    }

    /// <summary>Takes it that the request is sent with its marks.</summary>
    public void Note(PrefixTree tree, ReadOnlySpan<int> path, PromptPrefix prompt, IReadOnlyList<PrefixMark> marks, int hit, double now)
    {
        if (hit > 0 && marks.Count > 0)
        {
            ref var read = ref tree[path[hit - 1]];
            read.Kept = read.Kept.Touched(now);
        }

        foreach (var mark in marks)
        {
            if (mark.Depth <= path.Length && prompt.TokensTo(mark.Depth) >= rules.MinimumTokens)
            {
                ref var written = ref tree[path[mark.Depth - 1]];
                written.Kept = written.Kept.Marked(
                    now, mark.Depth <= hit ? tree[path[hit - 1]].Kept.Life : rules.Life(mark.IsLong), rules.ReadableAfter.TotalSeconds, PrefixKind.FirstPrompt, mark.Depth > hit);
            }
        }
    }

    /// <summary>What a plan was to write can be read from now on, if it could not before.</summary>
    public static void Begin(PrefixTree tree, ReadOnlySpan<int> path, CachePlan plan, double now)
    {
        foreach (var mark in plan.Marks)
        {
            if (mark.Depth <= path.Length)
            {
                ref var node = ref tree[path[mark.Depth - 1]];
                if (node.Kept.IsPending(now))
                {
                    node.Kept = node.Kept with { ReadableAt = now };
                }
            }
        }
    }

    /// <summary>Takes back what a plan was to write.</summary>
    public static void Forget(PrefixTree tree, ReadOnlySpan<int> path, CachePlan plan)
    {
        foreach (var mark in plan.Marks)
        {
            if (mark.Depth <= path.Length && tree[path[mark.Depth - 1]].Kept.ReadableAt >= plan.At)
            {
                tree[path[mark.Depth - 1]].Kept = default;
            }
        }
    }

    /// <summary>Brings what is thought to be kept in line with what the provider read and wrote.</summary>
    public void Correct(PrefixTree tree, ReadOnlySpan<int> path, PromptPrefix prompt, CachePlan plan, long read, long? written)
    {
        var at = plan.At;
        var found = IsAsExpected(prompt, plan.Hit, read) ? Math.Min(plan.Hit, path.Length) : Nearest(prompt, path.Length, read);
        for (var depth = found + 1; depth <= Math.Min(plan.Hit, path.Length); depth++)
        {
            ref var node = ref tree[path[depth - 1]];
            if (node.Kept.IsReadable(at))
            {
                node.Kept = default;
            }
        }

        foreach (var mark in plan.Marks)
        {
            if (mark.Depth <= found || mark.Depth > path.Length || prompt.TokensTo(mark.Depth) < rules.MinimumTokens)
            {
                continue;
            }

            ref var node = ref tree[path[mark.Depth - 1]];
            var life = rules.Life(mark.IsLong);
            if (written == 0)
            {
                // Neither read nor written: what this call was to write is not there, unless an earlier call wrote it.
                node.Kept = node.Kept.ReadableAt >= at ? default : node.Kept;
            }
            else if (node.Kept.Life <= 0)
            {
                node.Kept = new CacheEntry(at + rules.ReadableAfter.TotalSeconds, at + life, (float)life, PrefixKind.FirstPrompt);
            }
        }

        if (found > plan.Hit)
        {
            ref var unexpected = ref tree[path[found - 1]];
            unexpected.Kept = unexpected.Kept.Life > 0 ? unexpected.Kept with { ReadableAt = Math.Min(unexpected.Kept.ReadableAt, at), Until = Math.Max(unexpected.Kept.Until, at + unexpected.Kept.Life) }
                : new CacheEntry(at, at + rules.Lifetime.TotalSeconds, (float)rules.Lifetime.TotalSeconds, PrefixKind.FirstPrompt);
        }
    }

    private static bool IsAsExpected(PromptPrefix prompt, int hit, long read)
    {
        const double Tolerance = 0.1;
        var expected = prompt.TokensTo(Math.Min(hit, prompt.Count));
        return Math.Abs(read - expected) <= Tolerance * expected;
    }

    /// <summary>How many leading blocks the tokens read are: sizes are estimates, so the nearest end counts.</summary>
    private static int Nearest(PromptPrefix prompt, int known, long read)
    {
        if (read <= 0)
        {
            return 0;
        }

        var (best, off) = (0, (double)read);
        for (var depth = 1; depth <= known; depth++)
        {
            var distance = Math.Abs(prompt.TokensTo(depth) - (double)read);
            if (distance <= off)
            {
                (best, off) = (depth, distance);
            }
        }

        return best;
    }
}
