using Parsimony.Engine;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class RequestBehaviours
{
    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Behaviour(nameof(A_request_reads_back_as_it_was_given), A_request_reads_back_as_it_was_given),
        Behaviour(nameof(The_same_request_asked_again_is_found), The_same_request_asked_again_is_found),
        Behaviour(nameof(Equal_requests_of_one_scope_are_told_apart_by_their_ordinal), Equal_requests_of_one_scope_are_told_apart_by_their_ordinal),
        Behaviour(nameof(A_request_twice_in_one_chunk_is_added_once), A_request_twice_in_one_chunk_is_added_once),
        Behaviour(nameof(A_callers_key_used_for_something_else_is_a_conflict), A_callers_key_used_for_something_else_is_a_conflict),
        Behaviour(nameof(Scopes_do_not_share_requests), Scopes_do_not_share_requests),
        Reopening(nameof(What_was_accepted_is_there_after_a_restart), What_was_accepted_is_there_after_a_restart),
        Behaviour(nameof(Only_queued_requests_that_are_due_are_claimed_for_sending), Only_queued_requests_that_are_due_are_claimed_for_sending),
        Behaviour(nameof(A_claimed_request_is_not_claimed_again), A_claimed_request_is_not_claimed_again),
        Behaviour(nameof(A_send_whose_worker_is_gone_is_claimed_as_stale), A_send_whose_worker_is_gone_is_claimed_as_stale),
        Behaviour(nameof(Queued_and_unsubmitted_requests_are_cancelled_at_once), Queued_and_unsubmitted_requests_are_cancelled_at_once),
        Behaviour(nameof(A_submitted_request_is_only_marked_cancelled), A_submitted_request_is_only_marked_cancelled),
        Behaviour(nameof(Cancelling_by_id_leaves_other_scopes_alone), Cancelling_by_id_leaves_other_scopes_alone),
        Behaviour(nameof(Failed_requests_are_retried_live_with_fresh_tries), Failed_requests_are_retried_live_with_fresh_tries),
        Behaviour(nameof(Answered_requests_are_not_retried), Answered_requests_are_not_retried),
        Behaviour(nameof(Large_and_empty_bodies_read_back), Large_and_empty_bodies_read_back),
    ];

    private static async Task A_request_reads_back_as_it_was_given(StoreWorld world)
    {
        var profile = new RequestProfile
        {
            Model = ModelId.Parse("anthropic/claude-haiku-4-5"),
            Kind = EndpointKind.Messages,
            Dialect = Dialect.Anthropic,
            Credential = "second",
            IsolationGroup = "g",
            Tenant = "t",
            Component = "c",
            Agent = "a",
            Session = "s",
            Tags = "k=v",
        };
        var request = Given.LiveRequest() with { Profile = profile, Deadline = world.Now.AddMinutes(5), BoundUsd = 0.0123m };

        var enqueued = (await world.EnqueueAsync(request).ConfigureAwait(false))[0];

        Expect.Equal(new EnqueuedRequest(request.Id, enqueued.Sequence, RequestState.Queued, IsNew: true, IsConflict: false), enqueued);
        Expect.Equal(
            new StoredRequest
            {
                Sequence = enqueued.Sequence,
                Id = request.Id,
                Scope = "run",
                Profile = profile,
                State = RequestState.Queued,
                Route = Route.Live,
                Reason = request.Reason,
                Attempt = 0,
                Sends = 0,
                Uncertain = 0,
                AcceptedAt = world.Now,
                Deadline = request.Deadline,
                BoundUsd = 0.0123m,
            },
            await world.RequestAsync(request.Id).ConfigureAwait(false));
        var envelope = Expect.Found(await world.Store.Requests.ReadEnvelopeAsync(enqueued.Sequence).ConfigureAwait(false));
        Expect.Equal((profile.Kind, profile.Dialect, profile.Model), (envelope.Kind, envelope.Dialect, envelope.Model));
        Expect.True(envelope.Bytes.Span.SequenceEqual(request.Body.Span));
        Expect.Equal(null, await world.Store.Requests.ReadAnswerAsync(enqueued.Sequence).ConfigureAwait(false));
        Expect.Equal(null, await world.Store.Requests.FindAsync(Given.Request().Id).ConfigureAwait(false));
        Expect.Sequence([(request.Id, RequestState.Queued)], await world.Store.Requests.ReadStatesAsync([Given.Request().Id, request.Id]).ConfigureAwait(false));
    }

    private static async Task The_same_request_asked_again_is_found(StoreWorld world)
    {
        var first = (await world.EnqueueAsync(Given.Request()).ConfigureAwait(false))[0];

        var second = (await world.EnqueueAsync(Given.Request()).ConfigureAwait(false))[0];

        Expect.Equal(first with { IsNew = false }, second);
        Expect.Equal(1L, (await world.TotalsAsync().ConfigureAwait(false)).Total);
    }

    private static async Task Equal_requests_of_one_scope_are_told_apart_by_their_ordinal(StoreWorld world)
    {
        var request = Given.Request();
        NewRequest Sample(int ordinal) => Given.Request() with { Identity = request.Identity with { Ordinal = ordinal } };

        var first = await world.EnqueueAsync(Sample(0), Sample(1)).ConfigureAwait(false);
        var second = await world.EnqueueAsync(Sample(1), Sample(0), Sample(2)).ConfigureAwait(false);

        Expect.Sequence([true, true], first.Select(e => e.IsNew));
        Expect.Sequence([first[1].Id, first[0].Id], second.Take(2).Select(e => e.Id));
        Expect.Sequence([false, false, true], second.Select(e => e.IsNew));
    }

    private static async Task A_request_twice_in_one_chunk_is_added_once(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(Given.Request("a"), Given.Request("b"), Given.Request("a"), Given.Request("a")).ConfigureAwait(false);

        Expect.Sequence([true, true, false, false], enqueued.Select(e => e.IsNew));
        Expect.Equal(enqueued[0].Id, enqueued[2].Id);
        Expect.Equal(enqueued[0].Sequence, enqueued[3].Sequence);
        Expect.Equal(2L, (await world.TotalsAsync().ConfigureAwait(false)).Total);
    }

    private static async Task A_callers_key_used_for_something_else_is_a_conflict(StoreWorld world)
    {
        static NewRequest Keyed(string text, string key) => Given.Request(text) is var r ? r with { Identity = r.Identity with { CallerKey = key } } : r;
        var first = (await world.EnqueueAsync(Keyed("a", "k")).ConfigureAwait(false))[0];

        var again = await world.EnqueueAsync(Keyed("a", "k"), Keyed("b", "k"), Keyed("b", "l"), Keyed("c", "l")).ConfigureAwait(false);

        Expect.Equal(first with { IsNew = false }, again[0]);
        Expect.Sequence([false, true, false, true], again.Select(e => e.IsConflict));
        Expect.Sequence([false, false, true, false], again.Select(e => e.IsNew));
        Expect.Equal(first.Id, again[1].Id);
    }

    private static async Task Scopes_do_not_share_requests(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(Given.Request(scope: "one"), Given.Request(scope: "two")).ConfigureAwait(false);

        Expect.Sequence([true, true], enqueued.Select(e => e.IsNew));
        Expect.Equal(1L, (await world.TotalsAsync("one").ConfigureAwait(false)).Total);
    }

    private static async Task What_was_accepted_is_there_after_a_restart(StoreWorld world)
    {
        var before = await world.EnqueueAsync(Given.Requests(300)).ConfigureAwait(false);

        await world.ReopenAsync().ConfigureAwait(false);

        var after = await world.EnqueueAsync(Given.Requests(301)).ConfigureAwait(false);
        Expect.Sequence(before.Select(e => e with { IsNew = false }), after.Take(300));
        Expect.True(after[300].IsNew);
        Expect.True(Expect.Found(await world.Store.Requests.ReadEnvelopeAsync(before[7].Sequence).ConfigureAwait(false)).Bytes.Span
            .SequenceEqual(Given.Request("text 7").Body.Span));
    }

    private static async Task Only_queued_requests_that_are_due_are_claimed_for_sending(StoreWorld world)
    {
        var live = (await world.EnqueueAsync(Given.LiveRequest(), Given.Request("batched"), Given.LiveRequest("later")).ConfigureAwait(false))[2];
        var claimed = await world.Store.Requests.ClaimForSendAsync(world.Mine, 10, world.Now).ConfigureAwait(false);
        Expect.Equal(2, claimed.Count);
        await world.SettleAsync(StoreWorld.Requeued(live.Sequence, 1, world.Now.AddMinutes(1))).ConfigureAwait(false);

        var early = await world.Store.Requests.ClaimForSendAsync(world.Mine, 10, world.Now.AddSeconds(59)).ConfigureAwait(false);
        var due = await world.Store.Requests.ClaimForSendAsync(world.Mine, 10, world.Now.AddSeconds(60)).ConfigureAwait(false);

        Expect.Equal(0, early.Count);
        Expect.Sequence([(live.Sequence, 2, RequestState.Sending)], due.Select(r => (r.Sequence, r.Attempt, r.State)));
    }

    private static async Task A_claimed_request_is_not_claimed_again(StoreWorld world)
    {
        await world.EnqueueAsync(Given.LiveRequest("a"), Given.LiveRequest("b"), Given.LiveRequest("c")).ConfigureAwait(false);

        var first = await world.Store.Requests.ClaimForSendAsync(world.Mine, 2, world.Now).ConfigureAwait(false);
        var second = await world.Store.Requests.ClaimForSendAsync(world.Theirs, 2, world.Now).ConfigureAwait(false);

        Expect.Equal((2, 1), (first.Count, second.Count));
        Expect.True(first.All(r => r.Attempt == 1 && second.All(s => s.Id != r.Id)));
    }

    private static async Task A_send_whose_worker_is_gone_is_claimed_as_stale(StoreWorld world)
    {
        await world.EnqueueAsync(Given.LiveRequest()).ConfigureAwait(false);
        await world.Store.Requests.ClaimForSendAsync(world.Mine, 1, world.Now).ConfigureAwait(false);
        Expect.Equal(0, (await world.Store.Requests.ClaimStaleSendsAsync(world.Theirs, 1, world.Mine.Until).ConfigureAwait(false)).Count);

        var later = world.Mine.Until.AddSeconds(1);
        var stale = await world.Store.Requests.ClaimStaleSendsAsync(new Lease("worker 2", later.AddMinutes(5)), 1, later).ConfigureAwait(false);
        var again = await world.Store.Requests.ClaimStaleSendsAsync(new Lease("worker 3", later.AddMinutes(5)), 1, later).ConfigureAwait(false);

        Expect.Sequence([(1, RequestState.Sending)], stale.Select(r => (r.Attempt, r.State)));
        Expect.Equal(0, again.Count);
    }

    private static async Task Queued_and_unsubmitted_requests_are_cancelled_at_once(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(Given.Request("a"), Given.Request("b"), Given.LiveRequest("c")).ConfigureAwait(false);
        await world.Store.Batches.FlushAsync(null, world.Now).ConfigureAwait(false);

        var cancelled = await world.Store.Requests.CancelAsync("run", [enqueued[0].Id, enqueued[2].Id], world.Now).ConfigureAwait(false);

        Expect.Equal((2, 0), cancelled);
        var request = await world.RequestAsync(enqueued[0].Id).ConfigureAwait(false);
        Expect.Equal((RequestState.Cancelled, world.Now), (request.State, request.FinishedAt));
        var batch = Expect.Found(await world.ClaimAsync().ConfigureAwait(false));
        Expect.Sequence([enqueued[1].Sequence], (await StoreWorld.ListAsync(world.Store.Batches.ReadItemsAsync(batch.Id)).ConfigureAwait(false)).Select(i => i.Sequence));
        var totals = await world.TotalsAsync().ConfigureAwait(false);
        Expect.Equal((2L, 1L, 0.01m), (totals.Cancelled, totals.Open, totals.ReservedUsd));
    }

    private static async Task A_submitted_request_is_only_marked_cancelled(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Running).ConfigureAwait(false);

        var cancelled = await world.Store.Requests.CancelAsync("run a", null, world.Now).ConfigureAwait(false);

        Expect.Equal((0, 2), cancelled);
        var items = await world.Store.Settlements.ReadUnsettledAsync(batch.Id, 0, 10).ConfigureAwait(false);
        Expect.True(items.All(r => r is { State: RequestState.Batched, IsCancelRequested: true }));
        Expect.Equal((2, 2), await world.Store.Settlements.CountOpenAsync(batch.Id, world.Now).ConfigureAwait(false));
        Expect.Sequence([batch.Id], await world.Store.Settlements.ReadBatchesToCancelAsync(world.Now, 10).ConfigureAwait(false));
        await world.SettleAsync(StoreWorld.Answered(items[0].Sequence), StoreWorld.Requeued(items[1].Sequence)).ConfigureAwait(false);
        Expect.Equal(RequestState.Answered, (await world.RequestAsync(items[0].Id).ConfigureAwait(false)).State);
        Expect.Equal(RequestState.Cancelled, (await world.RequestAsync(items[1].Id).ConfigureAwait(false)).State);
    }

    private static async Task Cancelling_by_id_leaves_other_scopes_alone(StoreWorld world)
    {
        var other = (await world.EnqueueAsync(Given.LiveRequest(scope: "other"), Given.LiveRequest()).ConfigureAwait(false))[0];

        Expect.Equal((0, 0), await world.Store.Requests.CancelAsync("run", [other.Id], world.Now).ConfigureAwait(false));
        Expect.Equal((0, 0), await world.Store.Requests.CancelAsync("nobody", null, world.Now).ConfigureAwait(false));
    }

    private static async Task Failed_requests_are_retried_live_with_fresh_tries(StoreWorld world)
    {
        var enqueued = (await world.EnqueueAsync(Given.LiveRequest()).ConfigureAwait(false))[0];
        await world.Store.Requests.ClaimForSendAsync(world.Mine, 1, world.Now).ConfigureAwait(false);
        await world.SettleAsync(StoreWorld.Ended(enqueued.Sequence, RequestState.Failed)).ConfigureAwait(false);
        Expect.Equal(1L, (await world.TotalsAsync().ConfigureAwait(false)).Failed);

        Expect.Equal(1, await world.Store.Requests.RetryAsync("run", null, world.Now).ConfigureAwait(false));

        var request = await world.RequestAsync(enqueued.Id).ConfigureAwait(false);
        Expect.Equal((RequestState.Queued, Route.Live, 1, 0, null, null), (request.State, request.Route, request.Attempt, request.Sends, request.FailureCode, request.FinishedAt));
        var totals = await world.TotalsAsync().ConfigureAwait(false);
        Expect.Equal((0L, 1L, 0.01m), (totals.Failed, totals.Open, totals.ReservedUsd));
        Expect.Equal(2, (await world.Store.Requests.ClaimForSendAsync(world.Mine, 1, world.Now).ConfigureAwait(false))[0].Attempt);
    }

    private static async Task Answered_requests_are_not_retried(StoreWorld world)
    {
        var enqueued = (await world.EnqueueAsync(Given.LiveRequest()).ConfigureAwait(false))[0];
        await world.SettleAsync(StoreWorld.Answered(enqueued.Sequence)).ConfigureAwait(false);

        Expect.Equal(0, await world.Store.Requests.RetryAsync("run", null, world.Now).ConfigureAwait(false));
        Expect.Equal(0, await world.Store.Requests.RetryAsync("run", [enqueued.Id], world.Now).ConfigureAwait(false));
    }

    private static async Task Large_and_empty_bodies_read_back(StoreWorld world)
    {
        var large = new byte[300_000];
        new Random(1).NextBytes(large);
        var requests = Given.Requests(40).Select((r, i) => r with { Body = large.AsMemory(0, i * i * 190), PrefixKey = (ulong)(i % 3) }).ToList();

        var enqueued = await world.EnqueueAsync(requests).ConfigureAwait(false);

        for (var i = 0; i < requests.Count; i++)
        {
            var envelope = Expect.Found(await world.Store.Requests.ReadEnvelopeAsync(enqueued[i].Sequence).ConfigureAwait(false));
            Expect.True(envelope.Bytes.Span.SequenceEqual(requests[i].Body.Span));
        }
    }
}
