namespace Parsimony;

/// <summary>
/// Decides, prompt by prompt, which prefixes the provider is asked to keep. Learns from the prompts it sees; one for each model and credential, as caches are.
/// Not safe for several threads.
/// </summary>
/// <param name="rules">The provider's rules for the model.</param>
/// <param name="capacity">Most prefixes remembered; under 200 bytes each. Default 100,000.</param>
public sealed class PromptCachePlanner(CacheRules rules, int capacity = 100_000)
{
    private readonly PrefixTree _tree = new(capacity);
    private readonly int _mostBlocks = capacity / 2;
    private readonly ReuseLearner _learner = new(rules);
    private readonly KeptPrefixes _kept = new(rules);
    private readonly TriedPrefixes _tried = new(rules);
    private readonly HitTrust _trust = new();
    private DateTimeOffset? _start;
    private int[] _path = new int[16];

    /// <summary>The marks for a prompt that is about to be sent; the planner takes it that it is sent with them.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="at">When it is sent; not before earlier ones.</param>
    /// <param name="hint">What the caller knows of its future.</param>
    public CachePlan Plan(PromptPrefix prompt, DateTimeOffset at, ReuseHint hint = ReuseHint.Unknown) => Consider(prompt, at, hint, mayMark: true);

    /// <summary>Learns from a prompt that is sent without marks of this planner, because they are switched off or the caller's own.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="at">When it is sent; not before earlier ones.</param>
    /// <param name="hint">What the caller knows of its future.</param>
    /// <returns>A plan without marks; <see cref="Answered"/> and <see cref="Measured"/> take it.</returns>
    public CachePlan Learn(PromptPrefix prompt, DateTimeOffset at, ReuseHint hint = ReuseHint.Unknown) => Consider(prompt, at, hint, mayMark: false);

    /// <summary>Whether a leading part of a prompt was a whole prompt before: the conversation goes on.</summary>
    public bool Continues(PromptPrefix prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        prompt = prompt.First(_mostBlocks);
        var path = Path(prompt.Count);
        for (var depth = _tree.Find(prompt.Blocks, path); depth > 0; depth--)
        {
            if (_tree[path[depth - 1]].End.Is)
            {
                return depth < prompt.Count;
            }
        }

        return false;
    }

    /// <summary>Whether the first blocks of a prompt came before, so lately that an entry of then would still live.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="depth">How many blocks.</param>
    /// <param name="at">When it is sent.</param>
    public bool HasSeen(PromptPrefix prompt, int depth, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        prompt = prompt.First(Math.Min(depth, _mostBlocks));
        var path = Path(prompt.Count);
        return depth > 0 && _tree.Find(prompt.Blocks, path) == prompt.Count && _tree[path[^1]].SeenAt >= (at - (_start ?? at)).TotalSeconds - rules.Lifetime.TotalSeconds;
    }

    /// <summary>What is kept of a prompt now. Changes nothing, and takes it that nothing is sent.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="at">When it would be sent.</param>
    /// <param name="prior">How likely entries are found as long as nothing was measured, 0-1.</param>
    public PrefixWarmth Look(PromptPrefix prompt, DateTimeOffset at, double prior)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var whole = prompt;
        prompt = prompt.First(_mostBlocks);
        var start = _start ?? at;
        var now = (at - start).TotalSeconds;
        var path = Path(prompt.Count);
        for (var depth = _tree.Find(prompt.Blocks, path); depth > 0; depth--)
        {
            var kept = _tree[path[depth - 1]].Kept;
            if (kept.IsReadable(now) || kept.IsPending(now))
            {
                return new PrefixWarmth(whole.TokensTo(depth), start.AddSeconds(kept.Until), _trust.ShareFrom(prior));
            }
        }

        return new PrefixWarmth(0, at, _trust.ShareFrom(prior));
    }

    /// <summary>
    /// What the provider says it read and wrote for a planned prompt. What was thought to be readable and was not is forgotten, what was read unexpectedly is taken to be
    /// there, and entries are trusted as far as they have been found.
    /// </summary>
    /// <param name="plan">The plan of the prompt.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="read">Tokens read from the cache.</param>
    /// <param name="written">Tokens written to it; null where the provider does not say.</param>
    public void Measured(CachePlan plan, PromptPrefix prompt, long read, long? written)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(prompt);
        prompt = prompt.First(_mostBlocks);
        var path = Path(prompt.Count);
        var known = _tree.Find(prompt.Blocks, path);
        var expected = prompt.TokensTo(Math.Min(plan.Hit, prompt.Count));
        if (plan.Marks.Count > 0 && expected > 0)
        {
            _trust.Note(Math.Min(1, read / (double)expected));
        }

        _kept.Correct(_tree, path[..known], prompt, plan, read, written);
    }

    /// <summary>The answer to a planned prompt has begun: what it wrote can be read.</summary>
    /// <param name="plan">The plan of the prompt.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="at">When.</param>
    public void Began(CachePlan plan, PromptPrefix prompt, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(prompt);
        prompt = prompt.First(_mostBlocks);
        var path = Path(prompt.Count);
        KeptPrefixes.Begin(_tree, path[.._tree.Find(prompt.Blocks, path)], plan, (at - (_start ?? at)).TotalSeconds);
    }

    /// <summary>A planned prompt was not taken by the provider: it has written nothing.</summary>
    /// <param name="plan">The plan of the prompt.</param>
    /// <param name="prompt">The prompt.</param>
    public void Refused(CachePlan plan, PromptPrefix prompt)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(prompt);
        prompt = prompt.First(_mostBlocks);
        var path = Path(prompt.Count);
        KeptPrefixes.Forget(_tree, path[.._tree.Find(prompt.Blocks, path)], plan);
    }

    private Span<int> Path(int count)
    {
        if (_path.Length < count)
        {
            _path = new int[count * 2];
        }

        return _path.AsSpan(0, count);
    }

    private CachePlan Consider(PromptPrefix prompt, DateTimeOffset at, ReuseHint hint, bool mayMark)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var now = (at - (_start ??= at)).TotalSeconds;
        prompt = prompt.First(_mostBlocks);
        var count = prompt.Count;
        var path = Path(count);
        var known = _tree.Walk(prompt.Blocks, path);
        var outlook = _learner.Look(_tree, path, known, prompt, now, hint);

        var tried = TriedPrefixes.Hit(_tree, path, now);
        _tried.Plan(_tree, path, prompt, tried, outlook, now);

        // A mark on what is not there after all writes it: below this share of hits that costs more than the reads save.
        var isTrusted = _trust.Share * (rules.WriteMultiplier - rules.ReadMultiplier) >= rules.WriteSurcharge;
        var hit = isTrusted ? KeptPrefixes.Hit(_tree, path, now) : 0;
        if (!isTrusted)
        {
            _trust.Fade();
        }

        var pending = KeptPrefixes.Pending(_tree, path, now);
        var worth = outlook.Worth(prompt, hit, pending, rules, kind => _learner.Pays(now) || _tried.Pays(kind, now), _trust.Share);
        var mayBeLong = hit == 0 || _tree[path[hit - 1]].Kept.Life > rules.Lifetime.TotalSeconds;
        var marks = mayMark ? MarkChooser.Choose(prompt, hit, mayBeLong, worth, rules) : [];
        _kept.Note(_tree, path, prompt, marks, hit, now);
        _learner.Remember(_tree, path, prompt, outlook, now);
        return new CachePlan(marks, hit)
        {
            ContinuedProbability = outlook.Continued,
            SharedProbability = outlook.Shared,
            SharedDepth = outlook.SharedDepth,
            End = count == 0 ? PrefixTree.Root : path[^1],
            Block = count == 0 ? 0 : prompt.Blocks[count - 1],
            At = now,
        };
    }

    /// <summary>A planned prompt was answered: how long the answer was says something of the prompt after it.</summary>
    /// <param name="plan">The plan of the prompt.</param>
    /// <param name="tokens">Tokens of the answer.</param>
    public void Answered(CachePlan plan, int tokens)
    {
        ref var node = ref _tree[plan.End];
        if (plan.End != PrefixTree.Root && node.Block == plan.Block && node.End.Is)
        {
            node.End = node.End with { Answer = tokens };
        }
    }
}
