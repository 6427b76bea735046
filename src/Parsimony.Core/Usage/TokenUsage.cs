namespace Parsimony;

/// <summary>What a provider says it processed, in buckets that do not overlap: every token is in exactly one. Counts of tokens unless named otherwise.</summary>
public readonly record struct TokenUsage
{
    /// <summary>Input tokens billed at the plain input price.</summary>
    public long UncachedInput { get; init; }

    /// <summary>Input tokens read from a prompt cache.</summary>
    public long CacheRead { get; init; }

    /// <summary>Input tokens written to a prompt cache of the provider's short lifetime (Anthropic 5 minutes, OpenAI 30 minutes).</summary>
    public long CacheWriteShort { get; init; }

    /// <summary>Input tokens written to a prompt cache of the provider's long lifetime (Anthropic 1 hour).</summary>
    public long CacheWriteLong { get; init; }

    /// <summary>Output tokens other than <see cref="Reasoning"/>.</summary>
    public long Output { get; init; }

    /// <summary>Reasoning tokens, where the provider tells them apart; billed as output.</summary>
    public long Reasoning { get; init; }

    /// <summary>Images generated.</summary>
    public int Images { get; init; }

    /// <summary>All input: uncached, read and written.</summary>
    public long TotalInput => UncachedInput + CacheRead + CacheWriteShort + CacheWriteLong;

    /// <summary>All output: visible and reasoning.</summary>
    public long TotalOutput => Output + Reasoning;

    /// <summary>Bucket by bucket sum.</summary>
    public static TokenUsage operator +(TokenUsage left, TokenUsage right) => new()
    {
        UncachedInput = left.UncachedInput + right.UncachedInput,
        CacheRead = left.CacheRead + right.CacheRead,
        CacheWriteShort = left.CacheWriteShort + right.CacheWriteShort,
        CacheWriteLong = left.CacheWriteLong + right.CacheWriteLong,
        Output = left.Output + right.Output,
        Reasoning = left.Reasoning + right.Reasoning,
        Images = left.Images + right.Images,
    };

    /// <summary>Bucket by bucket sum.</summary>
    public static TokenUsage Add(TokenUsage left, TokenUsage right) => left + right;
}
