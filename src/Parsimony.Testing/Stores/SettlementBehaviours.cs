using Parsimony.Engine;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class SettlementBehaviours
{
    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Behaviour(nameof(An_answer_is_stored_with_its_entry_in_one_step), An_answer_is_stored_with_its_entry_in_one_step),
        Behaviour(nameof(Repeating_a_settlement_changes_nothing), Repeating_a_settlement_changes_nothing),
        Reopening(nameof(A_settlement_repeated_after_a_restart_changes_nothing), A_settlement_repeated_after_a_restart_changes_nothing),
        Behaviour(nameof(Only_legal_moves_are_made), Only_legal_moves_are_made),
        Behaviour(nameof(An_answer_counts_whoever_else_was_working_on_it), An_answer_counts_whoever_else_was_working_on_it),
        Behaviour(nameof(An_earlier_attempts_failure_does_not_end_a_later_one), An_earlier_attempts_failure_does_not_end_a_later_one),
        Behaviour(nameof(Nothing_is_written_when_the_lease_is_lost), Nothing_is_written_when_the_lease_is_lost),
        Behaviour(nameof(Settling_renews_the_lease), Settling_renews_the_lease),
        Behaviour(nameof(A_requeued_request_counts_its_tries), A_requeued_request_counts_its_tries),
        Behaviour(nameof(An_item_leaves_a_batch_only_before_it_is_claimed_for_submission), An_item_leaves_a_batch_only_before_it_is_claimed_for_submission),
        Behaviour(nameof(A_late_answer_leaves_the_attempt_under_way_to_be_booked), A_late_answer_leaves_the_attempt_under_way_to_be_booked),
        Behaviour(nameof(A_paid_answer_is_stored_also_when_its_request_had_ended_without_one), A_paid_answer_is_stored_also_when_its_request_had_ended_without_one),
        Behaviour(nameof(A_live_call_made_elsewhere_is_booked_once), A_live_call_made_elsewhere_is_booked_once),
        Behaviour(nameof(Items_due_for_escalation_are_found_oldest_first), Items_due_for_escalation_are_found_oldest_first),
        Behaviour(nameof(An_item_taken_out_no_longer_hurries_its_batch), An_item_taken_out_no_longer_hurries_its_batch),
        Behaviour(nameof(Overdue_requests_are_found_and_expire), Overdue_requests_are_found_and_expire),
        Behaviour(nameof(The_reserve_is_the_sum_of_what_is_under_way), The_reserve_is_the_sum_of_what_is_under_way),
    ];

    private static async Task An_answer_is_stored_with_its_entry_in_one_step(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Ended, 3).ConfigureAwait(false);
        var items = await world.Store.Settlements.ReadUnsettledAsync(batch.Id, 0, 10).ConfigureAwait(false);
        world.Now = world.Now.AddMinutes(1);

        var result = await world.SettleAsync([.. items.Reverse().Select(i => StoreWorld.Answered(i.Sequence, text: $"answer {i.Sequence}"))]).ConfigureAwait(false);

        Expect.Sequence(items.Select(i => i.Id), result.Answered);
        Expect.Equal((0, 0, 0, true), (result.Ended.Count, result.Requeued, result.Repeated, result.LeaseHeld));
        foreach (var item in items)
        {
            var request = await world.RequestAsync(item.Id).ConfigureAwait(false);
            Expect.Equal((RequestState.Answered, "stop", world.Now), (request.State, request.FinishReason, request.FinishedAt));
            var answer = await world.Store.Requests.ReadAnswerAsync(item.Sequence).ConfigureAwait(false);
            Expect.True(answer is { } body && body.Span.SequenceEqual(Given.Answer($"answer {item.Sequence}").Span));
            var entry = (await world.Store.Ledger.ReadRequestAsync(item.Sequence).ConfigureAwait(false)).Single();
            Expect.Equal((Given.Entry(item.Sequence), batch.Key, item.Id, item.Profile), (entry.Entry, entry.BatchKey, entry.RequestId, entry.Profile));
        }

        var totals = await world.TotalsAsync("run a").ConfigureAwait(false);
        Expect.Equal((3L, 3L, 0.006m, 0m), (totals.Total, totals.Answered, totals.SpentUsd, totals.ReservedUsd));
    }

    private static async Task Repeating_a_settlement_changes_nothing(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Ended).ConfigureAwait(false);
        var items = await world.Store.Settlements.ReadUnsettledAsync(batch.Id, 0, 10).ConfigureAwait(false);
        Settlement[] chunk = [StoreWorld.Answered(items[0].Sequence), StoreWorld.Ended(items[1].Sequence, RequestState.Failed)];
        await world.SettleAsync(chunk).ConfigureAwait(false);
        var before = await world.TotalsAsync("run a").ConfigureAwait(false);

        var again = await world.SettleAsync(chunk).ConfigureAwait(false);

        Expect.Equal((0, 0, 0, 2), (again.Answered.Count, again.Ended.Count, again.Requeued, again.Repeated));
        Expect.Equal(before, await world.TotalsAsync("run a").ConfigureAwait(false));
        Expect.Equal(1, (await StoreWorld.ListAsync(world.Store.Ledger.ReadAsync(null)).ConfigureAwait(false)).Count);
        var twice = await world.SettleAsync(chunk[0], chunk[0]).ConfigureAwait(false);
        Expect.Equal(2, twice.Repeated);
    }

    private static async Task A_settlement_repeated_after_a_restart_changes_nothing(StoreWorld world)
    {
        var enqueued = (await world.EnqueueAsync(Given.LiveRequest()).ConfigureAwait(false))[0];
        await world.Store.Requests.ClaimForSendAsync(world.Mine, 1, world.Now).ConfigureAwait(false);
        await world.SettleAsync(StoreWorld.Answered(enqueued.Sequence)).ConfigureAwait(false);
        var before = await world.TotalsAsync().ConfigureAwait(false);

        await world.ReopenAsync().ConfigureAwait(false);
        var again = await world.SettleAsync(StoreWorld.Answered(enqueued.Sequence)).ConfigureAwait(false);

        Expect.Equal(1, again.Repeated);
        Expect.Equal(before, await world.TotalsAsync().ConfigureAwait(false));
    }

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

    private static async Task Nothing_is_written_when_the_lease_is_lost(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Ended).ConfigureAwait(false);
        var items = await world.Store.Settlements.ReadUnsettledAsync(batch.Id, 0, 10).ConfigureAwait(false);

        var result = await world.Store.Settlements.SettleAsync(
            [StoreWorld.Answered(items[0].Sequence)], (batch.Id, world.Theirs), world.Now).ConfigureAwait(false);

        Expect.False(result.LeaseHeld);
        Expect.Equal(RequestState.Batched, (await world.RequestAsync(items[0].Id).ConfigureAwait(false)).State);
        Expect.Equal(0, (await world.Store.Ledger.ReadRequestAsync(items[0].Sequence).ConfigureAwait(false)).Count);
    }

    private static async Task Settling_renews_the_lease(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Ended).ConfigureAwait(false);
        var items = await world.Store.Settlements.ReadUnsettledAsync(batch.Id, 0, 10).ConfigureAwait(false);
        world.Now = world.Now.AddMinutes(4);

        var result = await world.Store.Settlements.SettleAsync(
            [StoreWorld.Answered(items[0].Sequence)], (batch.Id, world.Mine), world.Now).ConfigureAwait(false);

        Expect.True(result.LeaseHeld);
        Expect.Equal(world.Mine, (await world.BatchAsync(batch.Id).ConfigureAwait(false)).Lease);
        Expect.Equal(0, (await world.Store.Batches.ClaimForCollectAsync(world.Theirs, 1, world.Now.AddMinutes(4)).ConfigureAwait(false)).Count);
        Expect.Equal(1, (await world.Store.Batches.ClaimForCollectAsync(world.Theirs, 1, world.Now.AddMinutes(5)).ConfigureAwait(false)).Count);
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

    private static async Task A_live_call_made_elsewhere_is_booked_once(StoreWorld world)
    {
        var known = await world.RequestAsync((await world.EnqueueAsync(Given.LiveRequest()).ConfigureAwait(false))[0].Id).ConfigureAwait(false);
        var call = new MeteredCall(
            known with { Id = new RequestId(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)), Scope = "metered", State = RequestState.Answered, FinishedAt = world.Now },
            Given.Entry(0) with { Kind = LedgerKind.Live, Route = Route.Live });

        await world.Store.Settlements.BookLiveAsync([call], world.Now).ConfigureAwait(false);
        await world.Store.Settlements.BookLiveAsync([call], world.Now).ConfigureAwait(false);

        var totals = await world.TotalsAsync("metered").ConfigureAwait(false);
        Expect.Equal((1L, 1L, 0.002m, 0m), (totals.Total, totals.Answered, totals.SpentUsd, totals.ReservedUsd));
        var booked = await world.RequestAsync(call.Request.Id).ConfigureAwait(false);
        Expect.Equal(1, (await world.Store.Ledger.ReadRequestAsync(booked.Sequence).ConfigureAwait(false)).Count);
        Expect.True(await world.Store.Requests.ReadAnswerAsync(booked.Sequence).ConfigureAwait(false) is null);
    }

    private static async Task Items_due_for_escalation_are_found_oldest_first(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(
            Given.Request("a") with { EscalateAt = world.Now.AddHours(3) }, Given.Request("b") with { EscalateAt = world.Now.AddHours(1) },
            Given.Request("c") with { EscalateAt = world.Now.AddHours(2) }, Given.Request("d") with { EscalateAt = null }).ConfigureAwait(false);
        await world.Store.Batches.FlushAsync(null, world.Now).ConfigureAwait(false);
        var batch = Expect.Found(await world.ClaimAsync().ConfigureAwait(false));
        await world.Store.Submissions.MarkRunningAsync(batch.Id, world.Mine, "b", false, world.Now, world.Now).ConfigureAwait(false);

        Expect.Equal(0, (await world.Store.Settlements.ReadDueForEscalationAsync(world.Now.AddMinutes(59), 10).ConfigureAwait(false)).Count);
        Expect.Equal(0, (await world.Store.Settlements.ReadBatchesToCancelAsync(world.Now.AddMinutes(59), 10).ConfigureAwait(false)).Count);
        var due = await world.Store.Settlements.ReadDueForEscalationAsync(world.Now.AddHours(2), 10).ConfigureAwait(false);

        Expect.Sequence([enqueued[1].Id, enqueued[2].Id], due.Select(r => r.Id));
        Expect.Sequence([batch.Id], await world.Store.Settlements.ReadBatchesToCancelAsync(world.Now.AddHours(1), 10).ConfigureAwait(false));
        Expect.Equal((4, 2), await world.Store.Settlements.CountOpenAsync(batch.Id, world.Now.AddHours(2)).ConfigureAwait(false));
        Expect.Equal((4, 0), await world.Store.Settlements.CountOpenAsync(batch.Id, world.Now).ConfigureAwait(false));
    }

    private static async Task An_item_taken_out_no_longer_hurries_its_batch(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(
            Given.Request("a") with { EscalateAt = world.Now.AddHours(3) }, Given.Request("b") with { EscalateAt = world.Now.AddHours(1) }).ConfigureAwait(false);

        await world.SettleAsync(StoreWorld.Requeued(enqueued[1].Sequence)).ConfigureAwait(false);

        var batch = (await world.Store.Batches.ListOpenAsync(null, 1).ConfigureAwait(false))[0];
        Expect.Equal(world.Now.AddHours(3), batch.EscalateAt);
        Expect.Equal((1, 0), await world.Store.Settlements.CountOpenAsync(batch.Id, world.Now.AddHours(2)).ConfigureAwait(false));
    }

    private static async Task Overdue_requests_are_found_and_expire(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(
            Given.LiveRequest("a") with { Deadline = world.Now.AddMinutes(1) }, Given.LiveRequest("b") with { Deadline = null }, Given.Request("c")).ConfigureAwait(false);
        Expect.Equal(0, (await world.Store.Settlements.ReadOverdueAsync(world.Now, 10).ConfigureAwait(false)).Count);

        var overdue = await world.Store.Settlements.ReadOverdueAsync(world.Now.AddDays(2), 10).ConfigureAwait(false);
        Expect.Sequence([enqueued[0].Id], overdue.Select(r => r.Id));
        var result = await world.SettleAsync(StoreWorld.Ended(enqueued[0].Sequence, RequestState.Expired, overdue[0].Attempt)).ConfigureAwait(false);

        Expect.Sequence([enqueued[0].Id], result.Ended);
        Expect.Equal("item.invalid_request", (await world.RequestAsync(enqueued[0].Id).ConfigureAwait(false)).FailureCode);
        Expect.Equal(1L, (await world.TotalsAsync().ConfigureAwait(false)).Expired);
    }

    private static async Task The_reserve_is_the_sum_of_what_is_under_way(StoreWorld world)
    {
        var random = new Random(7);
        await world.EnqueueAsync([.. Given.Requests(60).Select((r, i) => (i % 2 == 0 ? r : r with { Route = Route.Live, Lane = null }) with { BoundUsd = (i + 1) * 0.001m })]).ConfigureAwait(false);
        for (var round = 0; round < 300; round++)
        {
            if (round % 10 == 0)
            {
                await world.Store.Requests.ClaimForSendAsync(world.Mine, 5, world.Now).ConfigureAwait(false);
                await world.Store.Requests.RetryAsync("run", null, world.Now).ConfigureAwait(false);
            }

            var sequence = random.Next(1, 61);
            var request = (await world.Store.Requests.LoadAsync([sequence]).ConfigureAwait(false))[0];
            await world.SettleAsync(random.Next(8) switch
            {
                0 => StoreWorld.Answered(sequence, request.Attempt),
                1 or 2 => StoreWorld.Ended(sequence, RequestState.Failed, request.Attempt),
                3 => StoreWorld.Ended(sequence, RequestState.Cancelled, request.Attempt),
                4 => StoreWorld.Ended(sequence, RequestState.Failed, request.Attempt - 1),
                _ => StoreWorld.Requeued(sequence, request.Attempt),
            }).ConfigureAwait(false);
        }

        var all = await world.Store.Requests.LoadAsync([.. Enumerable.Range(1, 60).Select(i => (long)i)]).ConfigureAwait(false);
        var totals = await world.TotalsAsync().ConfigureAwait(false);
        Expect.Equal(all.Where(r => !RequestMoves.IsFinal(r.State)).Sum(r => r.BoundUsd ?? 0m), totals.ReservedUsd);
        Expect.Equal(
            (60L, all.LongCount(r => r.State == RequestState.Answered), all.LongCount(r => r.State == RequestState.Failed), all.LongCount(r => r.State == RequestState.Cancelled)),
            (totals.Total, totals.Answered, totals.Failed, totals.Cancelled));
        Expect.Equal((await StoreWorld.ListAsync(world.Store.Ledger.ReadAsync("run")).ConfigureAwait(false)).Sum(r => r.Entry.CostUsd ?? 0m), totals.SpentUsd);
    }
}
