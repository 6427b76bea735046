namespace Parsimony;

/// <summary>Chooses the marks of one request: which prefixes are worth their write, at most as many as the provider takes. Pure.</summary>
internal static class MarkChooser
{
    private const double Nothing = 1e-9;

    /// <summary>The marks with the highest expected gain; empty where no mark is better than none.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="hit">How many leading blocks can be read from the cache now; they are marked or looked back at, so that they are read.</param>
    /// <param name="mayBeLong">Whether the longer lifetime may be asked for: not beyond an entry of the shorter one, whose part would not live longer for it.</param>
    /// <param name="worth">What having each block cached is worth to later requests.</param>
    /// <param name="rules">The provider's rules.</param>
    public static IReadOnlyList<PrefixMark> Choose(PromptPrefix prompt, int hit, bool mayBeLong, PrefixWorth worth, CacheRules rules)
    {
        var depths = Candidates(prompt, hit, worth, rules);
        if (depths.Count == 0)
        {
            return [];
        }

        var count = depths.Count;
        var marks = Math.Min(rules.MaxMarks, count);
        var gain = new double[count, marks + 1, 2];
        var from = new (int Index, int Kind)[count, marks + 1, 2];
        var best = 0d;
        var at = (Index: -1, Marks: 0, Kind: 0);
        for (var used = 1; used <= marks; used++)
        {
            for (var index = 0; index < count; index++)
            {
                for (var kind = 0; kind < 2; kind++)
                {
                    (gain[index, used, kind], from[index, used, kind]) = Best(index, used, kind);
                    var value = gain[index, used, kind];
                    var reads = hit == 0 || depths[index] >= hit;
                    if (reads && !double.IsNegativeInfinity(value) && (value > best + Nothing || (at.Index < 0 && hit > 0 && depths[index] == hit)))
                    {
                        best = Math.Max(best, value);
                        at = (index, used, kind);
                    }
                }
            }
        }

        return Walk();

        (double Gain, (int Index, int Kind) From) Best(int index, int used, int kind)
        {
            if (kind == 1 && (!mayBeLong || rules.LongWriteMultiplier is null))
            {
                return (double.NegativeInfinity, default);
            }

            if (used == 1)
            {
                return Reaches(0, depths[index]) ? (worth.Gain(prompt, 0, depths[index], hit, kind == 1, rules), (-1, 0)) : (double.NegativeInfinity, default);
            }

            var (value, before) = (double.NegativeInfinity, (-1, 0));
            for (var earlier = 0; earlier < index; earlier++)
            {
                // Longer lifetimes come first in a prompt.
                for (var earlierKind = kind; earlierKind < 2; earlierKind++)
                {
                    var soFar = gain[earlier, used - 1, earlierKind];
                    if (double.IsNegativeInfinity(soFar) || !Reaches(depths[earlier], depths[index]))
                    {
                        continue;
                    }

                    var sum = soFar + worth.Gain(prompt, depths[earlier], depths[index], hit, kind == 1, rules);
                    if (sum > value)
                    {
                        (value, before) = (sum, (earlier, earlierKind));
                    }
                }
            }

            return (value, before);
        }

        // The first mark at or beyond the hit must look back far enough to find it.
        bool Reaches(int previous, int depth) => hit == 0 || previous >= hit || depth <= hit || depth - hit < rules.LookBack;

        List<PrefixMark> Walk()
        {
            var chosen = new List<PrefixMark>(marks);
            for (var (index, used, kind) = at; index >= 0 && used > 0; used--)
            {
                chosen.Add(new PrefixMark(depths[index], kind == 1));
                (index, kind) = from[index, used, kind];
            }

            chosen.Reverse();
            return chosen;
        }
    }

    private static List<int> Candidates(PromptPrefix prompt, int hit, PrefixWorth worth, CacheRules rules)
    {
        var depths = new List<int>();
        for (var depth = 1; depth <= prompt.Count; depth++)
        {
            if (prompt.TokensTo(depth) >= rules.MinimumTokens && (depth == hit || worth.FallsAfter(depth)))
            {
                depths.Add(depth);
            }
        }

        return depths;
    }
}
