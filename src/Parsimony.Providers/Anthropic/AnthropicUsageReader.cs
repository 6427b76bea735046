using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Anthropic's usage object to buckets that do not overlap: <c>input_tokens</c> already excludes what was cached.</summary>
/// <remarks>Shape: platform.claude.com/docs/en/build-with-claude/prompt-caching, read 2026-11-20. Fees per server tool use are not tokens and not here.</remarks>
internal static class AnthropicUsageReader
{
    /// <summary>The tokens; null when the object says neither input nor output, so that nobody takes silence for zero.</summary>
    public static TokenUsage? Read(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var input = Count(usage, "input_tokens");
        var output = Count(usage, "output_tokens");
        if (input is null && output is null)
        {
            return null;
        }

        var (writeShort, writeLong) = Writes(usage);
        var reasoning = usage.TryGetProperty("output_tokens_details", out var details) ? Count(details, "thinking_tokens") ?? 0 : 0;
        var all = output ?? 0;
        reasoning = Math.Min(reasoning, all);
        return new TokenUsage
        {
            UncachedInput = input ?? 0,
            CacheRead = Count(usage, "cache_read_input_tokens") ?? 0,
            CacheWriteShort = writeShort,
            CacheWriteLong = writeLong,
            Output = all - reasoning,
            Reasoning = reasoning,
        };
    }

    /// <summary>Later stream events repeat only some of the counts: what they leave out stays as it was.</summary>
    public static TokenUsage? Merge(TokenUsage? earlier, JsonElement later)
    {
        if (Read(later) is not { } update || earlier is not { } before)
        {
            return Read(later) ?? earlier;
        }

        var hasWrites = later.TryGetProperty("cache_creation", out _) || later.TryGetProperty("cache_creation_input_tokens", out _);
        return new TokenUsage
        {
            UncachedInput = later.TryGetProperty("input_tokens", out _) ? update.UncachedInput : before.UncachedInput,
            CacheRead = later.TryGetProperty("cache_read_input_tokens", out _) ? update.CacheRead : before.CacheRead,
            CacheWriteShort = hasWrites && update.CacheWriteShort + update.CacheWriteLong > before.CacheWriteShort + before.CacheWriteLong
                ? update.CacheWriteShort
                : before.CacheWriteShort,
            CacheWriteLong = hasWrites && update.CacheWriteShort + update.CacheWriteLong > before.CacheWriteShort + before.CacheWriteLong
                ? update.CacheWriteLong
                : before.CacheWriteLong,
            Output = later.TryGetProperty("output_tokens", out _) ? update.Output : before.Output,
            Reasoning = later.TryGetProperty("output_tokens", out _) ? update.Reasoning : before.Reasoning,
        };
    }

    // The breakdown by lifetime is believed over the total; what only the total names was written for the default five minutes.
    private static (long Short, long Long) Writes(JsonElement usage)
    {
        var total = Count(usage, "cache_creation_input_tokens") ?? 0;
        if (!usage.TryGetProperty("cache_creation", out var creation))
        {
            return (total, 0);
        }

        var writeShort = Count(creation, "ephemeral_5m_input_tokens") ?? 0;
        var writeLong = Count(creation, "ephemeral_1h_input_tokens") ?? 0;
        return (writeShort + Math.Max(0, total - writeShort - writeLong), writeLong);
    }

    private static long? Count(JsonElement owner, string name)
    {
        if (owner.ValueKind != JsonValueKind.Object || !owner.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Number)
        {
            return null;
        }

        if (value.TryGetInt64(out var count))
        {
            return Math.Max(0, count);
        }

        return value.TryGetDouble(out var number) && double.IsFinite(number) && number is >= 0 and < long.MaxValue ? (long)number : 0;
    }
}
