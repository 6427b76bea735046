using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary><c>usageMetadata</c> to buckets that do not overlap: the prompt's count includes what was cached, thoughts and a tool's own prompt stand apart.</summary>
/// <remarks>Source: https://ai.google.dev/api/generate-content#UsageMetadata and .../gemini-api/docs/tokens, read 2026-11-21.</remarks>
internal static class GeminiUsageReader
{
    /// <summary>The usage of a body; null when it tells none, so that nobody takes silence for zero.</summary>
    public static TokenUsage? ReadFrom(JsonElement body) => body.Object("usageMetadata") is { } usage ? Read(usage) : null;

    /// <summary>The tokens of a usage object; null when it counts neither prompt nor candidates.</summary>
    public static TokenUsage? Read(JsonElement usage)
    {
        var prompt = Count(usage, "promptTokenCount");
        var candidates = Count(usage, "candidatesTokenCount");
        if (prompt is null && candidates is null)
        {
            return null;
        }

        var cached = Math.Min(Count(usage, "cachedContentTokenCount") ?? 0, prompt ?? 0);
        return new TokenUsage
        {
            UncachedInput = (prompt ?? 0) - cached + (Count(usage, "toolUsePromptTokenCount") ?? 0),
            CacheRead = cached,
            Output = candidates ?? 0,
            Reasoning = Count(usage, "thoughtsTokenCount") ?? 0,
        };
    }

    /// <summary>Usage in the framework's overlapping counts.</summary>
    public static UsageDetails? Details(TokenUsage? usage) => usage is not { } known ? null : new UsageDetails
    {
        InputTokenCount = known.TotalInput,
        OutputTokenCount = known.TotalOutput,
        TotalTokenCount = known.TotalInput + known.TotalOutput,
        CachedInputTokenCount = known.CacheRead,
        ReasoningTokenCount = known.Reasoning,
    };

    // Counts are numbers, but proto JSON may write a long one as a string.
    private static long? Count(JsonElement usage, string name) => GeminiNumbers.Whole(usage, name) is { } count ? Math.Max(0, count) : null;
}
