using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Counts of an answer: <c>prompt_eval_count</c> is what was read, <c>eval_count</c> what was written (https://github.com/ollama/ollama/blob/main/docs/api.md, read 2026-11-20).</summary>
internal static class OllamaUsageReader
{
    /// <summary>Reads the counts beside an answer; null when the prompt's is missing.</summary>
    /// <remarks>
    /// The prompt's count is left out when the whole of it was in the cache (https://github.com/ollama/ollama/issues/2068, read 2026-11-20): that is
    /// unknown, not zero. A missing count of the answer is an empty answer: zeros are left out. What was cached is not told, so nothing is taken off.
    /// </remarks>
    public static TokenUsage? Read(JsonElement body) => body.Count("prompt_eval_count") is not { } input ? null : new TokenUsage
    {
        UncachedInput = Math.Max(0, input),
        Output = Math.Max(0, body.Count("eval_count") ?? 0),
    };
}
