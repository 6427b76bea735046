using Parsimony.Engine;
using static Parsimony.Testing.BudgetBehaviours;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class BudgetCountBehaviours
{
    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Behaviour(nameof(What_is_spent_takes_the_place_of_what_was_reserved), What_is_spent_takes_the_place_of_what_was_reserved),
        Behaviour(nameof(What_ends_without_an_answer_gives_its_reserve_back), What_ends_without_an_answer_gives_its_reserve_back),
        Behaviour(nameof(An_unknown_cost_counts_by_its_bound_until_it_is_corrected), An_unknown_cost_counts_by_its_bound_until_it_is_corrected),
        Behaviour(nameof(A_held_request_is_reserved_once), A_held_request_is_reserved_once),
        Behaviour(nameof(A_requeued_request_stays_reserved_and_what_its_attempt_cost_is_added), A_requeued_request_stays_reserved_and_what_its_attempt_cost_is_added),
        Behaviour(nameof(A_new_budget_begins_with_what_was_spent_and_is_under_way), A_new_budget_begins_with_what_was_spent_and_is_under_way),
        Behaviour(nameof(What_was_accepted_before_the_first_period_is_not_counted), What_was_accepted_before_the_first_period_is_not_counted),
        Behaviour(nameof(Old_periods_are_pruned), Old_periods_are_pruned),
        Behaviour(nameof(Whatever_happens_the_counts_are_those_of_a_recount), Whatever_happens_the_counts_are_those_of_a_recount),
    ];

    private static (decimal Spent, decimal Unknown, decimal Reserved) Amounts(BudgetUse use) => (use.SpentUsd, use.UnknownBoundUsd, use.ReservedUsd);

    private static async Task What_is_spent_takes_the_place_of_what_was_reserved(StoreWorld world)
    {
        await SetAsync(world, Tenant(1m)).ConfigureAwait(false);
        var enqueued = await world.EnqueueAsync(Of("a"), Of("b")).ConfigureAwait(false);
        Expect.Equal((0m, 0m, 0.02m), Amounts(await UseAsync(world).ConfigureAwait(false)));

        await world.SettleAsync(StoreWorld.Answered(enqueued[0].Sequence, costUsd: 0.003m)).ConfigureAwait(false);
        await world.SettleAsync(StoreWorld.Answered(enqueued[0].Sequence, costUsd: 0.003m)).ConfigureAwait(false);

        Expect.Equal((0.003m, 0m, 0.01m), Amounts(await UseAsync(world).ConfigureAwait(false)));
    }

    private static async Task What_ends_without_an_answer_gives_its_reserve_back(StoreWorld world)
    {
        await SetAsync(world, Tenant(1m)).ConfigureAwait(false);
        var enqueued = await world.EnqueueAsync(Of("a"), Of("b"), Of("c")).ConfigureAwait(false);

        await world.SettleAsync(StoreWorld.Ended(enqueued[0].Sequence, RequestState.Failed)).ConfigureAwait(false);
        await world.Store.Requests.CancelAsync("run", [enqueued[1].Id], world.Now).ConfigureAwait(false);

        Expect.Equal((0m, 0m, 0.01m), Amounts(await UseAsync(world).ConfigureAwait(false)));
    }

    private static async Task An_unknown_cost_counts_by_its_bound_until_it_is_corrected(StoreWorld world)
    {
        await SetAsync(world, Tenant(1m)).ConfigureAwait(false);
        var request = (await world.EnqueueAsync(Of("a")).ConfigureAwait(false))[0];
        await world.SettleAsync(StoreWorld.Answered(request.Sequence, costUsd: null)).ConfigureAwait(false);
        Expect.Equal((0m, 0.01m, 0m), Amounts(await UseAsync(world).ConfigureAwait(false)));

        var correction = Given.Entry(request.Sequence, costUsd: 0.004m) with { Kind = LedgerKind.Correction, Revision = 1 };
        await world.Store.Ledger.CorrectAsync([correction], world.Now).ConfigureAwait(false);

        Expect.Equal((0.004m, 0m, 0m), Amounts(await UseAsync(world).ConfigureAwait(false)));
    }

    private static async Task A_held_request_is_reserved_once(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.02m)).ConfigureAwait(false);
        await world.Store.Runs.BeginAsync("run", "a run", 0.01m, world.Now).ConfigureAwait(false);
        await world.EnqueueAsync(Of("a"), Of("b")).ConfigureAwait(false);
        Expect.Equal(0.02m, (await UseAsync(world).ConfigureAwait(false)).ReservedUsd);

        await world.Store.Requests.AdmitAsync("run", _ => Given.Lane, world.Now).ConfigureAwait(false);

        Expect.Equal(0.02m, (await UseAsync(world).ConfigureAwait(false)).ReservedUsd);
        await world.Store.Requests.CancelAsync("run", null, world.Now).ConfigureAwait(false);
        Expect.Equal(0m, (await UseAsync(world).ConfigureAwait(false)).ReservedUsd);
    }

    private static async Task A_requeued_request_stays_reserved_and_what_its_attempt_cost_is_added(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.01m)).ConfigureAwait(false);
        var request = (await world.EnqueueAsync(Of("a")).ConfigureAwait(false))[0];

        await world.SettleAsync(StoreWorld.Requeued(request.Sequence) with { Entry = Given.Entry(request.Sequence, costUsd: 0.002m) }).ConfigureAwait(false);

        // Work that was accepted is finished: its second attempt may go beyond the limit.
        Expect.Equal((0.002m, 0m, 0.01m), Amounts(await UseAsync(world).ConfigureAwait(false)));
        await RefusedAsync(() => world.EnqueueAsync(Of("b") with { BoundUsd = 0m })).ConfigureAwait(false);
    }

    private static async Task A_new_budget_begins_with_what_was_spent_and_is_under_way(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(Of("a"), Of("b"), Of("c"), Of("d"), Of("e", "other")).ConfigureAwait(false);
        await world.SettleAsync(
            StoreWorld.Answered(enqueued[0].Sequence, costUsd: 0.003m), StoreWorld.Answered(enqueued[1].Sequence, costUsd: null),
            StoreWorld.Ended(enqueued[2].Sequence, RequestState.Failed), StoreWorld.Answered(enqueued[4].Sequence)).ConfigureAwait(false);

        await SetAsync(world, Tenant(0.03m, BudgetPeriod.Day)).ConfigureAwait(false);

        Expect.Equal((0.003m, 0.01m, 0.01m), Amounts(await UseAsync(world).ConfigureAwait(false)));
        await RefusedAsync(() => world.EnqueueAsync(Of("f"))).ConfigureAwait(false);
        await world.SettleAsync(StoreWorld.Answered(enqueued[3].Sequence, costUsd: 0.001m)).ConfigureAwait(false);
        Expect.Equal((0.004m, 0.01m, 0m), Amounts(await UseAsync(world).ConfigureAwait(false)));
    }

    private static async Task What_was_accepted_before_the_first_period_is_not_counted(StoreWorld world)
    {
        var enqueued = (await world.EnqueueAsync(Of("a")).ConfigureAwait(false))[0];
        world.Now = world.Now.AddDays(1);
        await SetAsync(world, Tenant(1m, BudgetPeriod.Day)).ConfigureAwait(false);
        await world.SettleAsync(StoreWorld.Answered(enqueued.Sequence)).ConfigureAwait(false);

        Expect.Equal(default, Amounts(await UseAsync(world).ConfigureAwait(false)));
        world.Now = world.Now.AddDays(-1);
        Expect.Equal(default, Amounts(await UseAsync(world).ConfigureAwait(false)));
    }

    private static async Task Old_periods_are_pruned(StoreWorld world)
    {
        await SetAsync(world, Tenant(1m, BudgetPeriod.Day)).ConfigureAwait(false);
        await SetAsync(world, Tenant(1m, BudgetPeriod.Total)).ConfigureAwait(false);
        var open = await world.EnqueueAsync(Of("a")).ConfigureAwait(false);
        Expect.Equal(0, await world.Store.Budgets.PruneAsync(world.Now.AddDays(60), 10).ConfigureAwait(false));
        await world.SettleAsync(StoreWorld.Answered(open[0].Sequence)).ConfigureAwait(false);

        Expect.Equal(0, await world.Store.Budgets.PruneAsync(world.Now.AddDays(20), 10).ConfigureAwait(false));
        Expect.Equal(1, await world.Store.Budgets.PruneAsync(world.Now.AddDays(60), 10).ConfigureAwait(false));

        var uses = await world.Store.Budgets.ReadUsesAsync(world.Now).ConfigureAwait(false);
        Expect.Sequence([0m, 0.002m], uses.Select(use => use.SpentUsd));
    }

    private static async Task Whatever_happens_the_counts_are_those_of_a_recount(StoreWorld world)
    {
        for (var seed = 1; seed <= 3; seed++)
        {
            await new BudgetWalk(world, seed).RunAsync(120).ConfigureAwait(false);
        }
    }
}
