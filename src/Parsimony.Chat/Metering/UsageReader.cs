using Microsoft.Extensions.AI;

namespace Parsimony.Chat;

/// <summary>The framework's overlapping counts as buckets that do not overlap: its input count holds what was cached, its output count the reasoning.</summary>
internal static class UsageReader
{
    // Where clients put what the framework has no word for: our own, Anthropic's (CacheCreationInputTokens, counted in the input:
    // https://github.com/anthropics/anthropic-sdk-csharp/blob/main/src/Anthropic/AnthropicClientExtensions.cs, read 2026-11-21), and the wire's own names.
    private static readonly string[] ShortWrites = ["CacheWrite5mTokenCount", "ephemeral_5m_input_tokens", "cache_write_tokens"];
    private static readonly string[] LongWrites = ["CacheWrite1hTokenCount", "ephemeral_1h_input_tokens"];
    private static readonly string[] AllWrites = ["CacheCreationInputTokens", "cache_creation_input_tokens", "CacheWriteTokens"];
    private static readonly string[] Reads = ["CacheReadInputTokens", "cache_read_input_tokens", "InputTokenDetails.CachedTokenCount"];

    /// <summary>The usage; null when it names neither input nor output, so that nobody takes silence for zero.</summary>
    public static TokenUsage? Read(UsageDetails? usage)
    {
        if (usage is null || (usage.InputTokenCount is null && usage.OutputTokenCount is null))
        {
            return null;
        }

        var input = Math.Max(0, usage.InputTokenCount ?? 0);
        var output = Math.Max(0, usage.OutputTokenCount ?? 0);
        var read = Math.Max(0, usage.CachedInputTokenCount ?? Count(usage, Reads));
        var writeLong = Count(usage, LongWrites);
        var writeShort = Math.Max(Count(usage, ShortWrites), Count(usage, AllWrites) - writeLong);
        var reasoning = Math.Clamp(usage.ReasoningTokenCount ?? 0, 0, output);
        var cached = read + writeShort + writeLong;
        return new TokenUsage
        {
            // A client that counts the cached tokens apart from the input is noticed when they are more.
            UncachedInput = cached > input ? input : input - cached,
            CacheRead = read,
            CacheWriteShort = writeShort,
            CacheWriteLong = writeLong,
            Output = output - reasoning,
            Reasoning = reasoning,
        };
    }

    private static long Count(UsageDetails usage, string[] names)
    {
        foreach (var name in names)
        {
            if (usage.AdditionalCounts is { } counts && counts.TryGetValue(name, out var count))
            {
                return Math.Max(0, count);
            }
        }

        return 0;
    }
}
