namespace Parsimony;

/// <summary>What is expected of a prompt's future.</summary>
internal sealed record ReuseOutlook
{
    /// <summary>Probability that it is continued within the short, and the long lifetime.</summary>
    public required double Continued { get; init; }

    public required double ContinuedLong { get; init; }

    /// <summary>Probability that its shared part is seen again within the short, and the long lifetime, in whatever prompt.</summary>
    public required double Shared { get; init; }

    public required double SharedLong { get; init; }

    /// <summary>How many leading blocks are shared; 0 for none.</summary>
    public required int SharedDepth { get; init; }

    /// <summary>How many leading blocks were seen again and again, and how often of late.</summary>
    public required int ProvenDepth { get; init; }

    public required double Proven { get; init; }

    /// <summary>The prompt it continues.</summary>
    public required PromptEnd Earlier { get; init; }

    /// <summary>What its caller knows.</summary>
    public required ReuseHint Hint { get; init; }

    public required int[] EndFeatures { get; init; }

    /// <summary>Null where nothing is shared.</summary>
    public required int[]? SharedFeatures { get; init; }

    /// <summary>As what the prompt's end would be written.</summary>
    public PrefixKind EndKind(int hit) =>
        Hint == ReuseHint.Continued ? PrefixKind.Hinted
        : hit > 0 ? PrefixKind.Extension
        : Earlier.Is ? PrefixKind.ContinuedPrompt
        : PrefixKind.FirstPrompt;

    /// <summary>As what its shared part would be written.</summary>
    public PrefixKind SharedKind => Hint == ReuseHint.Shared ? PrefixKind.Hinted : PrefixKind.SharedPart;

    /// <summary>What each block is worth to later requests.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="hit">Leading blocks that can be read now.</param>
    /// <param name="pending">Leading blocks another request is writing now.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="pays">Whether writing a kind of prefix pays; what does not is kept where it is kept already, and not written.</param>
    /// <param name="trust">How much of what was thought to be cached was found there, 0-1.</param>
    public PrefixWorth Worth(PromptPrefix prompt, int hit, int pending, CacheRules rules, Func<PrefixKind, bool> pays, double trust = 1)
    {
        var brief = new double[prompt.Count + 1];
        var lasting = new double[prompt.Count + 1];
        var endPays = pays(EndKind(hit));
        var sharedPays = SharedDepth > 0 && pays(SharedKind);
        for (var depth = 1; depth <= prompt.Count; depth++)
        {
            var isShared = depth <= SharedDepth;
            var isFree = depth <= pending;
            var mayWrite = !isFree && (depth <= ProvenDepth || (isShared ? sharedPays : endPays));
            var again = trust * Math.Max(isShared ? Shared : Continued, depth <= ProvenDepth ? Proven : 0);
            brief[depth] = Bound(Value(again, rules.WriteMultiplier, rules), mayWrite, rules);
            lasting[depth] = mayWrite && (isShared ? sharedPays : endPays) ? LongValue(isShared, rules, trust) : 0;
        }

        return new PrefixWorth(brief, lasting);
    }

    // The one prompt that continues this one could write anew for the short lifetime; a shared part is read by many.
    private double LongValue(bool isShared, CacheRules rules, double trust) =>
        rules.LongWriteMultiplier is not { } write ? 0 : isShared ? Value(trust * SharedLong, write, rules) : Value(trust * ContinuedLong, rules.WriteMultiplier, rules);

    /// <summary>A read saves now, and keeps the entry for the next, but never more than writing anew then would cost.</summary>
    private static double Value(double probability, double write, CacheRules rules) =>
        probability * Math.Min(rules.ReadSaving * (1 + probability), write - rules.ReadMultiplier);

    private static double Bound(double value, bool mayWrite, CacheRules rules) => mayWrite ? value : Math.Min(value, 0.8 * rules.WriteSurcharge);
}
