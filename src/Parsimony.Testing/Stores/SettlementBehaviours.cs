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
        Behaviour(nameof(Nothing_is_written_when_the_lease_is_lost), Nothing_is_written_when_the_lease_is_lost),
        Behaviour(nameof(Settling_renews_the_lease), Settling_renews_the_lease),
        Behaviour(nameof(A_live_call_made_elsewhere_is_booked_once), A_live_call_made_elsewhere_is_booked_once),
        Behaviour(nameof(Items_due_for_escalation_are_found_oldest_first), Items_due_for_escalation_are_found_oldest_first),
        Behaviour(nameof(An_item_taken_out_no_longer_hurries_its_batch), An_item_taken_out_no_longer_hurries_its_batch),
        Behaviour(nameof(A_batch_that_all_items_have_left_is_to_be_cancelled_unless_it_may_be_somebody_elses), A_batch_that_all_items_have_left_is_to_be_cancelled_unless_it_may_be_somebody_elses),
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

    private static async Task A_batch_that_all_items_have_left_is_to_be_cancelled_unless_it_may_be_somebody_elses(StoreWorld world)
    {
        var sure = await SubmittedAsync(isSuspected: false).ConfigureAwait(false);
        await SubmittedAsync(isSuspected: true).ConfigureAwait(false);
        Expect.Equal(0, (await world.Store.Settlements.ReadBatchesToCancelAsync(world.Now, 10).ConfigureAwait(false)).Count);

        await world.SettleAsync([StoreWorld.Requeued(1), StoreWorld.Requeued(2)]).ConfigureAwait(false);

        Expect.Sequence([sure], await world.Store.Settlements.ReadBatchesToCancelAsync(world.Now, 10).ConfigureAwait(false));

        async Task<long> SubmittedAsync(bool isSuspected)
        {
            await world.EnqueueAsync(Given.Request(isSuspected ? "suspected" : "sure")).ConfigureAwait(false);
            await world.Store.Batches.FlushAsync(null, world.Now).ConfigureAwait(false);
            var batch = Expect.Found(await world.ClaimAsync().ConfigureAwait(false));
            await world.Store.Submissions.MarkRunningAsync(batch.Id, world.Mine, $"b-{batch.Id}", isSuspected, world.Now, world.Now).ConfigureAwait(false);
            return batch.Id;
        }
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
