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
    private DateTimeOffset? _start;
    private int[] _path = new int[16];

    /// <summary>The marks for a prompt that is about to be sent; the planner takes it that it is sent with them.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="at">When it is sent; not before earlier ones.</param>
    /// <param name="hint">What the caller knows of its future.</param>
    public CachePlan Plan(PromptPrefix prompt, DateTimeOffset at, ReuseHint hint = ReuseHint.Unknown)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var now = (at - (_start ??= at)).TotalSeconds;
        prompt = prompt.First(_mostBlocks);
        var count = prompt.Count;
        if (_path.Length < count)
        {
            _path = new int[count * 2];
        }

        var path = _path.AsSpan(0, count);
        var known = _tree.Walk(prompt.Blocks, path);
        var outlook = _learner.Look(_tree, path, known, prompt, now, hint);

        var tried = TriedPrefixes.Hit(_tree, path, now);
        _tried.Plan(_tree, path, prompt, tried, outlook, now);

        var hit = KeptPrefixes.Hit(_tree, path, now);
        var pending = KeptPrefixes.Pending(_tree, path, now);
        var marks = MarkChooser.Choose(prompt, hit, hit == 0 || _tree[path[hit - 1]].Kept.Life > rules.Lifetime.TotalSeconds, outlook.Worth(prompt, hit, pending, rules, kind => _learner.Pays(now) || _tried.Pays(kind, now)), rules);
        _kept.Note(_tree, path, prompt, marks, hit, now);
        _learner.Remember(_tree, path, prompt, outlook, now);
        return new CachePlan(marks, hit)
        {
            ContinuedProbability = outlook.Continued,
            SharedProbability = outlook.Shared,
            SharedDepth = outlook.SharedDepth,
            End = count == 0 ? PrefixTree.Root : path[^1],
            Block = count == 0 ? 0 : prompt.Blocks[count - 1],
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
