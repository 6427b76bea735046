using Parsimony.Engine;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class PayloadBehaviours
{
    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Reopening(nameof(A_tenants_payloads_are_erased_and_no_others), A_tenants_payloads_are_erased_and_no_others),
        Behaviour(nameof(A_session_a_run_and_a_request_are_erased_alike), A_session_a_run_and_a_request_are_erased_alike),
        Behaviour(nameof(Rows_counts_and_money_outlive_an_erasure), Rows_counts_and_money_outlive_an_erasure),
        Behaviour(nameof(Open_requests_are_cancelled_when_they_are_erased), Open_requests_are_cancelled_when_they_are_erased),
        Behaviour(nameof(A_late_answer_of_an_erased_request_is_booked_and_not_stored), A_late_answer_of_an_erased_request_is_booked_and_not_stored),
        Behaviour(nameof(An_erased_item_that_comes_back_is_cancelled), An_erased_item_that_comes_back_is_cancelled),
        Behaviour(nameof(An_erased_item_is_not_sent), An_erased_item_is_not_sent),
        Reopening(nameof(An_erasure_goes_on_where_it_was_cut_short), An_erasure_goes_on_where_it_was_cut_short),
        Behaviour(nameof(The_same_erasure_again_erases_nothing), The_same_erasure_again_erases_nothing),
        Behaviour(nameof(What_is_accepted_after_an_erasure_began_is_not_meant), What_is_accepted_after_an_erasure_began_is_not_meant),
        Behaviour(nameof(An_erased_request_cannot_be_retried), An_erased_request_cannot_be_retried),
        Behaviour(nameof(An_erasure_has_the_providers_asked_again), An_erasure_has_the_providers_asked_again),
        Behaviour(nameof(Uploaded_input_that_holds_a_cancelled_item_is_left_to_be_deleted), Uploaded_input_that_holds_a_cancelled_item_is_left_to_be_deleted),
        Behaviour(nameof(A_rejected_batch_is_cleaned_too), A_rejected_batch_is_cleaned_too),
    ];

    private static async Task A_tenants_payloads_are_erased_and_no_others(StoreWorld world)
    {
        // In one chunk, so in the same pages.
        var enqueued = await world.EnqueueAsync([.. Given.Requests(6).Select((r, i) => OfTenant(r, i % 2 == 0 ? "a" : "b"))]).ConfigureAwait(false);
        await world.SettleAsync([.. enqueued.Select(r => StoreWorld.Answered(r.Sequence, text: $"answer {r.Sequence}"))]).ConfigureAwait(false);
        var kept = await PayloadsAsync(world, enqueued.Where((_, i) => i % 2 == 1)).ConfigureAwait(false);

        var erasure = await EraseAsync(world, ErasureSubject.Tenant, "a").ConfigureAwait(false);
        await world.ReopenAsync().ConfigureAwait(false);

        Expect.Equal((3L, 0L, 0L), (erasure.Requests, erasure.Cancelled, erasure.Marked));
        foreach (var request in enqueued.Where((_, i) => i % 2 == 0))
        {
            await ExpectGoneAsync(world, request).ConfigureAwait(false);
        }

        Expect.Equal(kept, await PayloadsAsync(world, enqueued.Where((_, i) => i % 2 == 1)).ConfigureAwait(false));
        Expect.True(!(await world.RequestAsync(enqueued[1].Id).ConfigureAwait(false)).IsErased);
    }

    private static async Task A_session_a_run_and_a_request_are_erased_alike(StoreWorld world)
    {
        var ofSession = await world.EnqueueAsync(Given.LiveRequest("a", "r1") with { Profile = Given.Profile() with { Session = "s" } }).ConfigureAwait(false);
        var ofRun = await world.EnqueueAsync(Given.LiveRequest("b", "r2")).ConfigureAwait(false);
        var single = await world.EnqueueAsync(Given.LiveRequest("c", "r1"), Given.LiveRequest("d", "r1")).ConfigureAwait(false);

        await EraseAsync(world, ErasureSubject.Session, "s").ConfigureAwait(false);
        await EraseAsync(world, ErasureSubject.Run, "r2").ConfigureAwait(false);
        await EraseAsync(world, ErasureSubject.Request, single[0].Id.ToString()).ConfigureAwait(false);
        var unknown = await EraseAsync(world, ErasureSubject.Request, Guid.Empty.ToString()).ConfigureAwait(false);

        await ExpectGoneAsync(world, ofSession[0]).ConfigureAwait(false);
        await ExpectGoneAsync(world, ofRun[0]).ConfigureAwait(false);
        await ExpectGoneAsync(world, single[0]).ConfigureAwait(false);
        Expect.Equal(0L, unknown.Requests);
        Expect.True(await world.Store.Requests.ReadEnvelopeAsync(single[1].Sequence).ConfigureAwait(false) is not null);
        var listed = await world.Store.Payloads.ListErasuresAsync(onlyOpen: false, 10).ConfigureAwait(false);
        Expect.Equal(4, listed.Count);
        Expect.Equal(("s", "tester", world.Now), (listed[3].Subject, listed[3].RequestedBy, listed[3].RequestedAt));
        Expect.Equal(0, (await world.Store.Payloads.ListErasuresAsync(onlyOpen: true, 10).ConfigureAwait(false)).Count);
    }

    private static async Task Rows_counts_and_money_outlive_an_erasure(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(Given.Requests(3)).ConfigureAwait(false);
        await world.SettleAsync([.. enqueued.Select(r => StoreWorld.Answered(r.Sequence))]).ConfigureAwait(false);
        var (totals, entries) = (await world.TotalsAsync().ConfigureAwait(false), await StoreWorld.ListAsync(world.Store.Ledger.ReadAsync("run")).ConfigureAwait(false));

        await EraseAsync(world, ErasureSubject.Run, "run").ConfigureAwait(false);

        Expect.Equal(totals, await world.TotalsAsync().ConfigureAwait(false));
        Expect.Equal(3, (await StoreWorld.ListAsync(world.Store.Ledger.ReadAsync("run")).ConfigureAwait(false)).Count);
        Expect.Equal(entries.Sum(e => e.Entry.CostUsd ?? 0), totals.SpentUsd);
        Expect.Equal(RequestState.Answered, (await world.RequestAsync(enqueued[0].Id).ConfigureAwait(false)).State);
        var again = await world.EnqueueAsync(Given.Requests(3)).ConfigureAwait(false);
        Expect.True(again.All(r => !r.IsNew));
    }

    private static async Task Open_requests_are_cancelled_when_they_are_erased(StoreWorld world)
    {
        var queued = await world.EnqueueAsync(Given.LiveRequest("live")).ConfigureAwait(false);
        var batch = await world.BatchInAsync(BatchState.Running, group: "tenant").ConfigureAwait(false);

        var first = await EraseAsync(world, ErasureSubject.Run, "run").ConfigureAwait(false);
        var second = await EraseAsync(world, ErasureSubject.Run, "run tenant").ConfigureAwait(false);

        Expect.Equal((1L, 1L, 0L), (first.Requests, first.Cancelled, first.Marked));
        Expect.Equal((2L, 0L, 2L), (second.Requests, second.Cancelled, second.Marked));
        Expect.Equal(RequestState.Cancelled, (await world.RequestAsync(queued[0].Id).ConfigureAwait(false)).State);
        Expect.Sequence([batch.Id], await world.Store.Settlements.ReadBatchesToCancelAsync(world.Now, 10).ConfigureAwait(false));
    }

    private static async Task A_late_answer_of_an_erased_request_is_booked_and_not_stored(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Running).ConfigureAwait(false);
        var items = await world.Store.Settlements.ReadUnsettledAsync(batch.Id, 0, 10).ConfigureAwait(false);
        await EraseAsync(world, ErasureSubject.Request, items[0].Id.ToString()).ConfigureAwait(false);

        var result = await world.SettleAsync([.. items.Select(item => StoreWorld.Answered(item.Sequence, text: "a secret answer"))]).ConfigureAwait(false);

        Expect.Equal(2, result.Answered.Count);
        Expect.Equal(RequestState.Answered, (await world.RequestAsync(items[0].Id).ConfigureAwait(false)).State);
        Expect.True((await world.RequestAsync(items[0].Id).ConfigureAwait(false)).IsErased);
        Expect.True(await world.Store.Requests.ReadAnswerAsync(items[0].Sequence).ConfigureAwait(false) is null);
        Expect.True(await world.Store.Requests.ReadAnswerAsync(items[1].Sequence).ConfigureAwait(false) is not null);
        Expect.Equal(1, (await world.Store.Ledger.ReadRequestAsync(items[0].Sequence).ConfigureAwait(false)).Count);
        Expect.Equal(0.004m, (await world.TotalsAsync("run a").ConfigureAwait(false)).SpentUsd);
    }

    private static async Task An_erased_item_that_comes_back_is_cancelled(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Running).ConfigureAwait(false);
        var items = await world.Store.Settlements.ReadUnsettledAsync(batch.Id, 0, 10).ConfigureAwait(false);
        await EraseAsync(world, ErasureSubject.Run, "run a").ConfigureAwait(false);

        await world.SettleAsync(StoreWorld.Requeued(items[0].Sequence)).ConfigureAwait(false);

        Expect.Equal(RequestState.Cancelled, (await world.RequestAsync(items[0].Id).ConfigureAwait(false)).State);
    }

    private static async Task An_erased_item_is_not_sent(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Submitting, count: 3).ConfigureAwait(false);
        var items = await world.Store.Settlements.ReadUnsettledAsync(batch.Id, 0, 10).ConfigureAwait(false);

        await EraseAsync(world, ErasureSubject.Request, items[1].Id.ToString()).ConfigureAwait(false);

        var sent = await StoreWorld.ListAsync(world.Store.Batches.ReadItemsAsync(batch.Id)).ConfigureAwait(false);
        Expect.Sequence([items[0].Sequence, items[2].Sequence], [.. sent.Select(item => item.Sequence).Order()]);
        Expect.True(sent.All(item => item.Envelope.Bytes.Length > 0));
    }

    private static async Task An_erasure_goes_on_where_it_was_cut_short(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(Given.Requests(5)).ConfigureAwait(false);
        var begun = await world.Store.Payloads.BeginErasureAsync(ErasureSubject.Run, "run", "tester", world.Now).ConfigureAwait(false);
        var first = Expect.Found(await world.Store.Payloads.EraseAsync(begun.Id, 2, world.Now).ConfigureAwait(false));
        Expect.Equal((2L, (DateTimeOffset?)null), (first.Requests, first.FinishedAt));

        await world.ReopenAsync().ConfigureAwait(false);
        var joined = await world.Store.Payloads.BeginErasureAsync(ErasureSubject.Run, "run", "another", world.Now).ConfigureAwait(false);
        Expect.Equal(begun.Id, joined.Id);
        await FinishAsync(world, joined, 2).ConfigureAwait(false);

        foreach (var request in enqueued)
        {
            await ExpectGoneAsync(world, request).ConfigureAwait(false);
        }

        Expect.Equal(5L, (await world.Store.Payloads.ListErasuresAsync(onlyOpen: false, 1).ConfigureAwait(false))[0].Requests);
    }

    private static async Task The_same_erasure_again_erases_nothing(StoreWorld world)
    {
        await world.EnqueueAsync(Given.Requests(2)).ConfigureAwait(false);
        await EraseAsync(world, ErasureSubject.Run, "run").ConfigureAwait(false);

        var again = await EraseAsync(world, ErasureSubject.Run, "run").ConfigureAwait(false);

        Expect.Equal((0L, 0L, 0L), (again.Requests, again.Cancelled, again.Marked));
        Expect.Equal(again, Expect.Found(await world.Store.Payloads.EraseAsync(again.Id, 10, world.Now).ConfigureAwait(false)));
        Expect.True(await world.Store.Payloads.EraseAsync(4_711, 10, world.Now).ConfigureAwait(false) is null);
    }

    private static async Task What_is_accepted_after_an_erasure_began_is_not_meant(StoreWorld world)
    {
        await world.EnqueueAsync(Given.LiveRequest("before")).ConfigureAwait(false);
        var begun = await world.Store.Payloads.BeginErasureAsync(ErasureSubject.Run, "run", "tester", world.Now).ConfigureAwait(false);
        var after = await world.EnqueueAsync(Given.LiveRequest("after")).ConfigureAwait(false);

        var ended = await FinishAsync(world, begun, 10).ConfigureAwait(false);

        Expect.Equal(1L, ended.Requests);
        Expect.Equal(RequestState.Queued, (await world.RequestAsync(after[0].Id).ConfigureAwait(false)).State);
    }

    private static async Task An_erased_request_cannot_be_retried(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(Given.LiveRequest("one")).ConfigureAwait(false);
        await EraseAsync(world, ErasureSubject.Run, "run").ConfigureAwait(false);

        Expect.Equal(0, await world.Store.Requests.RetryAsync("run", null, world.Now).ConfigureAwait(false));
        Expect.Equal(0, await world.Store.Requests.RetryAsync("run", [enqueued[0].Id], world.Now).ConfigureAwait(false));
    }

    private static async Task An_erasure_has_the_providers_asked_again(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Collected).ConfigureAwait(false);
        await world.Store.Ledger.MarkCleanedAsync(batch.Id, isDone: true, world.Now).ConfigureAwait(false);
        Expect.Equal(0, (await world.Store.Ledger.ReadUncleanedAsync(10, world.Now).ConfigureAwait(false)).Count);

        await EraseAsync(world, ErasureSubject.Run, "run a").ConfigureAwait(false);

        Expect.Sequence([batch.Id], (await world.Store.Ledger.ReadUncleanedAsync(10, world.Now).ConfigureAwait(false)).Select(b => b.Id));
    }

    private static async Task Uploaded_input_that_holds_a_cancelled_item_is_left_to_be_deleted(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Sealed).ConfigureAwait(false);
        Expect.Equal(batch.Id, Expect.Found(await world.ClaimAsync().ConfigureAwait(false)).Id);
        Expect.True(await world.Store.Submissions.MarkStagedAsync(batch.Id, world.Mine, "file 1").ConfigureAwait(false));
        Expect.True(await world.Store.Submissions.MarkStagedAsync(batch.Id, world.Mine, "file 2").ConfigureAwait(false));
        Expect.True(await world.Store.Submissions.MarkResealedAsync(batch.Id, world.Mine, world.Now, keepStaged: true, "create.overloaded").ConfigureAwait(false));

        await EraseAsync(world, ErasureSubject.Run, "run a").ConfigureAwait(false);

        var left = await world.Store.Payloads.ReadLeftoversAsync(10, world.Now).ConfigureAwait(false);
        Expect.Sequence(["file 1", "file 2"], [.. left.Select(leftover => leftover.Reference).Order(StringComparer.Ordinal)]);
        Expect.Equal(ProviderId.OpenAI, left[0].Provider);
        await world.Store.Payloads.MarkLeftoverAsync(left[0].Id, isDone: true, world.Now).ConfigureAwait(false);
        await world.Store.Payloads.MarkLeftoverAsync(left[1].Id, isDone: false, world.Now.AddHours(1)).ConfigureAwait(false);
        Expect.Equal(0, (await world.Store.Payloads.ReadLeftoversAsync(10, world.Now).ConfigureAwait(false)).Count);
        Expect.Equal(1, (await world.Store.Payloads.ReadLeftoversAsync(10, world.Now.AddHours(1)).ConfigureAwait(false)).Count);
    }

    private static async Task A_rejected_batch_is_cleaned_too(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Rejected).ConfigureAwait(false);

        Expect.Sequence([batch.Id], (await world.Store.Ledger.ReadUncleanedAsync(10, world.Now).ConfigureAwait(false)).Select(b => b.Id));
        await world.Store.Ledger.MarkCleanedAsync(batch.Id, isDone: true, world.Now).ConfigureAwait(false);
        Expect.Equal(0, (await world.Store.Ledger.ReadUncleanedAsync(10, world.Now).ConfigureAwait(false)).Count);
    }

    private static NewRequest OfTenant(NewRequest request, string tenant) => request with { Profile = Given.Profile() with { Tenant = tenant } };

    private static async Task<Erasure> EraseAsync(StoreWorld world, ErasureSubject kind, string subject) =>
        await FinishAsync(world, await world.Store.Payloads.BeginErasureAsync(kind, subject, "tester", world.Now).ConfigureAwait(false), 100).ConfigureAwait(false);

    private static async Task<Erasure> FinishAsync(StoreWorld world, Erasure erasure, int max)
    {
        while (erasure.FinishedAt is null)
        {
            erasure = Expect.Found(await world.Store.Payloads.EraseAsync(erasure.Id, max, world.Now).ConfigureAwait(false));
        }

        return erasure;
    }

    private static async Task ExpectGoneAsync(StoreWorld world, EnqueuedRequest request)
    {
        Expect.True((await world.RequestAsync(request.Id).ConfigureAwait(false)).IsErased);
        Expect.True(await world.Store.Requests.ReadEnvelopeAsync(request.Sequence).ConfigureAwait(false) is null);
        Expect.True(await world.Store.Requests.ReadAnswerAsync(request.Sequence).ConfigureAwait(false) is null);
    }

    private static async Task<string> PayloadsAsync(StoreWorld world, IEnumerable<EnqueuedRequest> requests)
    {
        var texts = new List<string>();
        foreach (var request in requests)
        {
            var envelope = Expect.Found(await world.Store.Requests.ReadEnvelopeAsync(request.Sequence).ConfigureAwait(false));
            var answer = await world.Store.Requests.ReadAnswerAsync(request.Sequence).ConfigureAwait(false) ?? default;
            texts.Add(Convert.ToHexString(envelope.Bytes.Span) + Convert.ToHexString(answer.Span));
        }

        return string.Join('\n', texts);
    }
}
