using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>
/// OpenAI's usage in buckets that do not overlap. Its input count includes what was read from and written to the cache, its output count includes
/// reasoning (https://developers.openai.com/api/docs/guides/prompt-caching, read 2026-11-20).
/// </summary>
internal static class OpenAIUsageReader
{
    /// <summary>Reads the <c>usage</c> of an answer's body; null when it names neither input nor output.</summary>
    public static TokenUsage? ReadFrom(JsonElement body)
    {
        var images = body.Member("object") is null ? body.Items("data").Count(item => item.Text("b64_json") is not null || item.Text("url") is not null) : 0;
        var usage = body.Object("usage") is { } tokens ? Read(tokens) : null;
        return images == 0 ? usage : (usage ?? default) with { Images = images };
    }

    /// <summary>Reads a usage object, of chat, responses, embeddings or images.</summary>
    public static TokenUsage? Read(JsonElement usage)
    {
        var input = usage.Count("prompt_tokens") ?? usage.Count("input_tokens");
        var output = usage.Count("completion_tokens") ?? usage.Count("output_tokens");
        if (input is null && output is null)
        {
            return null;
        }

        var total = Math.Max(0, input ?? 0);
        var answered = Math.Max(0, output ?? ((usage.Count("total_tokens") ?? 0) - total));
        var inputDetails = usage.Object("prompt_tokens_details") ?? usage.Object("input_tokens_details");
        var outputDetails = usage.Object("completion_tokens_details") ?? usage.Object("output_tokens_details");
        var read = Part(inputDetails, "cached_tokens", total);
        var written = Part(inputDetails, "cache_write_tokens", total - read);
        var reasoning = Part(outputDetails, "reasoning_tokens", answered);
        return new TokenUsage
        {
            UncachedInput = total - read - written,
            CacheRead = read,
            CacheWriteShort = written,
            Output = answered - reasoning,
            Reasoning = reasoning,
        };
    }

    // Details that contradict their total never make a bucket negative.
    private static long Part(JsonElement? details, string name, long most) => Math.Clamp(details?.Count(name) ?? 0, 0, most);
}
