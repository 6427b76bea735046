namespace Parsimony;

/// <summary>What it is worth, per token, that later requests find each block of a prompt in the cache; never rising with depth.</summary>
internal sealed class PrefixWorth
{
    private readonly double[] _short;
    private readonly double[] _long;
    private readonly int[]? _reach;

    /// <summary>The worth of each block.</summary>
    /// <param name="shortWorth">By depth from 1 (index 0 is unused), of an entry of the short lifetime.</param>
    /// <param name="longWorth">The same, of the longer one.</param>
    /// <param name="reach">How deep the next request that reads a block shares the prompt: the block helps it only under a mark no deeper; null where that is unknown.</param>
    public PrefixWorth(double[] shortWorth, double[] longWorth, int[]? reach = null)
    {
        (_short, _long, _reach) = (shortWorth, longWorth, reach);
        for (var depth = shortWorth.Length - 2; depth >= 1; depth--)
        {
            _short[depth] = Math.Max(_short[depth], _short[depth + 1]);
            _long[depth] = Math.Max(_long[depth], _long[depth + 1]);
        }
    }

    /// <summary>Whether a mark after this block may be better than one after the next.</summary>
    public bool FallsAfter(int depth)
    {
        var isLast = depth == _short.Length - 1;
        return _short[depth] > (isLast ? 0 : _short[depth + 1]) + 1e-9
            || _long[depth] > (isLast ? 0 : _long[depth + 1]) + 1e-9
            || (!isLast && _reach is not null && _reach[depth] != _reach[depth + 1] && _short[depth] > 0);
    }

    /// <summary>Expected gain, in uncached tokens, of the blocks between two marks; what can be read already is not paid again.</summary>
    public double Gain(PromptPrefix prompt, int from, int to, int hit, bool isLong, CacheRules rules)
    {
        var worth = isLong ? _long : _short;
        var paid = Math.Max(0, prompt.TokensTo(to) - Math.Max(prompt.TokensTo(from), prompt.TokensTo(hit)));
        var surcharge = (rules.Write(isLong) - 1) * paid;
        if (_reach is null)
        {
            return (worth[to] * (prompt.TokensTo(to) - prompt.TokensTo(from))) - surcharge;
        }

        var value = 0d;
        for (var depth = from + 1; depth <= to; depth++)
        {
            if (_reach[depth] >= to)
            {
                value += worth[depth] * (prompt.TokensTo(depth) - prompt.TokensTo(depth - 1));
            }
        }

        return value - surcharge;
    }
}
