using Parsimony.Engine;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class BudgetBehaviours
{
    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Behaviour(nameof(A_hard_budget_refuses_a_whole_call_that_does_not_fit), A_hard_budget_refuses_a_whole_call_that_does_not_fit),
        Behaviour(nameof(A_refusal_says_which_budget_and_what_is_used_of_it), A_refusal_says_which_budget_and_what_is_used_of_it),
        Behaviour(nameof(What_is_there_already_is_not_reserved_again), What_is_there_already_is_not_reserved_again),
        Behaviour(nameof(A_soft_budget_refuses_nothing), A_soft_budget_refuses_nothing),
        Behaviour(nameof(A_model_without_a_price_is_refused_unless_it_is_allowed), A_model_without_a_price_is_refused_unless_it_is_allowed),
        Behaviour(nameof(A_star_gives_each_value_an_amount_of_its_own), A_star_gives_each_value_an_amount_of_its_own),
        Behaviour(nameof(A_budget_is_about_its_dimension), A_budget_is_about_its_dimension),
        Behaviour(nameof(The_next_period_begins_anew), The_next_period_begins_anew),
        Behaviour(nameof(A_retry_needs_room), A_retry_needs_room),
        Behaviour(nameof(A_budget_that_is_changed_keeps_what_was_counted), A_budget_that_is_changed_keeps_what_was_counted),
        Behaviour(nameof(A_budget_that_is_removed_refuses_nothing), A_budget_that_is_removed_refuses_nothing),
        Behaviour(nameof(A_budget_that_cannot_be_meant_is_refused), A_budget_that_cannot_be_meant_is_refused),
        Behaviour(nameof(Each_level_is_told_once), Each_level_is_told_once),
        Reopening(nameof(Budgets_and_what_is_used_of_them_survive_the_process), Budgets_and_what_is_used_of_them_survive_the_process),
    ];

    internal static Budget Tenant(decimal limit, BudgetPeriod period = BudgetPeriod.Month, string value = "acme") =>
        new() { Dimension = BudgetDimension.Tenant, Value = value, Period = period, LimitUsd = limit };

    internal static NewRequest Of(string text, string tenant = "acme") => Given.Request(text) with { Profile = Given.Profile() with { Tenant = tenant } };

    internal static Task<Budget> SetAsync(StoreWorld world, Budget budget) => world.Store.Budgets.SetAsync(budget, world.Now);

    internal static async Task<BudgetUse> UseAsync(StoreWorld world) => Single(await world.Store.Budgets.ReadUsesAsync(world.Now).ConfigureAwait(false));

    internal static async Task<BudgetRefusal> RefusedAsync(Func<Task> act)
    {
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (BudgetExceededException exception)
        {
            return exception.Refusal;
        }

        throw new ConformanceException("No budget refused it.");
    }

    private static T Single<T>(IReadOnlyList<T> items)
    {
        Expect.Equal(1, items.Count);
        return items[0];
    }

    private static async Task A_hard_budget_refuses_a_whole_call_that_does_not_fit(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.025m)).ConfigureAwait(false);
        await world.EnqueueAsync(Of("a")).ConfigureAwait(false);

        await RefusedAsync(() => world.EnqueueAsync(Of("b"), Of("c"))).ConfigureAwait(false);

        Expect.Equal(1L, (await world.TotalsAsync().ConfigureAwait(false)).Total);
        Expect.Equal(0.01m, (await UseAsync(world).ConfigureAwait(false)).ReservedUsd);
        Expect.True((await world.EnqueueAsync(Of("b")).ConfigureAwait(false))[0].IsNew);
        Expect.Equal(0.02m, (await UseAsync(world).ConfigureAwait(false)).CommittedUsd);
        await RefusedAsync(() => world.EnqueueAsync(Of("c"))).ConfigureAwait(false);
        Expect.True((await world.EnqueueAsync(Of("c", "other")).ConfigureAwait(false))[0].IsNew);
    }

    private static async Task A_refusal_says_which_budget_and_what_is_used_of_it(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.025m)).ConfigureAwait(false);
        var enqueued = await world.EnqueueAsync(Of("a"), Of("b")).ConfigureAwait(false);
        await world.SettleAsync(StoreWorld.Answered(enqueued[0].Sequence, costUsd: 0.009m)).ConfigureAwait(false);

        var refusal = await RefusedAsync(() => world.EnqueueAsync(Of("c"))).ConfigureAwait(false);

        Expect.Equal("monthly budget of tenant acme", refusal.Name);
        Expect.Equal((0.009m, 0.01m, 0.01m, 0.025m), (refusal.Use.SpentUsd, refusal.Use.ReservedUsd, refusal.AskedUsd, refusal.Use.Budget.LimitUsd));
        Expect.Equal(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), refusal.Use.ResetsAt);
    }

    private static async Task What_is_there_already_is_not_reserved_again(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.02m)).ConfigureAwait(false);
        // Twice in one chunk, too.
        await world.EnqueueAsync(Of("a"), Of("b"), Of("a")).ConfigureAwait(false);

        var again = await world.EnqueueAsync(Of("a"), Of("b")).ConfigureAwait(false);

        Expect.False(again[0].IsNew || again[1].IsNew);
        Expect.Equal(0.02m, (await UseAsync(world).ConfigureAwait(false)).ReservedUsd);
        await RefusedAsync(() => world.EnqueueAsync(Of("a"), Of("c"))).ConfigureAwait(false);
    }

    private static async Task A_soft_budget_refuses_nothing(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.005m) with { IsHard = false }).ConfigureAwait(false);

        await world.EnqueueAsync(Of("a"), Of("b") with { BoundUsd = null }).ConfigureAwait(false);

        Expect.Equal(0.01m, (await UseAsync(world).ConfigureAwait(false)).ReservedUsd);
    }

    private static async Task A_model_without_a_price_is_refused_unless_it_is_allowed(StoreWorld world)
    {
        await SetAsync(world, Tenant(1m)).ConfigureAwait(false);
        var unpriced = Of("a") with { BoundUsd = null };

        var refusal = await RefusedAsync(() => world.EnqueueAsync(unpriced)).ConfigureAwait(false);
        Expect.Equal("openAI/gpt-5-mini", refusal.Unpriced.ToString());

        await SetAsync(world, Tenant(1m) with { AllowUnpriced = true }).ConfigureAwait(false);
        Expect.True((await world.EnqueueAsync(unpriced).ConfigureAwait(false))[0].IsNew);
    }

    private static async Task A_star_gives_each_value_an_amount_of_its_own(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.01m, value: "*")).ConfigureAwait(false);
        Expect.Equal(0, (await world.Store.Budgets.ReadUsesAsync(world.Now).ConfigureAwait(false)).Count);

        await world.EnqueueAsync(Of("a", "one"), Of("b", "two")).ConfigureAwait(false);

        var uses = await world.Store.Budgets.ReadUsesAsync(world.Now).ConfigureAwait(false);
        Expect.Sequence(["one", "two"], uses.Select(use => use.Value));
        Expect.Equal("two", (await RefusedAsync(() => world.EnqueueAsync(Of("c", "two"))).ConfigureAwait(false)).Use.Value);
        // Without a value, it is nobody's.
        await world.EnqueueAsync(Of("d", ""), Of("e", ""), Of("f", "three")).ConfigureAwait(false);
        Expect.Equal(3, (await world.Store.Budgets.ReadUsesAsync(world.Now).ConfigureAwait(false)).Count);
    }

    private static async Task A_budget_is_about_its_dimension(StoreWorld world)
    {
        (BudgetDimension Dimension, string Value, RequestProfile Mine, RequestProfile Other)[] cases =
        [
            (BudgetDimension.Tenant, "a", Given.Profile() with { Tenant = "a" }, Given.Profile() with { Tenant = "b" }),
            (BudgetDimension.Key, "a", Given.Profile() with { Key = "a" }, Given.Profile() with { Key = "b" }),
            (BudgetDimension.Agent, "a", Given.Profile() with { Agent = "a" }, Given.Profile() with { Agent = "b" }),
            (BudgetDimension.Session, "a", Given.Profile() with { Session = "a" }, Given.Profile() with { Session = "b" }),
            (BudgetDimension.Tag, "team=a", Given.Profile() with { Tags = "job=1,team=a" }, Given.Profile() with { Tags = "team=ab" }),
            (BudgetDimension.Tag, "team=*", Given.Profile() with { Tags = "job=1,team=c" }, Given.Profile() with { Tags = "teams=c" }),
        ];
        foreach (var (dimension, value, mine, other) in cases)
        {
            await SetAsync(world, new Budget { Dimension = dimension, Value = value, Period = BudgetPeriod.Total, LimitUsd = 0m }).ConfigureAwait(false);
            await RefusedAsync(() => world.EnqueueAsync(Given.Request(value) with { Profile = mine })).ConfigureAwait(false);
            Expect.True((await world.EnqueueAsync(Given.Request($"{dimension} {value}") with { Profile = other }).ConfigureAwait(false))[0].IsNew);
            await world.Store.Budgets.RemoveAsync(dimension, value, BudgetPeriod.Total).ConfigureAwait(false);
        }

        await SetAsync(world, new Budget { Dimension = BudgetDimension.All, Period = BudgetPeriod.Total, LimitUsd = 0m }).ConfigureAwait(false);
        await RefusedAsync(() => world.EnqueueAsync(Given.Request("all"))).ConfigureAwait(false);
    }

    private static async Task The_next_period_begins_anew(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.01m, BudgetPeriod.Day)).ConfigureAwait(false);
        var first = (await world.EnqueueAsync(Of("a")).ConfigureAwait(false))[0];
        await RefusedAsync(() => world.EnqueueAsync(Of("b"))).ConfigureAwait(false);

        world.Now = world.Now.AddDays(1);
        await world.EnqueueAsync(Of("b")).ConfigureAwait(false);
        // What was accepted yesterday counts yesterday, whenever it ends.
        await world.SettleAsync(StoreWorld.Answered(first.Sequence)).ConfigureAwait(false);

        var today = await UseAsync(world).ConfigureAwait(false);
        Expect.Equal((world.Now, 0m, 0.01m), (today.Start, today.SpentUsd, today.ReservedUsd));
        world.Now = world.Now.AddDays(-1);
        var yesterday = await UseAsync(world).ConfigureAwait(false);
        Expect.Equal((0.002m, 0m), (yesterday.SpentUsd, yesterday.ReservedUsd));
    }

    private static async Task A_retry_needs_room(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.01m)).ConfigureAwait(false);
        await world.EnqueueAsync(Of("a")).ConfigureAwait(false);
        await world.Store.Requests.CancelAsync("run", null, world.Now).ConfigureAwait(false);
        var other = await world.EnqueueAsync(Of("b") with { Identity = Of("b").Identity with { Scope = "other" } }).ConfigureAwait(false);

        await RefusedAsync(() => world.Store.Requests.RetryAsync("run", null, world.Now)).ConfigureAwait(false);
        Expect.Equal(1L, (await world.TotalsAsync().ConfigureAwait(false)).Cancelled);

        await world.Store.Requests.CancelAsync("other", [other[0].Id], world.Now).ConfigureAwait(false);
        Expect.Equal(1, await world.Store.Requests.RetryAsync("run", null, world.Now).ConfigureAwait(false));
        Expect.Equal(0.01m, (await UseAsync(world).ConfigureAwait(false)).ReservedUsd);
    }

    private static async Task A_budget_that_is_changed_keeps_what_was_counted(StoreWorld world)
    {
        var before = await SetAsync(world, Tenant(0.01m)).ConfigureAwait(false);
        await world.EnqueueAsync(Of("a")).ConfigureAwait(false);

        var after = await SetAsync(world, Tenant(0.03m)).ConfigureAwait(false);

        Expect.Equal(before.Number, after.Number);
        await world.EnqueueAsync(Of("b"), Of("c")).ConfigureAwait(false);
        await RefusedAsync(() => world.EnqueueAsync(Of("d"))).ConfigureAwait(false);
        Expect.Equal((0.03m, 0.03m), (await UseAsync(world).ConfigureAwait(false)) is var use ? (use.CommittedUsd, use.Budget.LimitUsd) : default);
    }

    private static async Task A_budget_that_is_removed_refuses_nothing(StoreWorld world)
    {
        await SetAsync(world, Tenant(0m)).ConfigureAwait(false);
        await RefusedAsync(() => world.EnqueueAsync(Of("a"))).ConfigureAwait(false);

        Expect.True(await world.Store.Budgets.RemoveAsync(BudgetDimension.Tenant, "acme", BudgetPeriod.Month).ConfigureAwait(false));

        Expect.False(await world.Store.Budgets.RemoveAsync(BudgetDimension.Tenant, "acme", BudgetPeriod.Month).ConfigureAwait(false));
        await world.EnqueueAsync(Of("a")).ConfigureAwait(false);
        Expect.Equal(0, (await world.Store.Budgets.ReadUsesAsync(world.Now).ConfigureAwait(false)).Count);
    }

    private static async Task A_budget_that_cannot_be_meant_is_refused(StoreWorld world)
    {
        Budget[] faulty = [Tenant(-1m), Tenant(1m, value: ""), Tenant(1m) with { Dimension = BudgetDimension.All }, Tenant(1m) with { Dimension = BudgetDimension.Tag }];
        foreach (var budget in faulty)
        {
            var isRefused = false;
            try
            {
                await SetAsync(world, budget).ConfigureAwait(false);
            }
            catch (ArgumentException)
            {
                isRefused = true;
            }

            Expect.True(isRefused);
        }
    }

    private static async Task Each_level_is_told_once(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.04m)).ConfigureAwait(false);
        await world.EnqueueAsync(Of("a")).ConfigureAwait(false);
        Expect.Equal(0, (await world.Store.Budgets.TakeWarningsAsync(10).ConfigureAwait(false)).Count);

        await world.EnqueueAsync(Of("b")).ConfigureAwait(false);
        var half = Single(await world.Store.Budgets.TakeWarningsAsync(10).ConfigureAwait(false));
        Expect.Equal((50, 0.02m, "acme"), (half.WarnedPercent, half.CommittedUsd, half.Value));
        Expect.Equal(0, (await world.Store.Budgets.TakeWarningsAsync(10).ConfigureAwait(false)).Count);

        // Two levels at once are told as the higher one; what falls again is not told again.
        await world.EnqueueAsync(Of("c"), Of("d")).ConfigureAwait(false);
        Expect.Equal(100, Single(await world.Store.Budgets.TakeWarningsAsync(10).ConfigureAwait(false)).WarnedPercent);
        await world.Store.Requests.CancelAsync("run", null, world.Now).ConfigureAwait(false);
        await world.EnqueueAsync(Of("e"), Of("f")).ConfigureAwait(false);
        Expect.Equal(0, (await world.Store.Budgets.TakeWarningsAsync(10).ConfigureAwait(false)).Count);

        // Under another limit it may be reached anew.
        await SetAsync(world, Tenant(0.1m)).ConfigureAwait(false);
        await world.EnqueueAsync(Of("g"), Of("h"), Of("i")).ConfigureAwait(false);
        Expect.Equal(50, Single(await world.Store.Budgets.TakeWarningsAsync(10).ConfigureAwait(false)).WarnedPercent);
    }

    private static async Task Budgets_and_what_is_used_of_them_survive_the_process(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.02m)).ConfigureAwait(false);
        await world.EnqueueAsync(Of("a")).ConfigureAwait(false);

        await world.ReopenAsync().ConfigureAwait(false);

        Expect.Equal(0.01m, (await UseAsync(world).ConfigureAwait(false)).ReservedUsd);
        await RefusedAsync(() => world.EnqueueAsync(Of("b"), Of("c"))).ConfigureAwait(false);
    }
}
