using System.Runtime.InteropServices;

namespace Parsimony;

/// <summary>
/// The prompts of a run or batch, all known before the first is sent: which prefixes they share, and which of those are worth keeping. First every prompt is
/// added, then each gets its marks; requests that share a prefix mark it alike, wherever they stand. Not safe for several threads.
/// </summary>
/// <param name="rules">The provider's rules for the model; entries are asked for their <see cref="CacheRules.Lifetime"/>.</param>
/// <param name="hitRate">How many of the requests after a prefix's first one are expected to find it, 0-1.</param>
/// <param name="capacity">Most prefixes counted; those that come later count as one of a kind. About 30 bytes each; default 500,000.</param>
public sealed class KnownQueue(CacheRules rules, double hitRate, int capacity = 500_000)
{
    private readonly Dictionary<ulong, int> _counts = [];

    /// <summary>Requests that got a mark so far.</summary>
    public int Marked { get; private set; }

    /// <summary>Of those, how many can find what they share, which another of them writes.</summary>
    public double Followers { get; private set; }

    /// <summary>The share of the marked requests that is expected to read from the cache, 0-1; null when none was marked.</summary>
    public double? ExpectedHitRate => Marked == 0 ? null : hitRate * Followers / Marked;

    /// <summary>Forgets what was marked, to go through the same prompts again.</summary>
    public void Rewind() => (Marked, Followers) = (0, 0);

    /// <summary>Counts a prompt.</summary>
    public void Add(PromptPrefix prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var keys = prompt.Keys;
        for (var depth = 1; depth <= prompt.Count; depth++)
        {
            if (prompt.TokensTo(depth) < rules.MinimumTokens)
            {
                continue;
            }

            if (_counts.Count < capacity)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_counts, keys[depth - 1], out _)++;
            }
            else if (_counts.TryGetValue(keys[depth - 1], out var count))
            {
                _counts[keys[depth - 1]] = count + 1;
            }
        }
    }

    /// <summary>What a counted prompt asks of the cache: its marks, or that nothing is to be written where the provider would charge for it by itself.</summary>
    public CacheControl Ask(PromptPrefix prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var keys = prompt.Keys;
        var depths = new List<(int Depth, int Count)>();
        var next = 0;
        for (var depth = prompt.Count; depth >= 1 && prompt.TokensTo(depth) >= rules.MinimumTokens; depth--)
        {
            // Where as many share the next block, too, the mark belongs there.
            var count = _counts.GetValueOrDefault(keys[depth - 1]);
            if (count > next && Multiplier(count) < 1)
            {
                depths.Add((depth, count));
                next = count;
            }
        }

        depths.Reverse();
        if (depths.Count == 0)
        {
            return CacheControl.Declined;
        }

        var marks = Best(prompt, depths);
        Marked++;
        Followers += (depths[marks[0]].Count - 1d) / depths[marks[0]].Count;
        return new CacheControl { Marks = [.. marks.Select(index => new CacheMark(depths[index].Depth - 1, rules.Lifetime))], IsDeclined = true };
    }

    /// <summary>
    /// What sending one request of those that share a counted prompt's beginning live, before all others, is expected to save, in uncached tokens of a batch; 0 or less where it does not
    /// pay. It would spare the others the misses that come of many being begun at once, and costs the discount of that one.
    /// </summary>
    public double WarmUpGain(PromptPrefix prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var keys = prompt.Keys;
        for (var depth = prompt.Count; depth >= 1 && prompt.TokensTo(depth) >= rules.MinimumTokens; depth--)
        {
            if (_counts.GetValueOrDefault(keys[depth - 1]) is > 1 and var count && Multiplier(count) < 1)
            {
                var tokens = prompt.TokensTo(depth);
                return ((1 - hitRate) * (count - 1) * (rules.WriteMultiplier - rules.ReadMultiplier) * tokens) - (rules.WriteMultiplier * tokens) - (prompt.Tokens - tokens);
            }
        }

        return 0;
    }

    /// <summary>What a token of a prefix that so many share costs each of them, in uncached tokens: the first writes, the others read or write again.</summary>
    private double Multiplier(int count) => (rules.WriteMultiplier + ((count - 1) * ((hitRate * rules.ReadMultiplier) + ((1 - hitRate) * rules.WriteMultiplier)))) / count;

    /// <summary>Of the places where a mark pays, the best that the provider takes: each covers what lies between it and the one before.</summary>
    private List<int> Best(PromptPrefix prompt, List<(int Depth, int Count)> depths)
    {
        var most = Math.Min(rules.MaxMarks, depths.Count);
        var gain = new double[most + 1, depths.Count];
        var from = new int[most + 1, depths.Count];
        var (bestMarks, bestIndex) = (1, 0);
        for (var used = 1; used <= most; used++)
        {
            for (var index = used - 1; index < depths.Count; index++)
            {
                (gain[used, index], from[used, index]) = (double.NegativeInfinity, -1);
                for (var before = used == 1 ? -1 : used - 2; before < (used == 1 ? 0 : index); before++)
                {
                    var tokens = prompt.TokensTo(depths[index].Depth) - (before < 0 ? 0 : prompt.TokensTo(depths[before].Depth));
                    var sum = (before < 0 ? 0 : gain[used - 1, before]) + ((1 - Multiplier(depths[index].Count)) * tokens);
                    if (sum > gain[used, index])
                    {
                        (gain[used, index], from[used, index]) = (sum, before);
                    }
                }

                if (gain[used, index] > gain[bestMarks, bestIndex])
                {
                    (bestMarks, bestIndex) = (used, index);
                }
            }
        }

        var chosen = new List<int>(bestMarks);
        for (var (used, index) = (bestMarks, bestIndex); index >= 0 && used > 0; used--)
        {
            chosen.Add(index);
            index = from[used, index];
        }

        chosen.Reverse();
        return chosen;
    }
}
