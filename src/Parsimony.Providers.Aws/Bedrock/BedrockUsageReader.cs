using System.Text.Json;

namespace Parsimony.Providers.Aws;

/// <summary>Converse's usage object to buckets that do not overlap: <c>inputTokens</c> already excludes what the cache read or wrote.</summary>
/// <remarks>Shape: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html, read 2026-11-21. Reasoning is part of the output and not told apart.</remarks>
internal static class BedrockUsageReader
{
    /// <summary>The tokens; null when the object says neither input nor output, so that nobody takes silence for zero.</summary>
    public static TokenUsage? Read(JsonElement usage)
    {
        var input = usage.Count("inputTokens");
        var output = usage.Count("outputTokens");
        if (input is null && output is null)
        {
            return null;
        }

        var written = Math.Max(0, usage.Count("cacheWriteInputTokens") ?? 0);
        var (shortLived, longLived) = Details(usage);
        return new TokenUsage
        {
            UncachedInput = Math.Max(0, input ?? 0),
            CacheRead = Math.Max(0, usage.Count("cacheReadInputTokens") ?? 0),
            // What only the total names was written for the default five minutes.
            CacheWriteShort = shortLived + Math.Max(0, written - shortLived - longLived),
            CacheWriteLong = longLived,
            Output = Math.Max(0, output ?? 0),
        };
    }

    private static (long Short, long Long) Details(JsonElement usage)
    {
        long shortLived = 0;
        long longLived = 0;
        foreach (var detail in usage.Items("cacheDetails"))
        {
            var tokens = Math.Max(0, detail.Count("inputTokens") ?? 0);
            if (detail.Text("ttl") == "1h")
            {
                longLived += tokens;
            }
            else
            {
                shortLived += tokens;
            }
        }

        return (shortLived, longLived);
    }
}
