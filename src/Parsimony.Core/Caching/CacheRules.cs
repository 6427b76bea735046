namespace Parsimony;

/// <summary>What a provider's prompt cache keeps, for how long, and what it charges, in units of one uncached input token.</summary>
public sealed record CacheRules
{
    /// <summary>Price of a token read from the cache.</summary>
    /// <value>Default 0.1.</value>
    public double ReadMultiplier { get; init; } = 0.1;

    /// <summary>Price of a token written for <see cref="Lifetime"/>; 1 where writing costs nothing extra.</summary>
    /// <value>Default 1.25.</value>
    public double WriteMultiplier { get; init; } = 1.25;

    /// <summary>How long an entry lives after it was last written or read.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Price of a token written for <see cref="LongLifetime"/>; null where there is no longer lifetime.</summary>
    /// <value>Default null.</value>
    public double? LongWriteMultiplier { get; init; }

    /// <summary>The longer lifetime.</summary>
    /// <value>Default 1 hour.</value>
    public TimeSpan LongLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Smallest prefix the provider caches, in tokens.</summary>
    /// <value>Default 1,024.</value>
    public int MinimumTokens { get; init; } = 1024;

    /// <summary>Most marks in one request.</summary>
    /// <value>Default 4.</value>
    public int MaxMarks { get; init; } = 4;

    /// <summary>How many block positions before a mark, the marked one counted, are looked up for an earlier entry.</summary>
    /// <value>Default 20.</value>
    public int LookBack { get; init; } = 20;

    /// <summary>After how long an entry just written can be read: when its answer begins.</summary>
    /// <value>Default 1 second.</value>
    public TimeSpan ReadableAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What writing costs beyond sending the token plainly, for the short lifetime.</summary>
    internal double WriteSurcharge => WriteMultiplier - 1;

    /// <summary>What a read saves against sending the token plainly.</summary>
    internal double ReadSaving => 1 - ReadMultiplier;

    internal double Write(bool isLong) => isLong ? LongWriteMultiplier ?? WriteMultiplier : WriteMultiplier;

    internal double Life(bool isLong) => (isLong ? LongLifetime : Lifetime).TotalSeconds;
}
