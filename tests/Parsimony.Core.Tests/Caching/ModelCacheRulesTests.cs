namespace Parsimony.Core.Tests;

public sealed class ModelCacheRulesTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-5", 0.1, 1.25, 2.0, 1024, 300)]
    [InlineData("anthropic/claude-sonnet-5-5", 0.05, 1.25, 2.0, 512, 300)]
    [InlineData("anthropic/claude-haiku-4-5", 0.1, 1.25, 2.0, 4096, 300)]
    [InlineData("openAI/gpt-6.1-sol", 0.05, 1.25, null, 1024, 1800)]
    [InlineData("openAI/gpt-5-mini", 0.1, 1.0, null, 1024, 300)]
    [InlineData("azureOpenAI/gpt-5.6-terra", 0.1, 1.25, null, 1024, 1800)]
    [InlineData("azureOpenAI/gpt-4o", 0.5, 1.0, null, 1024, 300)]
    [InlineData("bedrock/global.anthropic.claude-opus-4-7", 0.1, 1.25, 2.0, 4096, 300)]
    [InlineData("gemini/gemini-4-argon", 0.05, 1.0, null, 4096, 300)]
    [InlineData("gemini/gemini-2.5-flash", 0.1, 1.0, null, 2048, 300)]
    [InlineData("vertexAI/gemini-4-argon", 0.05, 1.0, null, 6144, 300)]
    [InlineData("groq/openai/gpt-oss-20b", 0.5, 1.0, null, 1024, 7200)]
    [InlineData("mistral/mistral-large-2512", 0.1, 1.0, null, 64, 300)]
    [InlineData("xai/grok-4.3", 0.16, 1.0, null, 128, 300)]
    [InlineData("fireworks/gpt-oss-20b", 0.5, 1.0, null, 1024, 300)]
    public void A_models_rules_follow_from_its_prices_and_facts(string model, double read, double write, double? lasting, int smallest, int seconds)
    {
        var rules = ModelCacheRules.Find(ModelId.Parse(model), PriceList.Default, ModelCatalogue.Default, Day);

        Assert.NotNull(rules);
        Assert.Equal(read, rules.ReadMultiplier, 6);
        Assert.Equal(write, rules.WriteMultiplier, 6);
        Assert.Equal(lasting, rules.LongWriteMultiplier);
        Assert.Equal(smallest, rules.MinimumTokens);
        Assert.Equal(seconds, rules.Lifetime.TotalSeconds);
    }

    [Theory]
    [InlineData("openAI/not-a-model")]
    [InlineData("bedrock/openai.gpt-5.6-sol")]
    [InlineData("bedrock/amazon.nova-pro-v1:0")]
    [InlineData("groq/llama-3.3-70b-versatile")]
    [InlineData("together/zai-org/GLM-4.7")]
    [InlineData("cohere/command-a-03-2025")]
    public void What_is_not_known_of_a_model_leaves_it_without_rules(string model) =>
        Assert.Null(ModelCacheRules.Find(ModelId.Parse(model), PriceList.Default, ModelCatalogue.Default, Day));
}
