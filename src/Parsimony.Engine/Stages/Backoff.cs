namespace Parsimony.Engine;

/// <summary>How long to wait before trying again.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan LongestOfStage = TimeSpan.FromMinutes(1);

    /// <summary>Doubles from 5 seconds to 15 minutes with up to a quarter of jitter; never less than the provider asked for.</summary>
    public static TimeSpan After(int tries, TimeSpan? asked, double chance)
    {
        var span = First * Math.Pow(2, Math.Clamp(tries, 0, 12));
        var wait = (span < Longest ? span : Longest) * (1 + (chance / 4));
        return asked is { } least && least > wait ? least : wait;
    }

    /// <summary>Doubles from 5 seconds to a minute, with jitter: for a stage that failed as a whole, mostly because the store is gone. When it is back, nobody waits long for us.</summary>
    public static TimeSpan OfStage(int tries, double chance)
    {
        var span = First * Math.Pow(2, Math.Clamp(tries, 0, 12));
        return (span < LongestOfStage ? span : LongestOfStage) * (1 - (chance / 4));
    }

    /// <summary>How many tries, each pause twice the last, fit into a time: for what has failed ever since an instant, and is not counted.</summary>
    public static int TriesIn(TimeSpan elapsed) => elapsed <= TimeSpan.Zero ? 0 : (int)Math.Log2(1 + (elapsed / First));
}
