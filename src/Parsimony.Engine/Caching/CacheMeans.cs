namespace Parsimony.Engine;

/// <summary>What can be asked of a provider's prompt cache.</summary>
/// <param name="TakesMarks">Whether prefixes are marked to be kept.</param>
/// <param name="WritesUnasked">Whether it writes, and charges for it, unless it is told not to.</param>
/// <param name="TakesRoutingKeys">Whether it takes a key that sends requests of one beginning to one machine.</param>
internal readonly record struct CacheMeans(bool TakesMarks, bool WritesUnasked, bool TakesRoutingKeys)
{
    /// <summary>What a provider offers under the rules of one of its models.</summary>
    /// <remarks>
    /// Keys: OpenAI's and Azure's models before GPT-5.6 (https://developers.openai.com/api/docs/guides/prompt-caching, stamped 2026-10-02, read 2026-11-20), Mistral
    /// (https://docs.mistral.ai/inference/conversations/advanced/prompt-caching, 2026-11-20), xAI's <c>x-grok-conv-id</c>
    /// (https://docs.x.ai/developers/advanced-api-usage/prompt-caching, read 2026-11-20) and Fireworks (https://docs.fireworks.ai/guides/prompt-caching, read 2026-11-20). How many requests a
    /// machine of theirs takes is not published: OpenAI's number is reckoned with, UNVERIFIED. Groq documents none.
    /// </remarks>
    public static CacheMeans Of(ProviderId provider, CacheRules rules)
    {
        var isOpenAIs = provider.Value is "openAI" or "azureOpenAI";
        var writesUnasked = isOpenAIs && rules.WriteMultiplier > 1;
        return new CacheMeans(
            isOpenAIs || provider.Value is "anthropic" or "bedrock", writesUnasked,
            (isOpenAIs && !writesUnasked) || provider.Value is "mistral" or "xai" or "fireworks");
    }
}
