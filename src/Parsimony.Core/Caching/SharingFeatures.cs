namespace Parsimony;

/// <summary>What is known of a prefix that several prompts had when one asks whether another will have it.</summary>
internal static class SharingFeatures
{
    private const int Block = 512;
    private const int Visits = 0, Age = 7, Kind = 15, Depth = 19, Hint = 25;

    public const int Count = 29;

    public static ReuseForecast NewForecast()
    {
        var forecast = new ReuseForecast(Count, -3.8);
        forecast.Believe(Hint + (int)ReuseHint.Continued, 1);
        forecast.Believe(Hint + (int)ReuseHint.Shared, 4.5);
        forecast.Believe(Hint + (int)ReuseHint.Single, -3);
        return forecast;
    }

    /// <summary>The features of a shared prefix.</summary>
    /// <param name="visits">How many prompts had it before.</param>
    /// <param name="age">Seconds since the last of them.</param>
    /// <param name="isContinuation">Whether the prompt continues an earlier one.</param>
    /// <param name="isExact">Whether the prefix is that prompt.</param>
    /// <param name="tokens">Tokens of the prefix.</param>
    public static int[] Of(int visits, double age, bool isContinuation, bool isExact, int tokens) =>
    [
        Visits + Math.Min(6, ContinuationFeatures.Size(visits)), Age + Math.Min(7, ContinuationFeatures.Size(age / 10)),
        Kind + (isContinuation ? 2 : 0) + (isExact ? 1 : 0), Depth + Math.Min(5, ContinuationFeatures.Size(tokens / Block)),
    ];

    /// <summary>The features of a prefix of whose prompt the caller knows the future.</summary>
    public static int[] Of(ReuseHint hint) => [Hint + (int)hint];
}
