using Parsimony.Engine;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class SettlementMoveBehaviours
{
    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Behaviour(nameof(Only_legal_moves_are_made), Only_legal_moves_are_made),
        Behaviour(nameof(An_answer_counts_whoever_else_was_working_on_it), An_answer_counts_whoever_else_was_working_on_it),
        Behaviour(nameof(A_paid_answer_is_stored_also_when_its_request_had_ended_without_one), A_paid_answer_is_stored_also_when_its_request_had_ended_without_one),
        Behaviour(nameof(An_earlier_attempts_failure_does_not_end_a_later_one), An_earlier_attempts_failure_does_not_end_a_later_one),
        Behaviour(nameof(A_requeued_request_counts_its_tries), A_requeued_request_counts_its_tries),
        Behaviour(nameof(An_item_leaves_a_batch_only_before_it_is_claimed_for_submission), An_item_leaves_a_batch_only_before_it_is_claimed_for_submission),
        Behaviour(nameof(A_late_answer_leaves_the_attempt_under_way_to_be_booked), A_late_answer_leaves_the_attempt_under_way_to_be_booked),
    ];

    private static async Task Only_legal_moves_are_made(StoreWorld world)
    {
        var scope = 0;
        foreach (var from in Enum.GetValues<RequestState>())
        {
            foreach (var to in (RequestState[])[RequestState.Answered, RequestState.Queued, RequestState.Failed, RequestState.Expired, RequestState.Cancelled])
            {
                var request = await RequestInAsync(world, from, $"moves {++scope}").ConfigureAwait(false);
                var settlement = to switch
                {
                    RequestState.Answered => StoreWorld.Answered(request.Sequence, request.Attempt),
                    RequestState.Queued => StoreWorld.Requeued(request.Sequence, request.Attempt),
                    _ => StoreWorld.Ended(request.Sequence, to, request.Attempt),
                };
                // Retrying is a move of its own, not a settlement.
                var isLegal = RequestMoves.IsLegal(from, to) && (to == RequestState.Answered || !RequestMoves.IsFinal(from));

                var result = await world.SettleAsync(settlement with { Entry = null }).ConfigureAwait(false);

                Expect.Equal(isLegal ? 0 : 1, result.Repeated, $"settling a {from} request as {to}");
                Expect.Equal(isLegal ? to : from, (await world.RequestAsync(request.Id).ConfigureAwait(false)).State, $"{from} settled as {to}");
            }
        }
    }

    private static async Task<StoredRequest> RequestInAsync(StoreWorld world, RequestState state, string scope)
    {
        var request = state == RequestState.Batched ? Given.Request(scope: scope) : Given.LiveRequest(scope: scope);
        var enqueued = (await world.EnqueueAsync(request).ConfigureAwait(false))[0];
        if (state is RequestState.Sending or RequestState.Failed)
        {
            // Whatever earlier rounds left queued is claimed with it, and left alone.
            await world.Store.Requests.ClaimForSendAsync(world.Mine, 100, world.Now).ConfigureAwait(false);
        }

        var settlement = state switch
        {
            RequestState.Answered => StoreWorld.Answered(enqueued.Sequence),
            RequestState.Failed => StoreWorld.Ended(enqueued.Sequence, state, 1),
            RequestState.Expired => StoreWorld.Ended(enqueued.Sequence, state, 0),
            RequestState.Cancelled => StoreWorld.Ended(enqueued.Sequence, state, 0),
            _ => null,
        };
        if (settlement is not null)
        {
            await world.SettleAsync(settlement).ConfigureAwait(false);
        }

        var stored = await world.RequestAsync(enqueued.Id).ConfigureAwait(false);
        Expect.Equal(state, stored.State);
        return stored;
    }

    private static async Task An_answer_counts_whoever_else_was_working_on_it(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Running).ConfigureAwait(false);
        var items = await world.Store.Settlements.ReadUnsettledAsync(batch.Id, 0, 10).ConfigureAwait(false);
        await world.SettleAsync([.. items.Select(i => StoreWorld.Requeued(i.Sequence))]).ConfigureAwait(false);
        var sending = (await world.Store.Requests.ClaimForSendAsync(world.Mine, 1, world.Now).ConfigureAwait(false))[0];

        // The batch answers late: one is queued, one is being sent.
        var late = await world.SettleAsync([.. items.Select(i => StoreWorld.Answered(i.Sequence))]).ConfigureAwait(false);
        // And what the live call bought is booked, although its answer is not needed.
        var booked = await world.SettleAsync(StoreWorld.Answered(sending.Sequence, 2)).ConfigureAwait(false);

        Expect.Equal(2, late.Answered.Count);
        Expect.Equal((0, 0), (booked.Answered.Count, booked.Repeated));
        Expect.Equal(2, (await world.Store.Ledger.ReadRequestAsync(sending.Sequence).ConfigureAwait(false)).Count);
        Expect.Equal((0.006m, 0m), (await world.TotalsAsync("run a").ConfigureAwait(false)) is var t ? (t.SpentUsd, t.ReservedUsd) : default);
    }

    private static async Task A_paid_answer_is_stored_also_when_its_request_had_ended_without_one(StoreWorld world)
    {
        foreach (var state in (RequestState[])[RequestState.Failed, RequestState.Expired, RequestState.Cancelled])
        {
            var scope = $"late {state}";
            var request = await RequestInAsync(world, state, scope).ConfigureAwait(false);

            var result = await world.SettleAsync(StoreWorld.Answered(request.Sequence, text: scope)).ConfigureAwait(false);
            var again = await world.SettleAsync(StoreWorld.Answered(request.Sequence, text: "another")).ConfigureAwait(false);

            Expect.Equal((1, 0, 1), (result.Answered.Count, result.Repeated, again.Repeated));
            var answered = await world.RequestAsync(request.Id).ConfigureAwait(false);
            Expect.Equal((RequestState.Answered, Reasons.AnsweredLate, null), (answered.State, answered.Reason, answered.FailureCode));
            var body = await world.Store.Requests.ReadAnswerAsync(request.Sequence).ConfigureAwait(false);
            Expect.Sequence(Given.Answer(scope).ToArray(), body.GetValueOrDefault().ToArray());
            var totals = await world.TotalsAsync(scope).ConfigureAwait(false);
            Expect.Equal((1L, 1L, 0L, 0m), (totals.Total, totals.Answered, totals.Open, totals.ReservedUsd));
        }
    }

    private static async Task An_earlier_attempts_failure_does_not_end_a_later_one(StoreWorld world)
    {
        var enqueued = (await world.EnqueueAsync(Given.LiveRequest()).ConfigureAwait(false))[0];
        await world.Store.Requests.ClaimForSendAsync(world.Mine, 1, world.Now).ConfigureAwait(false);
        await world.SettleAsync(StoreWorld.Requeued(enqueued.Sequence, 1)).ConfigureAwait(false);
        await world.Store.Requests.ClaimForSendAsync(world.Mine, 1, world.Now).ConfigureAwait(false);

        var result = await world.SettleAsync(StoreWorld.Ended(enqueued.Sequence, RequestState.Failed, 1), StoreWorld.Requeued(enqueued.Sequence, 1)).ConfigureAwait(false);

        Expect.Equal(2, result.Repeated);
        Expect.Equal((RequestState.Sending, 2), (await world.RequestAsync(enqueued.Id).ConfigureAwait(false)) is var r ? (r.State, r.Attempt) : default);
    }

    private static async Task A_requeued_request_counts_its_tries(StoreWorld world)
    {
        var enqueued = (await world.EnqueueAsync(Given.LiveRequest()).ConfigureAwait(false))[0];
        await world.Store.Requests.ClaimForSendAsync(world.Mine, 1, world.Now).ConfigureAwait(false);

        await world.SettleAsync(new Settlement
        {
            Sequence = enqueued.Sequence,
            Attempt = 1,
            Entry = Given.Entry(enqueued.Sequence, 1, null) with { Usage = null },
            Move = new SettlementMove.ToQueued("live: again", null, CountsAsSend: true, CountsAsUncertain: true),
        }).ConfigureAwait(false);

        var request = await world.RequestAsync(enqueued.Id).ConfigureAwait(false);
        Expect.Equal((RequestState.Queued, 1, 1, 1, "live: again"), (request.State, request.Attempt, request.Sends, request.Uncertain, request.Reason));
        var totals = await world.TotalsAsync().ConfigureAwait(false);
        Expect.Equal((0.01m, 0.01m, 0m), (totals.ReservedUsd, totals.UnknownBoundUsd, totals.SpentUsd));
    }

    private static async Task An_item_leaves_a_batch_only_before_it_is_claimed_for_submission(StoreWorld world)
    {
        var claimed = await world.BatchInAsync(BatchState.Submitting, group: "a").ConfigureAwait(false);
        var waiting = await world.BatchInAsync(BatchState.Sealed, group: "b").ConfigureAwait(false);
        var late = (await world.Store.Settlements.ReadUnsettledAsync(claimed.Id, 0, 1).ConfigureAwait(false))[0];
        var early = (await world.Store.Settlements.ReadUnsettledAsync(waiting.Id, 0, 1).ConfigureAwait(false))[0];

        var result = await world.SettleAsync(
            StoreWorld.Requeued(late.Sequence) with { OnlyIfUnsubmitted = true },
            StoreWorld.Requeued(early.Sequence) with { OnlyIfUnsubmitted = true }).ConfigureAwait(false);

        Expect.Equal((1, 1), (result.Requeued, result.Repeated));
        Expect.Equal(RequestState.Batched, (await world.RequestAsync(late.Id).ConfigureAwait(false)).State);
        Expect.Equal(RequestState.Queued, (await world.RequestAsync(early.Id).ConfigureAwait(false)).State);
    }

    private static async Task A_late_answer_leaves_the_attempt_under_way_to_be_booked(StoreWorld world)
    {
        var enqueued = (await world.EnqueueAsync(Given.LiveRequest()).ConfigureAwait(false))[0];
        await world.Store.Requests.ClaimForSendAsync(world.Mine, 1, world.Now).ConfigureAwait(false);
        await world.SettleAsync(StoreWorld.Requeued(enqueued.Sequence)).ConfigureAwait(false);
        await world.Store.Requests.ClaimForSendAsync(world.Theirs, 1, world.Now).ConfigureAwait(false);

        // The first attempt's answer comes while the second is under way, and the second's worker is never heard of again.
        await world.SettleAsync(StoreWorld.Answered(enqueued.Sequence, attempt: 1)).ConfigureAwait(false);
        var stale = await world.Store.Requests.ClaimStaleSendsAsync(world.Mine, 10, world.Now.AddMinutes(6)).ConfigureAwait(false);

        Expect.Equal((RequestState.Answered, 2), (stale.Single().State, stale.Single().Attempt));
        await world.SettleAsync(new Settlement
        {
            Sequence = enqueued.Sequence,
            Attempt = 2,
            Entry = Given.Entry(enqueued.Sequence, 2, null) with { Usage = null, Kind = LedgerKind.PossibleDuplicate },
        }).ConfigureAwait(false);
        Expect.Equal(0, (await world.Store.Requests.ClaimStaleSendsAsync(world.Mine, 10, world.Now.AddDays(1)).ConfigureAwait(false)).Count);
        Expect.Equal(2, (await world.Store.Ledger.ReadRequestAsync(enqueued.Sequence).ConfigureAwait(false)).Count);
    }
}
