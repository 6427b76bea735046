namespace Parsimony;

/// <summary>What a prompt cache would do for a request, live and in a batch. Immutable; shares are expectations.</summary>
/// <param name="PrefixTokens">Tokens of the prefix that is kept.</param>
/// <param name="LiveHitRate">Chance that a live call reads it, 0-1; else it writes it.</param>
/// <param name="BatchHitRate">Chance that an item of a batch reads it, 0-1.</param>
/// <param name="ReadMultiplier">Price of a token read, in uncached input tokens of the same tier.</param>
/// <param name="WriteMultiplier">Price of a token written, likewise.</param>
/// <param name="StacksWithBatch">Whether the provider's batches use the cache at all.</param>
public sealed record CacheOutlook(
    long PrefixTokens, double LiveHitRate, double BatchHitRate, double ReadMultiplier, double WriteMultiplier, bool StacksWithBatch = true)
{
    /// <summary>For how long the prefix is still kept unless it is read, in whole minutes; null where it is not kept now: whoever goes first writes it.</summary>
    public TimeSpan? WarmFor { get; init; }

    /// <summary>Price of a token read in a batch, in uncached input tokens of the batch tier; null where it is <see cref="ReadMultiplier"/>.</summary>
    public double? BatchReadMultiplier { get; init; }

    /// <summary>The same with its shares cut to twentieths and its time to minutes, so that many requests have the same one and stores keep it once.</summary>
    public CacheOutlook Rounded() => this with
    {
        LiveHitRate = Cut(LiveHitRate),
        BatchHitRate = Cut(BatchHitRate),
        WarmFor = WarmFor is { } time ? TimeSpan.FromMinutes(Math.Max(0, Math.Floor(time.TotalMinutes))) : null,
    };

    /// <summary>What of the input's uncached price is paid live; at most 1: nothing is marked that does not pay.</summary>
    internal double LiveFactor(long input) => Factor(input, LiveHitRate, ReadMultiplier);

    /// <summary>The same in a batch.</summary>
    internal double BatchFactor(long input) => StacksWithBatch ? Factor(input, BatchHitRate, BatchReadMultiplier ?? ReadMultiplier) : 1;

    private static double Cut(double share) => Math.Floor((Math.Clamp(share, 0, 1) * 20) + 1e-9) / 20;

    private double Factor(long input, double hits, double read)
    {
        var share = input <= 0 ? 0 : Math.Min(PrefixTokens / (double)input, 1);
        return Math.Min(1 - (share * (1 - ((hits * read) + ((1 - hits) * WriteMultiplier)))), 1);
    }
}
