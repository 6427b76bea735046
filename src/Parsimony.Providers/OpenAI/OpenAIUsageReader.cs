using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>
/// Usage in buckets that do not overlap. The input count includes what was read from and written to the cache, the output count mostly includes
/// reasoning (https://developers.openai.com/api/docs/guides/prompt-caching, read 2026-11-20).
/// </summary>
internal static class OpenAIUsageReader
{
    /// <summary>Reads the <c>usage</c> of an answer's body; null when it names neither input nor output.</summary>
    /// <param name="body">The body.</param>
    /// <param name="countsReasoningApart">Whether the output count leaves reasoning out.</param>
    public static TokenUsage? ReadFrom(JsonElement body, bool countsReasoningApart)
    {
        var images = body.Member("object") is null ? body.Items("data").Count(item => item.Text("b64_json") is not null || item.Text("url") is not null) : 0;
        var usage = body.Object("usage") is { } tokens ? Read(tokens, countsReasoningApart) : null;
        return images == 0 ? usage : (usage ?? default) with { Images = images };
    }

    /// <summary>Reads a usage object, of chat, responses, embeddings or images.</summary>
    public static TokenUsage? Read(JsonElement usage, bool countsReasoningApart)
    {
        var input = usage.Count("prompt_tokens") ?? usage.Count("input_tokens");
        var output = usage.Count("completion_tokens") ?? usage.Count("output_tokens");
        if (input is null && output is null)
        {
            return null;
        }

        var total = Math.Max(0, input ?? 0);
        // A total that is input and output alone says that reasoning is in the output after all.
        countsReasoningApart = countsReasoningApart && usage.Count("completion_tokens") is { } said && usage.Count("total_tokens") != total + said;
        var answered = Math.Max(0, output ?? ((usage.Count("total_tokens") ?? 0) - total));
        var inputDetails = usage.Object("prompt_tokens_details") ?? usage.Object("input_tokens_details");
        var outputDetails = usage.Object("completion_tokens_details") ?? usage.Object("output_tokens_details");
        // Where the count of cached tokens stands elsewhere: DeepSeek (https://api-docs.deepseek.com/guides/kv_cache) and older Moonshot
        // (https://github.com/pydantic/genai-prices, prices/providers/moonshotai.yml), read 2026-11-20.
        var read = inputDetails?.Count("cached_tokens") is null
            ? Math.Clamp(usage.Count("prompt_cache_hit_tokens") ?? usage.Count("cached_tokens") ?? 0, 0, total)
            : Part(inputDetails, "cached_tokens", total);
        var written = Part(inputDetails, "cache_write_tokens", total - read);
        var reasoning = Part(outputDetails, "reasoning_tokens", countsReasoningApart ? long.MaxValue : answered);
        return new TokenUsage
        {
            UncachedInput = total - read - written,
            CacheRead = read,
            CacheWriteShort = written,
            Output = countsReasoningApart ? answered : answered - reasoning,
            Reasoning = reasoning,
        };
    }

    // Details that contradict their total never make a bucket negative.
    private static long Part(JsonElement? details, string name, long most) => Math.Clamp(details?.Count(name) ?? 0, 0, most);
}
