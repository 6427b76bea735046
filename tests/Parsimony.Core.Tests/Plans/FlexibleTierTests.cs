namespace Parsimony.Core.Tests;

/// <summary>When the provider's slower live tier is taken.</summary>
public sealed class FlexibleTierTests
{
    private static readonly ModelId Mini = ModelId.Parse("openAI/gpt-5-mini");

    private static PlannedCase Offered { get; } = new(PlannedCase.Plain.Context with { FlexTime = TimeSpan.FromMinutes(10), Prices = PriceList.Default }) { Model = Mini };

    [Fact]
    public void It_is_taken_where_a_batch_would_hardly_be_done()
    {
        var plan = Offered.With(deadlineHours: 0.5).Plan();

        Assert.Equal(Route.Flex, plan.Route);
        Assert.StartsWith("flex: 30m00s of room", plan.Reason, StringComparison.Ordinal);
        Assert.EndsWith("flex at 75% of live", plan.Reason, StringComparison.Ordinal);
        Assert.Null(plan.EscalateAt);
    }

    [Fact]
    public void A_batch_that_is_likely_goes_before_it() => Assert.Equal(Route.Batch, Offered.With(deadlineHours: 24).Plan().Route);

    [Fact]
    public void A_deadline_that_leaves_no_time_for_a_plain_call_after_it_goes_live() => Assert.Equal(Route.Live, Offered.With(deadlineHours: 0.15).Plan().Route);

    [Fact]
    public void A_model_without_such_a_price_has_no_such_route() =>
        Assert.Equal(Route.Batch, (Offered with { Model = ModelId.Parse("openAI/gpt-4.1-mini") }).With(deadlineHours: 0.5).Plan().Route);

    [Fact]
    public void It_is_not_taken_unless_it_is_offered() =>
        Assert.Equal(Route.Batch, new PlannedCase(Offered.Context with { FlexTime = null }) { Model = Mini }.With(deadlineHours: 0.5).Plan().Route);

    [Fact]
    public void A_request_that_may_not_be_batched_may_go_into_it_and_one_that_may_not_be_stored_may_not()
    {
        var plan = (Offered with { Constraints = DataConstraints.Parse("no_batch") }).With(deadlineHours: 24).Plan();

        Assert.Equal((Route.Flex, "flex: constraint no_batch, flex at 75% of live"), (plan.Route, plan.Reason));
        Assert.Equal(Route.Live, (Offered with { Constraints = DataConstraints.Parse("no_store") }).With(deadlineHours: 24).Plan().Route);
    }

    [Fact]
    public void A_preference_for_live_calls_is_obeyed()
    {
        var asked = Offered.Preferring(new RoutePreference(Route.Live, "optimizationStrategy=cache_only"));

        Assert.Equal(Route.Live, asked.With(deadlineHours: 0.5).Plan().Route);
        Assert.True(asked.With(deadlineHours: 0.5).Plan().RegretUsd > 0);
        Assert.Equal(Route.Live, (asked with { Constraints = DataConstraints.Parse("no_batch") }).With(deadlineHours: 24).Plan().Route);
    }

    [Fact]
    public void It_is_never_expected_to_cost_more_than_the_plain_call()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var drawn = PlannerPropertyTests.Draw(new Random(seed)) with { Model = Mini };
            var offered = drawn with { Context = drawn.Context with { FlexTime = TimeSpan.FromMinutes(10), Prices = PriceList.Default, Preference = null } };
            var without = offered with { Context = offered.Context with { FlexTime = null } };

            Assert.True(offered.Plan().ExpectedUsd is not { } usd || usd <= without.Plan().ExpectedUsd, $"seed {seed}: {offered.Plan()} against {without.Plan()}");
        }
    }
}
