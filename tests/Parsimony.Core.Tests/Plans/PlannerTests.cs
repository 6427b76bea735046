using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Parsimony.Core.Tests;

public sealed class PlannerTests
{
    private static readonly DateTimeOffset Now = Given.November;

    private static readonly BatchLimits Limits = new()
    {
        MaxRequests = 50_000,
        MaxBytes = 200_000_000,
        OneModelPerBatch = true,
        Window = TimeSpan.FromHours(24),
        KeepsFinishedOnExpiry = true,
        OrphanSearch = OrphanSearch.ByKey,
        CancelTime = TimeSpan.FromMinutes(10),
    };

    private static readonly PlanContext Context = new() { Now = Now, Batch = Limits, BatchingEnabled = true, Prices = PriceList.Default };

    private static readonly PlanRequest Request = new()
    {
        Envelope = new Envelope
        {
            Kind = EndpointKind.Chat,
            Dialect = Dialect.Canonical,
            Model = Given.Sonnet45,
            Bytes = Encoding.UTF8.GetBytes("{}"),
        },
        BatchAccepts = true,
    };

    // The fixed prior wants an hour for the batch, two minutes for a live call, and the provider ten to cancel.
    private static readonly TimeSpan Needed = TimeSpan.FromMinutes(72);

    [Fact]
    public void A_single_call_without_a_deadline_goes_live()
    {
        var plan = Planner.Plan(Request, Context);

        Assert.Equal((Route.Live, "live: a single call without a deadline"), (plan.Route, plan.Reason));
        Assert.Null(plan.EscalateAt);
    }

    [Fact]
    public void One_of_many_without_a_deadline_goes_in_a_batch_and_is_given_up_after_time_out_and_fill()
    {
        var plan = Planner.Plan(Request with { IsBulk = true }, Context);

        Assert.Equal(Route.Batch, plan.Route);
        Assert.Equal("batch: one of many, no deadline", plan.Reason);
        Assert.Equal(Now + TimeSpan.FromHours(24) + TimeSpan.FromMinutes(5), plan.EscalateAt);
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(null)]
    public void The_batch_time_out_holds_for_those_without_a_deadline_alone(double? hours)
    {
        var timeout = hours is { } count ? TimeSpan.FromHours(count) : (TimeSpan?)null;
        var context = Context with { BatchTimeout = timeout };

        Assert.Equal(Now + timeout + TimeSpan.FromMinutes(5), Planner.Plan(Request with { IsBulk = true }, context).EscalateAt);
        Assert.Equal(
            Planner.Plan(Request with { IsBulk = true, Deadline = Now.AddHours(9) }, Context),
            Planner.Plan(Request with { IsBulk = true, Deadline = Now.AddHours(9) }, context));
    }

    [Fact]
    public void A_deadline_with_just_enough_room_goes_in_a_batch_and_is_escalated_while_cancel_and_live_call_still_fit()
    {
        var plan = Planner.Plan(Request with { Deadline = Now + Needed }, Context);

        Assert.Equal(Route.Batch, plan.Route);
        Assert.Equal("batch: 1h12m of room, prior fixed-1h", plan.Reason);
        Assert.Equal(Now + TimeSpan.FromHours(1), plan.EscalateAt);
    }

    [Fact]
    public void A_deadline_one_tick_too_close_goes_live_and_says_why()
    {
        var plan = Planner.Plan(Request with { Deadline = Now + Needed - TimeSpan.FromTicks(1) }, Context);

        Assert.Equal(Route.Live, plan.Route);
        Assert.Equal("live: 1h11m of room is under prior fixed-1h plus cancel and live time", plan.Reason);
        Assert.Null(plan.EscalateAt);
    }

    [Theory]
    [InlineData(-1, "live: no time of room is under prior fixed-1h plus cancel and live time")]
    [InlineData(90, "live: 1m30s of room is under prior fixed-1h plus cancel and live time")]
    public void A_deadline_that_is_near_or_past_goes_live(int seconds, string reason)
    {
        var plan = Planner.Plan(Request with { Deadline = Now.AddSeconds(seconds) }, Context);

        Assert.Equal((Route.Live, reason), (plan.Route, plan.Reason));
    }

    [Fact]
    public void A_slow_cancel_needs_more_room()
    {
        var slow = Context with { Batch = Limits with { CancelTime = TimeSpan.FromHours(2) } };

        Assert.Equal(Route.Live, Planner.Plan(Request with { Deadline = Now.AddHours(3) }, slow).Route);
        Assert.Equal(Route.Batch, Planner.Plan(Request with { Deadline = Now.AddHours(4) }, slow).Route);
    }

    [Fact]
    public void The_constraint_no_batch_is_obeyed_and_named_before_anything_else()
    {
        var plan = Planner.Plan(Request with { IsBulk = true, Constraints = DataConstraints.Parse("no_batch") }, Context with { BatchingEnabled = false });

        Assert.Equal((Route.Live, "live: constraint no_batch"), (plan.Route, plan.Reason));
    }

    [Fact]
    public void Batching_that_is_switched_off_is_named()
    {
        var plan = Planner.Plan(Request with { IsBulk = true }, Context with { BatchingEnabled = false });

        Assert.Equal((Route.Live, "live: batching is not enabled"), (plan.Route, plan.Reason));
    }

    [Fact]
    public void A_provider_without_a_batch_api_is_named()
    {
        var plan = Planner.Plan(Request with { IsBulk = true }, Context with { Batch = null });

        Assert.Equal((Route.Live, "live: anthropic has no batch API"), (plan.Route, plan.Reason));
    }

    [Fact]
    public void A_request_the_batch_api_does_not_take_goes_live()
    {
        var plan = Planner.Plan(Request with { IsBulk = true, BatchAccepts = false }, Context);

        Assert.Equal((Route.Live, "live: the provider's batch API does not take this request"), (plan.Route, plan.Reason));
    }

    [Fact]
    public void More_room_never_turns_a_batch_into_a_live_call()
    {
        Prop.ForAll(Gen.Choose(-100, 5_000).ToArbitrary(), Gen.Choose(0, 5_000).ToArbitrary(), (minutes, more) =>
        {
            var near = Planner.Plan(Request with { Deadline = Now.AddMinutes(minutes) }, Context);
            var far = Planner.Plan(Request with { Deadline = Now.AddMinutes(minutes + more) }, Context);
            return near.Route == Route.Live || far.Route == Route.Batch;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_batch_is_always_escalated_early_enough_for_cancel_and_live_call()
    {
        Prop.ForAll(Gen.Choose(-100, 5_000).ToArbitrary(), minutes =>
        {
            var deadline = Now.AddMinutes(minutes);
            var plan = Planner.Plan(Request with { Deadline = deadline }, Context);
            return plan.Route == Route.Live || plan.EscalateAt + Limits.CancelTime + TimeSpan.FromMinutes(2) <= deadline;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_same_inputs_give_the_same_plan()
    {
        var request = Request with { Deadline = Now.AddHours(6) };

        Assert.Equal(Planner.Plan(request, Context), Planner.Plan(request with { }, Context with { }));
    }
}
