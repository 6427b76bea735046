using FsCheck;
using FsCheck.Fluent;

namespace Parsimony.Core.Tests;

public sealed class CostLawTests
{
    private static readonly Gen<TokenUsage> Usages =
        from input in Gen.Choose(0, 400_000)
        from read in Gen.Choose(0, 400_000)
        from writeShort in Gen.Choose(0, 100_000)
        from writeLong in Gen.Choose(0, 100_000)
        from output in Gen.Choose(0, 128_000)
        from reasoning in Gen.Choose(0, 128_000)
        select new TokenUsage
        {
            UncachedInput = input,
            CacheRead = read,
            CacheWriteShort = writeShort,
            CacheWriteLong = writeLong,
            Output = output,
            Reasoning = reasoning,
        };

    private static readonly Gen<ModelId> Models = Gen.Elements(ModelCatalogue.Default.All.Select(m => m.Id).ToArray());

    private static readonly Gen<PriceTier> Tiers = Gen.Elements(PriceTier.Live, PriceTier.Batch, PriceTier.Flex);

    [Fact]
    public void Cost_is_additive_for_a_model_without_bands()
    {
        var model = ModelId.Parse("anthropic/claude-opus-5-5");

        decimal? Cost(TokenUsage usage) => Given.Prices.Price(model, usage, PriceTier.Batch, Given.November).Usd;

        Prop.ForAll(Usages.Two().ToArbitrary(), pair => Cost(pair.Item1 + pair.Item2) == Cost(pair.Item1) + Cost(pair.Item2))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Savings_explain_the_whole_difference_whatever_the_model_tier_and_usage()
    {
        var cases = from model in Models from tier in Tiers from usage in Usages select (model, tier, usage);

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var split = Given.Prices.Split(c.model, c.usage, c.tier, Given.November);
            return split is { Actual.Usd: { } actual, Baseline.Usd: { } baseline } ? baseline - actual == split.Saved : split.Saved == 0;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_usage_within_its_limits_costs_more_than_the_upper_bound()
    {
        var cases = from model in Models from tier in Tiers from usage in Usages select (model, tier, usage);

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var cost = Given.Prices.Price(c.model, c.usage, c.tier, Given.November);
            var bound = Given.Prices.UpperBound(c.model, c.usage.TotalInput + 1_000, c.usage.TotalOutput + 100, c.tier, Given.November);
            return !cost.IsKnown || cost.Usd <= bound.Usd;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Splitting_input_into_cached_and_uncached_leaves_the_baseline_alone()
    {
        Prop.ForAll(Usages.ToArbitrary(), usage =>
        {
            var plain = new TokenUsage { UncachedInput = usage.TotalInput, Output = usage.TotalOutput };
            return Given.Prices.Baseline(Given.Haiku55, usage, Given.November) == Given.Prices.Price(Given.Haiku55, plain, PriceTier.Live, Given.November);
        }).QuickCheckThrowOnFailure();
    }
}
