namespace Parsimony.Providers;

/// <summary>The tier an answer says it was served in, as a route of ours.</summary>
internal static class ServedTier
{
    /// <summary>
    /// The route of a provider's word; null for a plain tier, or none told. OpenAI and those who speak its words (https://platform.openai.com/docs/guides/flex-processing), Gemini
    /// (https://googleapis.github.io/js-genai/release_docs/enums/types.ServiceTier.html) and Bedrock (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ServiceTier.html)
    /// have the same one for the slower tier; all read 2026-11-22.
    /// </summary>
    public static Route? RouteOf(string? tier) => tier == "flex" ? Route.Flex : null;
}
