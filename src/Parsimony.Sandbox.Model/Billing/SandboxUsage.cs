namespace Parsimony.Sandbox.Model;

/// <summary>What one answer used, in tokens; every input token stands in exactly one field.</summary>
public sealed record SandboxUsage
{
    /// <summary>Input tokens billed at the plain input price.</summary>
    public long UncachedInput { get; init; }

    /// <summary>Input tokens read from a prompt cache.</summary>
    public long CacheRead { get; init; }

    /// <summary>Input tokens written with the short lifetime (Anthropic 5 minutes, OpenAI 30 minutes).</summary>
    public long CacheWriteShort { get; init; }

    /// <summary>Input tokens written with the long lifetime (Anthropic 1 hour, OpenAI 12 hours).</summary>
    public long CacheWriteLong { get; init; }

    /// <summary>Output tokens, reasoning included.</summary>
    public long Output { get; init; }

    /// <summary>The part of <see cref="Output"/> spent on reasoning.</summary>
    public long Reasoning { get; init; }

    /// <summary>Images made.</summary>
    public int Images { get; init; }

    /// <summary>All input tokens: the size that decides the price band.</summary>
    public long TotalInput => UncachedInput + CacheRead + CacheWriteShort + CacheWriteLong;
}
