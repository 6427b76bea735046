namespace Parsimony.Core.Tests;

/// <summary>What the planner makes of a learnt forecast, of costs, caches and preferences.</summary>
public sealed class LearntPlannerTests
{
    private static readonly PlannedCase Case = PlannedCase.Plain;

    [Fact]
    public void A_deadline_with_room_goes_in_a_batch_and_leaves_it_when_cancel_and_live_call_just_fit()
    {
        var plan = Case.With(deadlineHours: 4).Plan();

        Assert.Equal(Route.Batch, plan.Route);
        Assert.Equal(PlannedCase.Now.AddHours(4) - Case.Context.Forecast?.Buffer, plan.EscalateAt);
        Assert.Equal("batch: 4h00m of room less 12m00s, 94% done by then (500 seen), batch at 52% of live", plan.Reason);
        Assert.InRange(plan.Chance ?? 0, 0.9, 0.95);
    }

    [Fact]
    public void What_is_bought_again_live_is_part_of_what_a_batch_is_expected_to_cost()
    {
        var (near, far, live) = (Case.With(deadlineHours: 1).Plan(), Case.With(deadlineHours: 24).Plan(), Case.With(deadlineHours: 0.1).Plan());

        Assert.Equal(Route.Live, live.Route);
        Assert.True(far.ExpectedUsd < near.ExpectedUsd && near.ExpectedUsd < live.ExpectedUsd);
    }

    [Fact]
    public void A_batch_that_is_hardly_ever_done_in_time_is_not_begun()
    {
        var plan = Case.With(deadlineHours: 0.35).Plan();

        Assert.Equal(Route.Live, plan.Route);
        Assert.Contains("done by then (500 seen)", plan.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void While_little_was_seen_the_fixed_prior_may_begin_one_so_that_a_wrong_belief_can_be_unlearnt()
    {
        var wrong = CompletionForecast.FromLogNormal("prior", TimeSpan.FromHours(10), 0.5, 0.01);
        PlannedCase Believing(CompletionForecast forecast) => Case.With(deadlineHours: 4).Believing(forecast);

        Assert.Equal(Route.Batch, Believing(wrong).Plan().Route);
        Assert.Equal(Route.Live, Believing(wrong.Learn("x", Enumerable.Repeat(new CompletionSeen(TimeSpan.FromHours(9)), 30))).Plan().Route);
    }

    [Fact]
    public void Without_a_forecast_the_fixed_prior_decides_as_it_always_did()
    {
        var off = Case.With(deadlineHours: 1.21).Believing(null);

        Assert.Equal("batch: 1h12m of room, prior fixed-1h, batch at 50% of live", off.Plan().Reason);
        Assert.Equal(Route.Live, Case.With(deadlineHours: 1.19).Believing(null).Plan().Route);
    }

    [Fact]
    public void A_provider_that_may_bill_what_is_cancelled_needs_a_better_chance()
    {
        var kept = Case.With(deadlineHours: 1.3);
        var billed = kept with { Context = kept.Context with { Batch = PlannedCase.Limits with { KeepsFinishedOnExpiry = false } } };

        Assert.Equal(Route.Batch, kept.Plan().Route);
        Assert.True(billed.Plan().ExpectedUsd > kept.Plan().ExpectedUsd || billed.Plan().Route == Route.Live);
        Assert.Contains("what is cancelled may be billed", billed.Plan().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_price_that_is_no_lower_is_not_waited_for()
    {
        var dear = Case.With(deadlineHours: 24).Priced(PlannedCase.Prices(batchShare: 1.1m));

        Assert.Equal(Route.Live, dear.Plan().Route);
        Assert.Contains("batch at 109", dear.Plan().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_price_that_is_unknown_is_said_and_the_deadline_alone_decides()
    {
        var plan = (Case.With(deadlineHours: 24) with { Model = new ModelId(ProviderId.OpenAI, "nobody-knows") }).Plan();

        Assert.Equal(Route.Batch, plan.Route);
        Assert.Null(plan.ExpectedUsd);
        Assert.EndsWith("a price is unknown", plan.Reason, StringComparison.Ordinal);
    }

    /// <summary>A large shared prefix that is read live is worth more than the batch discount, where the two do not stack.</summary>
    [Theory]
    [InlineData(0.95, Route.Live)]
    [InlineData(0.30, Route.Batch)]
    public void A_warm_cache_live_is_weighed_against_a_batch_by_numbers(double prefixShare, Route expected)
    {
        var plan = Case.With(deadlineHours: 24).Cached(new CacheOutlook((long)(prefixShare * 10_000), 0.98, 0, 0.1, 1.25, StacksWithBatch: false)).Plan();

        Assert.Equal(expected, plan.Route);
        Assert.Contains("cache hits 98% live and none in batches", plan.Reason, StringComparison.Ordinal);
    }

    /// <summary>Where they stack, the batch wins only when it will be read often enough: about seven hits in eight with a prefix of nearly all.</summary>
    [Theory]
    [InlineData(0.5, Route.Live)]
    [InlineData(0.98, Route.Batch)]
    public void A_batch_with_an_uncertain_cache_is_weighed_against_a_warm_one_live(double batchHits, Route expected) =>
        Assert.Equal(expected, Case.With(deadlineHours: 24).Cached(new CacheOutlook(9_800, 1, batchHits, 0.1, 1.25)).Plan().Route);

    [Fact]
    public void A_cache_that_does_not_pay_costs_nothing_because_nothing_is_marked()
    {
        var never = Case.With(deadlineHours: 24).Cached(new CacheOutlook(9_800, 0, 0, 0.1, 1.25));

        Assert.Equal(Case.With(deadlineHours: 24).Plan().ExpectedUsd, never.Plan().ExpectedUsd);
    }

    [Fact]
    public void A_preference_is_obeyed_and_what_it_costs_is_recorded()
    {
        var free = Case.With(deadlineHours: 24);
        var plan = free.Preferring(new RoutePreference(Route.Live, "optimizationPreference=cache")).Plan();

        Assert.Equal(Route.Live, plan.Route);
        Assert.StartsWith("live: optimizationPreference=cache, 24h00m of room", plan.Reason, StringComparison.Ordinal);
        Assert.Equal(plan.ExpectedUsd - free.Plan().ExpectedUsd, plan.RegretUsd);
        Assert.True(plan.RegretUsd > 0);
    }

    [Fact]
    public void A_preference_for_batches_does_not_break_a_deadline()
    {
        var asked = new RoutePreference(Route.Batch, "optimizationPreference=batch");

        Assert.Equal(Route.Live, Case.With(deadlineHours: 0.2).Preferring(asked).Plan().Route);
        Assert.Equal(Route.Batch, Case.With(deadlineHours: 0.35).Preferring(asked).Plan().Route);
    }

    [Fact]
    public void A_preference_that_is_chosen_anyway_has_no_regret() =>
        Assert.Equal(0, Case.With(deadlineHours: 24).Preferring(new RoutePreference(Route.Batch, "x")).Plan().RegretUsd);
}
