namespace Parsimony.Core.Tests;

public sealed class ModelCacheRulesTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-5", 0.1, 1.25, 2.0, 1024, 300)]
    [InlineData("anthropic/claude-sonnet-5-5", 0.05, 1.25, 2.0, 512, 300)]
    [InlineData("anthropic/claude-haiku-4-5", 0.1, 1.25, 2.0, 4096, 300)]
    [InlineData("openAI/gpt-6.1-sol", 0.05, 1.25, null, 1024, 1800)]
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

    [Fact]
    public void The_rules_of_an_unknown_model_are_unknown() =>
        Assert.Null(ModelCacheRules.Find(ModelId.Parse("openAI/not-a-model"), PriceList.Default, ModelCatalogue.Default, Day));
}
