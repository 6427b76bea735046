using Parsimony.Engine;
using static Parsimony.Testing.BudgetBehaviours;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class ReservationBehaviours
{
    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Behaviour(nameof(A_live_call_is_reserved_and_given_back), A_live_call_is_reserved_and_given_back),
        Behaviour(nameof(A_live_call_without_room_is_refused), A_live_call_without_room_is_refused),
        Behaviour(nameof(A_call_no_budget_is_about_is_not_noted), A_call_no_budget_is_about_is_not_noted),
        Behaviour(nameof(Booking_a_call_ends_its_reservation), Booking_a_call_ends_its_reservation),
        Behaviour(nameof(A_reservation_nobody_ended_is_found_when_it_is_over), A_reservation_nobody_ended_is_found_when_it_is_over),
        Behaviour(nameof(A_cost_that_comes_after_its_reservation_ran_out_corrects_it), A_cost_that_comes_after_its_reservation_ran_out_corrects_it),
    ];

    internal static BudgetReservation Reservation(StoreWorld world, RequestProfile profile, decimal? bound = 0.01m) => new()
    {
        Id = Given.Request().Id,
        Scope = "live",
        Profile = profile,
        BoundUsd = bound,
        AcceptedAt = world.Now,
        KeptFor = TimeSpan.FromMinutes(10),
    };

    internal static MeteredCall Call(BudgetReservation reservation, decimal? cost) => new(
        new StoredRequest
        {
            Sequence = 0,
            Id = reservation.Id,
            Scope = reservation.Scope,
            Profile = reservation.Profile,
            State = cost is null ? RequestState.Failed : RequestState.Answered,
            Route = Route.Live,
            Reason = "live: metered",
            Attempt = 1,
            Sends = 1,
            Uncertain = 0,
            AcceptedAt = reservation.AcceptedAt,
            FinishedAt = reservation.AcceptedAt,
            FailureCode = cost is null ? "send.uncertain" : null,
        },
        Given.Entry(0, costUsd: cost) with { Kind = LedgerKind.Live, Route = Route.Live })
    {
        IsReserved = true,
    };

    private static RequestProfile Acme => Given.Profile() with { Tenant = "acme" };

    private static async Task A_live_call_is_reserved_and_given_back(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.02m)).ConfigureAwait(false);
        var reservation = Reservation(world, Acme);

        Expect.True((await world.Store.Budgets.ReserveAsync(reservation, world.Now).ConfigureAwait(false)).IsHeld);
        Expect.True((await world.Store.Budgets.ReserveAsync(reservation, world.Now).ConfigureAwait(false)).IsHeld);
        Expect.Equal(0.01m, (await UseAsync(world).ConfigureAwait(false)).ReservedUsd);

        Expect.True(await world.Store.Budgets.ReleaseAsync(reservation.Id).ConfigureAwait(false));
        Expect.False(await world.Store.Budgets.ReleaseAsync(reservation.Id).ConfigureAwait(false));
        Expect.Equal(0m, (await UseAsync(world).ConfigureAwait(false)).CommittedUsd);
    }

    private static async Task A_live_call_without_room_is_refused(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.015m)).ConfigureAwait(false);
        await world.EnqueueAsync(Of("queued")).ConfigureAwait(false);

        var result = await world.Store.Budgets.ReserveAsync(Reservation(world, Acme), world.Now).ConfigureAwait(false);
        Expect.Equal((false, 0.01m), (result.IsHeld, Expect.Found(result.Refusal).Use.ReservedUsd));

        var unpriced = await world.Store.Budgets.ReserveAsync(Reservation(world, Acme, bound: null), world.Now).ConfigureAwait(false);
        Expect.True(Expect.Found(unpriced.Refusal).Unpriced is not null);
        Expect.Equal(0.01m, (await UseAsync(world).ConfigureAwait(false)).ReservedUsd);
    }

    private static async Task A_call_no_budget_is_about_is_not_noted(StoreWorld world)
    {
        await SetAsync(world, Tenant(0m)).ConfigureAwait(false);
        var reservation = Reservation(world, Given.Profile() with { Tenant = "other" });

        Expect.Equal(default, await world.Store.Budgets.ReserveAsync(reservation, world.Now).ConfigureAwait(false));
        Expect.False(await world.Store.Budgets.ReleaseAsync(reservation.Id).ConfigureAwait(false));
    }

    private static async Task Booking_a_call_ends_its_reservation(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.02m)).ConfigureAwait(false);
        var reservation = Reservation(world, Acme);
        await world.Store.Budgets.ReserveAsync(reservation, world.Now).ConfigureAwait(false);

        await world.Store.Settlements.BookLiveAsync([Call(reservation, 0.004m)], world.Now).ConfigureAwait(false);
        await world.Store.Settlements.BookLiveAsync([Call(reservation, 0.004m)], world.Now).ConfigureAwait(false);

        var use = await UseAsync(world).ConfigureAwait(false);
        Expect.Equal((0.004m, 0m, 0m), (use.SpentUsd, use.UnknownBoundUsd, use.ReservedUsd));
    }

    private static async Task A_reservation_nobody_ended_is_found_when_it_is_over(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.02m)).ConfigureAwait(false);
        var reservation = Reservation(world, Acme);
        await world.Store.Budgets.ReserveAsync(reservation, world.Now).ConfigureAwait(false);
        Expect.Equal(0, (await world.Store.Budgets.ReadExpiredAsync(10, world.Now.AddMinutes(9)).ConfigureAwait(false)).Count);

        var expired = await world.Store.Budgets.ReadExpiredAsync(10, world.Now.AddMinutes(10)).ConfigureAwait(false);

        Expect.Sequence([reservation], expired);
    }

    private static async Task A_cost_that_comes_after_its_reservation_ran_out_corrects_it(StoreWorld world)
    {
        await SetAsync(world, Tenant(0.02m)).ConfigureAwait(false);
        var reservation = Reservation(world, Acme);
        await world.Store.Budgets.ReserveAsync(reservation, world.Now).ConfigureAwait(false);
        await world.Store.Settlements.BookLiveAsync([Call(reservation, null)], world.Now).ConfigureAwait(false);
        var lost = await UseAsync(world).ConfigureAwait(false);
        Expect.Equal((0m, 0.01m, 0m), (lost.SpentUsd, lost.UnknownBoundUsd, lost.ReservedUsd));

        await world.Store.Settlements.BookLiveAsync([Call(reservation, 0.004m)], world.Now).ConfigureAwait(false);

        var use = await UseAsync(world).ConfigureAwait(false);
        Expect.Equal((0.004m, 0m, 0m), (use.SpentUsd, use.UnknownBoundUsd, use.ReservedUsd));
        Expect.Equal(1L, (await world.TotalsAsync("live").ConfigureAwait(false)).Total);
    }
}
