namespace Parsimony.Cli;

/// <summary>A named way to place marks.</summary>
internal abstract class CachePolicy
{
    public abstract string Name { get; }

    /// <summary>The marks of the next request of the trace.</summary>
    public abstract IReadOnlyList<PrefixMark> Marks(TraceRequest request);
}

/// <summary>Marks that do not depend on what was seen.</summary>
internal sealed class FixedPolicy(string name, Func<TraceRequest, int> depth) : CachePolicy
{
    public static CachePolicy None => new FixedPolicy("none", static _ => 0);

    /// <summary>The end of the prompt, as automatic caching does.</summary>
    public static CachePolicy MarkLast => new FixedPolicy("mark-last", static request => request.Count + (request.Prompt.TokensTo(request.Count) < request.Prompt.Tokens ? 1 : 0));

    /// <summary>Before the last block, which is taken to vary.</summary>
    public static CachePolicy AllButLast => new FixedPolicy(
        "all-but-last", static request => request.Prompt.TokensTo(request.Count) < request.Prompt.Tokens ? request.Count : request.Count - 1);

    /// <summary>The first blocks that reach the smallest size a provider caches.</summary>
    public static CachePolicy FirstMessage(CacheRules rules) => new FixedPolicy("first-message", request =>
    {
        for (var depth = 1; depth <= request.Count; depth++)
        {
            if (request.Prompt.TokensTo(depth) >= rules.MinimumTokens)
            {
                return depth;
            }
        }

        return 0;
    });

    public override string Name => name;

    public override IReadOnlyList<PrefixMark> Marks(TraceRequest request) => depth(request) is > 0 and var mark ? [new PrefixMark(mark, false)] : [];
}

/// <summary>The product's own planner.</summary>
internal sealed class PlannedPolicy(CacheRules rules, bool hints) : CachePolicy
{
    private readonly PromptCachePlanner _planner = new(rules, 1_000_000);

    public override string Name => hints ? "ours-with-hints" : "ours";

    public override IReadOnlyList<PrefixMark> Marks(TraceRequest request)
    {
        var plan = _planner.Plan(request.Prompt, DateTimeOffset.UnixEpoch.AddSeconds(request.At), hints && request.Hint != ReuseHint.Unknown ? request.Hint : request.Inferred);
        _planner.Answered(plan, request.AnswerTokens);
        return plan.Marks;
    }
}
