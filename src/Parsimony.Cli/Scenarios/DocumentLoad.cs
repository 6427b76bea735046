namespace Parsimony.Cli;

/// <summary>A month of documents, each one request.</summary>
/// <param name="Documents">How many.</param>
/// <param name="Input">Input tokens of each.</param>
/// <param name="Output">Output tokens of each.</param>
/// <param name="Cacheable">Input tokens of each that all have in common.</param>
/// <param name="HitRate">Share of them that finds the common part in the cache, 0-1.</param>
internal sealed record DocumentLoad(long Documents, long Input, long Output, long Cacheable, decimal HitRate)
{
    /// <summary>As the documents have it.</summary>
    public static DocumentLoad Stated { get; } = new(1_000_000, 2_000, 500, 1_500, 0.90m);

    /// <summary>As the documents' best case: nine tenths of the input in common, 95 % hits.</summary>
    public DocumentLoad Best => this with { Cacheable = Input * 9 / 10, HitRate = 0.95m };

    /// <summary>Without a cache.</summary>
    public TokenUsage Plain => new() { UncachedInput = Input, Output = Output };

    /// <summary>A request that finds the common part.</summary>
    public TokenUsage Hit => new() { UncachedInput = Input - Cacheable, CacheRead = Cacheable, Output = Output };

    /// <summary>A request that does not, and writes it.</summary>
    public TokenUsage Miss(bool isLong) => isLong
        ? new() { UncachedInput = Input - Cacheable, CacheWriteLong = Cacheable, Output = Output }
        : new() { UncachedInput = Input - Cacheable, CacheWriteShort = Cacheable, Output = Output };
}
