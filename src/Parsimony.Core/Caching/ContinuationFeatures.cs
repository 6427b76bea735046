namespace Parsimony;

/// <summary>What is known of a prompt when one asks whether it will be continued.</summary>
internal static class ContinuationFeatures
{
    private const int Block = 512;
    private const int Turn = 0, Length = 5, TurnLength = 14, Added = 59, Pause = 66, Exact = 74, AddedPause = 76, Answer = 132, Known = 143, Hint = 148, Origin = 152, Origins = 64;

    public const int Count = Origin + Origins;

    /// <summary>A forecast that begins with what conversations have in common: the longer they are, the likelier they go on; long pauses and long additions are not theirs.</summary>
    public static ReuseForecast NewForecast()
    {
        var forecast = new ReuseForecast(Count, -3.8);
        for (var turn = 1; turn <= 4; turn++)
        {
            forecast.Believe(Turn + turn, 1 + (0.2 * turn));
        }

        for (var added = 3; added <= 6; added++)
        {
            forecast.Believe(Added + added, -2.5);
        }

        forecast.Believe(Exact, -1);
        forecast.Believe(Pause, 0.7);
        forecast.Believe(Pause + 1, 0.5);
        forecast.Believe(Pause + 2, 0.3);
        forecast.Believe(Hint + (int)ReuseHint.Continued, 4.5);
        // What others share may well come again whole: it is soon learnt where it does.
        forecast.Believe(Hint + (int)ReuseHint.Shared, -0.5);
        forecast.Believe(Hint + (int)ReuseHint.Single, -3);
        return forecast;
    }

    /// <summary>The features of a prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="known">How many leading blocks were seen before.</param>
    /// <param name="earlier">The prompt it continues; none where it is the first.</param>
    /// <param name="isExact">Whether all known blocks are that prompt's.</param>
    /// <param name="now">Seconds.</param>
    /// <param name="origins">The prompt's first block where many prompts have it, such as a workload's instructions; else 0.</param>
    public static int[] Of(PromptPrefix prompt, int known, PromptEnd earlier, bool isExact, double now, ulong origins)
    {
        var origin = (int)(origins % Origins);
        var length = Math.Min(8, Size(prompt.TokensTo(prompt.Count) / Block));
        if (!earlier.Is)
        {
            return [Turn, Length + length, TurnLength + length, Known + Math.Min(4, Size((prompt.TokensTo(known) / Block) - 1)), Origin + origin];
        }

        var turn = Math.Min(earlier.Turn + 1, 4);
        var added = Math.Min(6, Size((prompt.TokensTo(prompt.Count) / Block) - (earlier.Tokens / Block)));
        var pause = Math.Min(7, Size((now - earlier.At) / 10));
        return
        [
            Turn + turn, Length + length, TurnLength + (turn * 9) + length, Added + added, Pause + pause, Exact + (isExact ? 1 : 0), AddedPause + (added * 8) + pause,
            Answer + Math.Min(10, Size(earlier.Answer)), Origin + origin,
        ];
    }

    /// <summary>The features of a prompt of which its caller knows the future.</summary>
    public static int[] Of(ReuseHint hint) => [Hint + (int)hint];

    internal static int Size(double value) => value < 1 ? 0 : 1 + (int)Math.Log2(value);
}
