namespace Parsimony;

/// <summary>The cache rules of a model, from its prices and what is known of its provider.</summary>
public static class ModelCacheRules
{
    // Few enough for the ordinary price: long prompts have another.
    private const long Tokens = 1000;

    // Fireworks publishes no smallest prefix, and writing is free there: most others' is reckoned with. UNVERIFIED.
    private const int CommonMinimum = 1024;

    /// <summary>The rules of a model; null where a price or a fact they need is unknown.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prices">Its prices, whose live tier gives the multipliers.</param>
    /// <param name="models">Its smallest cacheable prefix.</param>
    /// <param name="at">When.</param>
    /// <remarks>
    /// Lifetimes, marks and look-back: Anthropic 5 minutes or 1 hour, 4 marks, 20 block positions (https://platform.claude.com/docs/en/build-with-claude/prompt-caching, read
    /// 2026-11-20). OpenAI 30 minutes and 4 writes from GPT-5.6 on, where only what is
    /// marked again is looked up, so that a prefix is read by a mark at its very end; before that no marks and no write charge, in memory for 5 to 10 idle minutes
    /// (https://developers.openai.com/api/docs/guides/prompt-caching, stamped 2026-10-02, read 2026-11-20). That an entry is readable 1 second after its request was
    /// sent is a typical time to the first token, not a published number. Bedrock's Claude models as Anthropic's
    /// (https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html, autumn 2026); Azure as OpenAI (https://learn.microsoft.com/azure/foundry/openai/how-to/prompt-caching,
    /// read 2026-11-20). Gemini, Vertex AI, Mistral, xAI and Fireworks cache by themselves and charge no write; how long is not published, so the shortest lifetime of the others is
    /// reckoned with. Groq's entries last 2 hours without use (https://console.groq.com/docs/prompt-caching, read 2026-11-20).
    /// </remarks>
    public static CacheRules? Find(ModelId model, PriceList prices, ModelCatalogue models, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(prices);
        ArgumentNullException.ThrowIfNull(models);
        if (Usd(new TokenUsage { UncachedInput = Tokens }) is not ({ } plain and > 0) || Usd(new TokenUsage { CacheRead = Tokens }) is not { } read
            || Usd(new TokenUsage { CacheWriteShort = Tokens }) is not { } write || (models.Find(model)?.MinCacheTokens ?? Unpublished(model)) is not { } smallest)
        {
            return null;
        }

        var rules = new CacheRules { ReadMultiplier = (double)(read / plain), WriteMultiplier = (double)(write / plain), MinimumTokens = smallest };
        return model.Provider.Value switch
        {
            "anthropic" => Marked(rules),
            "bedrock" when model.Name.Contains("anthropic.claude", StringComparison.Ordinal) => Marked(rules),
            "openAI" or "azureOpenAI" when rules.WriteMultiplier > 1 => rules with { Lifetime = TimeSpan.FromMinutes(30), LookBack = 1 },
            "openAI" or "azureOpenAI" or "gemini" or "vertexAI" or "mistral" or "xai" or "fireworks" => rules,
            "groq" => rules with { Lifetime = TimeSpan.FromHours(2) },
            _ => null,
        };

        static int? Unpublished(ModelId model) => model.Provider.Value == "fireworks" ? CommonMinimum : null;

        CacheRules Marked(CacheRules shorter) => shorter with { LongWriteMultiplier = Usd(new TokenUsage { CacheWriteLong = Tokens }) is { } lasting ? (double)(lasting / plain) : null };

        decimal? Usd(TokenUsage usage) => prices.Price(model, usage, PriceTier.Live, at).Usd;
    }
}
