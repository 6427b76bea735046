using Parsimony.Engine;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class AdmissionBehaviours
{
    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Behaviour(nameof(Under_a_cost_limit_requests_are_held_until_admitted), Under_a_cost_limit_requests_are_held_until_admitted),
        Behaviour(nameof(Admission_stops_where_the_limit_would_be_passed), Admission_stops_where_the_limit_would_be_passed),
        Behaviour(nameof(A_request_without_a_bound_is_never_admitted_under_a_limit), A_request_without_a_bound_is_never_admitted_under_a_limit),
        Behaviour(nameof(Without_a_limit_all_held_requests_are_admitted), Without_a_limit_all_held_requests_are_admitted),
        Behaviour(nameof(What_cannot_be_batched_is_admitted_live), What_cannot_be_batched_is_admitted_live),
        Behaviour(nameof(A_requeued_request_is_held_again), A_requeued_request_is_held_again),
        Behaviour(nameof(What_was_spent_and_what_may_have_been_count_against_the_limit), What_was_spent_and_what_may_have_been_count_against_the_limit),
        Behaviour(nameof(A_held_request_that_is_cancelled_is_no_longer_held), A_held_request_that_is_cancelled_is_no_longer_held),
        Behaviour(nameof(Scopes_that_hold_requests_are_listed_by_name_a_page_at_a_time), Scopes_that_hold_requests_are_listed_by_name_a_page_at_a_time),
    ];

    private static Task BeginAsync(StoreWorld world, decimal? limit) => world.Store.Runs.BeginAsync("run", "a run", limit, world.Now);

    private static Task<(int Admitted, long Held)> AdmitAsync(StoreWorld world) => world.Store.Requests.AdmitAsync("run", _ => Given.Lane, world.Now);

    private static async Task Scopes_that_hold_requests_are_listed_by_name_a_page_at_a_time(StoreWorld world)
    {
        foreach (var scope in (string[])["c", "a", "d", "b"])
        {
            await world.Store.Runs.BeginAsync(scope, scope, scope == "d" ? null : 1m, world.Now).ConfigureAwait(false);
            await world.EnqueueAsync(Given.Requests(2, scope)).ConfigureAwait(false);
        }

        Expect.Sequence(["a", "b"], await world.Store.Runs.ListHoldingAsync(null, 2).ConfigureAwait(false));
        Expect.Sequence(["c"], await world.Store.Runs.ListHoldingAsync("b", 2).ConfigureAwait(false));

        await world.Store.Requests.AdmitAsync("b", _ => Given.Lane, world.Now).ConfigureAwait(false);
        Expect.Sequence(["a", "c"], await world.Store.Runs.ListHoldingAsync(null, 10).ConfigureAwait(false));
    }

    private static async Task Under_a_cost_limit_requests_are_held_until_admitted(StoreWorld world)
    {
        await BeginAsync(world, 1m).ConfigureAwait(false);
        var enqueued = await world.EnqueueAsync(Given.Request(), Given.LiveRequest("live")).ConfigureAwait(false);
        var held = await world.RequestAsync(enqueued[0].Id).ConfigureAwait(false);
        Expect.Equal((RequestState.Queued, true, 0, null), (held.State, held.IsHeld, held.Attempt, held.Batch));
        Expect.Equal(0, (await world.Store.Requests.ClaimForSendAsync(world.Mine, 10, world.Now).ConfigureAwait(false)).Count);
        Expect.Equal((2L, 0m), (await world.TotalsAsync().ConfigureAwait(false)) is var t ? (t.Held, t.ReservedUsd) : default);

        Expect.Equal((2, 0L), await AdmitAsync(world).ConfigureAwait(false));

        var admitted = await world.RequestAsync(enqueued[0].Id).ConfigureAwait(false);
        Expect.Equal((RequestState.Batched, false, 1), (admitted.State, admitted.IsHeld, admitted.Attempt));
        Expect.Equal(1, Expect.Found(await world.Store.Batches.FindAsync(admitted.Batch ?? 0).ConfigureAwait(false)).Count);
        Expect.Equal(1, (await world.Store.Requests.ClaimForSendAsync(world.Mine, 10, world.Now).ConfigureAwait(false)).Count);
        Expect.Equal((0L, 0.02m), (await world.TotalsAsync().ConfigureAwait(false)) is var u ? (u.Held, u.ReservedUsd) : default);
    }

    private static async Task Admission_stops_where_the_limit_would_be_passed(StoreWorld world)
    {
        await BeginAsync(world, 0.025m).ConfigureAwait(false);
        var enqueued = await world.EnqueueAsync(Given.Requests(5)).ConfigureAwait(false);

        Expect.Equal((2, 3L), await AdmitAsync(world).ConfigureAwait(false));
        Expect.Equal((0, 3L), await AdmitAsync(world).ConfigureAwait(false));
        Expect.False((await world.RequestAsync(enqueued[1].Id).ConfigureAwait(false)).IsHeld);
        Expect.True((await world.RequestAsync(enqueued[2].Id).ConfigureAwait(false)).IsHeld);

        // Known costs below their bounds make room.
        await world.SettleAsync(StoreWorld.Answered(enqueued[0].Sequence), StoreWorld.Answered(enqueued[1].Sequence)).ConfigureAwait(false);
        Expect.Equal((2, 1L), await AdmitAsync(world).ConfigureAwait(false));
    }

    private static async Task A_request_without_a_bound_is_never_admitted_under_a_limit(StoreWorld world)
    {
        await BeginAsync(world, 1m).ConfigureAwait(false);
        await world.EnqueueAsync(Given.Request("a") with { BoundUsd = null }, Given.Request("b")).ConfigureAwait(false);

        Expect.Equal((1, 1L), await AdmitAsync(world).ConfigureAwait(false));
    }

    private static async Task Without_a_limit_all_held_requests_are_admitted(StoreWorld world)
    {
        await BeginAsync(world, 0m).ConfigureAwait(false);
        await world.EnqueueAsync(Given.Request("a") with { BoundUsd = null }, Given.Request("b")).ConfigureAwait(false);
        Expect.Equal((0, 2L), await AdmitAsync(world).ConfigureAwait(false));

        await BeginAsync(world, null).ConfigureAwait(false);

        Expect.Equal((2, 0L), await AdmitAsync(world).ConfigureAwait(false));
    }

    private static async Task What_cannot_be_batched_is_admitted_live(StoreWorld world)
    {
        await BeginAsync(world, 1m).ConfigureAwait(false);
        var enqueued = (await world.EnqueueAsync(Given.Request()).ConfigureAwait(false))[0];

        await world.Store.Requests.AdmitAsync("run", _ => null, world.Now).ConfigureAwait(false);

        var request = await world.RequestAsync(enqueued.Id).ConfigureAwait(false);
        Expect.Equal((RequestState.Queued, Route.Live, false), (request.State, request.Route, request.IsHeld));
    }

    private static async Task A_requeued_request_is_held_again(StoreWorld world)
    {
        await BeginAsync(world, 1m).ConfigureAwait(false);
        var enqueued = (await world.EnqueueAsync(Given.Request()).ConfigureAwait(false))[0];
        await AdmitAsync(world).ConfigureAwait(false);

        await world.SettleAsync(StoreWorld.Requeued(enqueued.Sequence)).ConfigureAwait(false);

        Expect.True((await world.RequestAsync(enqueued.Id).ConfigureAwait(false)).IsHeld);
        Expect.Equal((1L, 0m), (await world.TotalsAsync().ConfigureAwait(false)) is var t ? (t.Held, t.ReservedUsd) : default);
        Expect.Equal((1, 0L), await AdmitAsync(world).ConfigureAwait(false));
        Expect.Equal(2, (await world.Store.Requests.ClaimForSendAsync(world.Mine, 1, world.Now).ConfigureAwait(false))[0].Attempt);
    }

    private static async Task What_was_spent_and_what_may_have_been_count_against_the_limit(StoreWorld world)
    {
        await BeginAsync(world, 0.03m).ConfigureAwait(false);
        var enqueued = await world.EnqueueAsync(Given.Requests(4)).ConfigureAwait(false);
        Expect.Equal((3, 1L), await AdmitAsync(world).ConfigureAwait(false));

        await world.SettleAsync(
            StoreWorld.Answered(enqueued[0].Sequence, costUsd: 0.009m), StoreWorld.Answered(enqueued[1].Sequence, costUsd: null)).ConfigureAwait(false);

        var totals = await world.TotalsAsync().ConfigureAwait(false);
        Expect.Equal((0.009m, 0.01m, 0.01m), (totals.SpentUsd, totals.UnknownBoundUsd, totals.ReservedUsd));
        Expect.Equal((0, 1L), await AdmitAsync(world).ConfigureAwait(false));
    }

    private static async Task A_held_request_that_is_cancelled_is_no_longer_held(StoreWorld world)
    {
        await BeginAsync(world, 1m).ConfigureAwait(false);
        await world.EnqueueAsync(Given.Requests(2)).ConfigureAwait(false);

        Expect.Equal((2, 0), await world.Store.Requests.CancelAsync("run", null, world.Now).ConfigureAwait(false));

        var totals = await world.TotalsAsync().ConfigureAwait(false);
        Expect.Equal((0L, 2L, 0m), (totals.Held, totals.Cancelled, totals.ReservedUsd));
        Expect.Equal((0, 0L), await AdmitAsync(world).ConfigureAwait(false));
    }
}
