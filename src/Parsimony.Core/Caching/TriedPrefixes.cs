namespace Parsimony;

/// <summary>What the provider would keep had every promising prefix been marked, and what that would have cost and saved. Nothing of it is sent.</summary>
internal sealed class TriedPrefixes
{
    private readonly CacheRules _rules;
    private readonly WriteEvidence[] _evidence;

    public TriedPrefixes(CacheRules rules)
    {
        _rules = rules;
        _evidence = [.. Enum.GetValues<PrefixKind>().Select(kind => new WriteEvidence(rules.Lifetime.TotalSeconds))];
    }

    /// <summary>Whether writing this kind of prefix has paid.</summary>
    public bool Pays(PrefixKind kind, double now) =>
        _rules.WriteSurcharge <= 0 || (kind == PrefixKind.Hinted ? !_evidence[(int)kind].Loses(now) : _evidence[(int)kind].Pays(now));

    /// <summary>How many leading blocks could be read now.</summary>
    public static int Hit(PrefixTree tree, ReadOnlySpan<int> path, double now)
    {
        for (var depth = path.Length; depth > 0; depth--)
        {
            if (tree[path[depth - 1]].Tried.IsReadable(now))
            {
                return depth;
            }
        }

        return 0;
    }

    /// <summary>Takes it that the request is sent with the marks that would be best if the forecast were right.</summary>
    public void Plan(PrefixTree tree, ReadOnlySpan<int> path, PromptPrefix prompt, int hit, ReuseOutlook outlook, double now)
    {
        var pending = 0;
        for (var depth = path.Length; depth > hit; depth--)
        {
            if (tree[path[depth - 1]].Tried.IsPending(now))
            {
                pending = depth;
                break;
            }
        }

        var marks = MarkChooser.Choose(prompt, hit, hit == 0 || tree[path[hit - 1]].Tried.Life > _rules.Lifetime.TotalSeconds, outlook.Worth(prompt, hit, pending, _rules, static _ => true), _rules);
        if (hit > 0)
        {
            Credit(tree, path, prompt, hit, now);
        }

        var from = hit;
        foreach (var mark in marks)
        {
            ref var node = ref tree[path[mark.Depth - 1]];
            var kind = mark.Depth <= outlook.SharedDepth ? outlook.SharedKind : outlook.EndKind(hit);
            if (mark.Depth > from)
            {
                _evidence[(int)kind].Write((_rules.Write(mark.IsLong) - 1) * (prompt.TokensTo(mark.Depth) - prompt.TokensTo(from)), now);
                from = mark.Depth;
            }

            node.Tried = node.Tried.Marked(
                now, mark.Depth <= hit ? tree[path[hit - 1]].Tried.Life : _rules.Life(mark.IsLong), _rules.ReadableAfter.TotalSeconds, kind, mark.Depth > hit);
        }
    }

    /// <summary>Each block read is credited to the entry that holds it: the shortest one that is kept.</summary>
    private void Credit(PrefixTree tree, ReadOnlySpan<int> path, PromptPrefix prompt, int hit, double now)
    {
        var deepest = hit;
        ref var read = ref tree[path[hit - 1]];
        var pause = now - (read.Tried.Until - read.Tried.Life);
        for (var depth = hit - 1; depth >= 0; depth--)
        {
            if (depth == 0 || tree[path[depth - 1]].Tried.IsReadable(now))
            {
                _evidence[(int)tree[path[deepest - 1]].Tried.Kind].Read(_rules.ReadSaving * (prompt.TokensTo(deepest) - prompt.TokensTo(depth)), pause);
                deepest = depth;
            }
        }

        read.Tried = read.Tried.Touched(now);
    }
}
