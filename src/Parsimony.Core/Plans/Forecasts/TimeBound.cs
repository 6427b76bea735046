namespace Parsimony;

/// <summary>How long something takes at most, but for a stated risk: learnt from how long it took before.</summary>
/// <remarks>
/// The logarithms of the times are taken for normal, and the bound is where the next one lies with the asked chance by Student's distribution, which is wider the fewer there are.
/// Never under the longest time seen. With few seen it is never under the prior either: a bound may only shrink on evidence, and grows at once.
/// </remarks>
public sealed record TimeBound
{
    /// <summary>From so many times on the bound may be less than the prior.</summary>
    public const int Enough = 50;

    // Times that are all alike are not believed to have no spread.
    private const double LeastSigma = 0.25;

    private const int Few = 10;

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(10);

    /// <summary>The bound.</summary>
    public required TimeSpan Value { get; init; }

    /// <summary>How many times it was learnt from.</summary>
    public required int Seen { get; init; }

    /// <summary>The bound of a time that is exceeded with a chance of <paramref name="risk"/>.</summary>
    /// <param name="seen">What it took before.</param>
    /// <param name="prior">What is believed until enough was seen.</param>
    /// <param name="risk">The chance to take longer, 0-0.5.</param>
    public static TimeBound Learn(IReadOnlyCollection<TimeSpan> seen, TimeSpan prior, double risk)
    {
        if (seen.Count == 0)
        {
            return new TimeBound { Value = prior, Seen = 0 };
        }

        var longest = seen.Max();
        var bound = seen.Count < Few ? longest * 1.5 : Max(longest, Next(seen, risk));
        bound = seen.Count < Enough ? Max(bound, prior) : Max(bound, Least);
        return new TimeBound { Value = TimeSpan.FromSeconds(Math.Ceiling(Math.Min(bound.TotalSeconds, TimeSpan.FromDays(2).TotalSeconds))), Seen = seen.Count };
    }

    private static TimeSpan Next(IReadOnlyCollection<TimeSpan> seen, double risk)
    {
        var (mean, square, count) = (0.0, 0.0, 0);
        foreach (var time in seen)
        {
            var value = Math.Log(Math.Max(time.TotalSeconds, 0.001));
            count++;
            var off = value - mean;
            mean += off / count;
            square += off * (value - mean);
        }

        var sigma = Math.Max(Math.Sqrt(square / (count - 1)), LeastSigma);
        var log = mean + (NormalCurve.Exceeded(risk, count - 1) * sigma * Math.Sqrt(1 + (1.0 / count)));
        return TimeSpan.FromSeconds(Math.Exp(Math.Min(log, 13)));
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
