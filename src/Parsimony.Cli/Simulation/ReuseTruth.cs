namespace Parsimony.Cli;

/// <summary>What became of the prompts of one kind of hint: how many were continued, how many shared only their beginning, within an entry's lifetime.</summary>
/// <param name="Hint">What was said of them.</param>
/// <param name="IsInferred">Whether nobody said it, and it was inferred from the request.</param>
/// <param name="Prompts">How many there are.</param>
/// <param name="Continued">Those a later prompt extended.</param>
/// <param name="Shared">Those whose first 1,024 tokens a later prompt had, and none all of them.</param>
internal sealed record ReuseTruth(ReuseHint Hint, bool IsInferred, int Prompts, int Continued, int Shared)
{
    /// <summary>Those of which what was said came true.</summary>
    public int True => Hint switch
    {
        ReuseHint.Continued => Continued,
        ReuseHint.Shared => Shared,
        _ => Prompts - Continued - Shared,
    };

    /// <summary>What it is called.</summary>
    public string Name => Hint.ToString().ToLowerInvariant() + (IsInferred ? " (inferred)" : "");

    /// <summary>By kind of hint, in their order; none for a trace without hints.</summary>
    public static IReadOnlyList<ReuseTruth> Of(Trace trace, CacheRules rules) =>
    [
        .. trace.Requests.Zip(DerivedHints.Of(trace, rules), static (request, truth) => (Said: request.Hint, request.Inferred, Truth: truth))
            .Select(pair => (Hint: pair.Said == ReuseHint.Unknown ? pair.Inferred : pair.Said, IsInferred: pair.Said == ReuseHint.Unknown, pair.Truth))
            .Where(pair => pair.Hint != ReuseHint.Unknown)
            .GroupBy(pair => (pair.Hint, pair.IsInferred))
            .OrderBy(group => group.Key)
            .Select(group => new ReuseTruth(
                group.Key.Hint, group.Key.IsInferred, group.Count(), group.Count(pair => pair.Truth == ReuseHint.Continued), group.Count(pair => pair.Truth == ReuseHint.Shared))),
    ];
}
