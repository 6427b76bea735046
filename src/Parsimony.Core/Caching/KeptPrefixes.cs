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
}
