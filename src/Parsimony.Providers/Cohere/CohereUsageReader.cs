using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>What is billed: <c>billed_units</c>, which leaves out the instructions Cohere itself puts before a prompt; <c>tokens</c> counts them.</summary>
/// <remarks>cohere-ai/cohere-developer-experience:cohere-openapi.yaml (Usage, ApiMeta), read 2026-11-20. <c>cached_tokens</c> has no price of its own, so nothing is taken off for it.</remarks>
internal static class CohereUsageReader
{
    /// <summary>Reads a chat's <c>usage</c> or an embedding's <c>meta</c>; null when it names no billed tokens, and then the cost is unknown.</summary>
    public static TokenUsage? Read(JsonElement? owner)
    {
        if (owner?.Object("billed_units") is not { } billed || Number(billed, "input_tokens") is not { } input)
        {
            return null;
        }

        // Pictures are billed apart, at a price that is not known here.
        return Number(billed, "image_tokens") is > 0 ? null : new TokenUsage { UncachedInput = input, Output = Number(billed, "output_tokens") ?? 0 };
    }

    // Documented as numbers, not as integers.
    private static long? Number(JsonElement owner, string name) =>
        owner.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) && number is >= 0 and < long.MaxValue ? (long)number : null;
}
