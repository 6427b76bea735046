using Parsimony.Engine;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class BatchBehaviours
{
    // Each verb, and the states it moves from; from any other it must change nothing.
    private static readonly (string Name, BatchState[] From, Func<StoreWorld, long, Lease, Task<bool>> Call)[] Verbs =
    [
        ("MarkStaged", [BatchState.Submitting], (w, id, lease) => w.Store.Submissions.MarkStagedAsync(id, lease, "file")),
        ("MarkCreateSent", [BatchState.Submitting], (w, id, lease) => w.Store.Submissions.MarkCreateSentAsync(id, lease, 2, w.Now)),
        ("MarkRunning", [BatchState.Submitting, BatchState.Quarantined], (w, id, lease) => w.Store.Submissions.MarkRunningAsync(id, lease, $"new {id}", false, w.Now, w.Now)),
        ("MarkResealed", [BatchState.Submitting, BatchState.Running], (w, id, lease) => w.Store.Submissions.MarkResealedAsync(id, lease, w.Now, false, "create.queue_limit")),
        ("MarkUncertain", [BatchState.Submitting], (w, id, lease) => w.Store.Submissions.MarkUncertainAsync(id, lease, w.Now, "create.timeout")),
        ("MarkSearched", [BatchState.Submitting, BatchState.Quarantined], (w, id, lease) => w.Store.Orphans.MarkSearchedAsync(id, lease, 1, w.Now)),
        ("MarkQuarantined", [BatchState.Submitting, BatchState.Quarantined], (w, id, lease) => w.Store.Orphans.MarkQuarantinedAsync(id, lease, ["c"], w.Now)),
        ("MarkForeign", [BatchState.Submitting, BatchState.Quarantined, BatchState.Running, BatchState.Ended], (w, id, lease) => w.Store.Orphans.MarkForeignAsync(id, lease, "f", w.Now)),
        ("MarkProven", [BatchState.Running, BatchState.Cancelling, BatchState.Ended], (w, id, lease) => w.Store.Orphans.MarkProvenAsync(id, lease)),
        ("MarkPolled", [BatchState.Running, BatchState.Cancelling], (w, id, lease) => w.Store.Batches.MarkPolledAsync(id, lease, w.Now, 0)),
        ("MarkCancelling", [BatchState.Running], (w, id, lease) => w.Store.Batches.MarkCancellingAsync(id, lease, w.Now, w.Now)),
        ("MarkEnded", [BatchState.Running, BatchState.Cancelling], (w, id, lease) => w.Store.Batches.MarkEndedAsync(id, lease, w.Now, [])),
        ("MarkCollectFailed", [BatchState.Ended], (w, id, lease) => w.Store.Batches.MarkCollectFailedAsync(id, lease, w.Now, 1, "collect.transport")),
        // Items are left in these, so neither of the two final moves is open to any of them.
        ("MarkCollected", [], (w, id, lease) => w.Store.Batches.MarkCollectedAsync(id, lease, w.Now)),
        ("MarkRejected", [], (w, id, lease) => w.Store.Submissions.MarkRejectedAsync(id, lease, "create.invalid_request", w.Now)),
    ];

    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Behaviour(nameof(Each_verb_moves_from_its_states_and_from_no_other), Each_verb_moves_from_its_states_and_from_no_other),
        Behaviour(nameof(No_verb_moves_a_batch_somebody_else_leased), No_verb_moves_a_batch_somebody_else_leased),
        Behaviour(nameof(Requests_of_one_lane_share_a_batch_and_others_do_not), Requests_of_one_lane_share_a_batch_and_others_do_not),
        Behaviour(nameof(A_full_batch_is_sealed_and_the_next_is_opened), A_full_batch_is_sealed_and_the_next_is_opened),
        Behaviour(nameof(Full_batches_differ_in_size_where_that_is_demanded), Full_batches_differ_in_size_where_that_is_demanded),
        Behaviour(nameof(A_batch_is_sealed_by_age_count_or_a_nearing_deadline), A_batch_is_sealed_by_age_count_or_a_nearing_deadline),
        Behaviour(nameof(Items_are_read_by_prefix_and_then_in_order_of_acceptance), Items_are_read_by_prefix_and_then_in_order_of_acceptance),
        Behaviour(nameof(An_ended_batch_is_collected_once_all_items_are_settled), An_ended_batch_is_collected_once_all_items_are_settled),
        Behaviour(nameof(A_sealed_batch_emptied_by_cancelling_is_rejected), A_sealed_batch_emptied_by_cancelling_is_rejected),
        Behaviour(nameof(Open_batches_are_listed_by_scope), Open_batches_are_listed_by_scope),
    ];

    private static async Task Each_verb_moves_from_its_states_and_from_no_other(StoreWorld world)
    {
        var group = 0;
        foreach (var state in Enum.GetValues<BatchState>())
        {
            foreach (var (name, from, call) in Verbs)
            {
                var batch = await world.BatchInAsync(state, group: $"g{++group}").ConfigureAwait(false);

                var moved = await call(world, batch.Id, world.Mine).ConfigureAwait(false);

                Expect.Equal(from.Contains(state), moved, $"{name} of a batch that is {state}");
                var after = await world.BatchAsync(batch.Id).ConfigureAwait(false);
                Expect.True(after.State == state || BatchMoves.IsLegal(state, after.State), $"{name} moves {state} to a legal state, not {after.State}");
                Expect.True(moved || after.State == state, $"{name} leaves {state} alone");
                // What is left half-way must not be claimed in the next round.
                world.Now = world.Now.AddDays(1);
                await SettleAllAsync(world, batch.Id).ConfigureAwait(false);
            }
        }
    }

    private static async Task SettleAllAsync(StoreWorld world, long batch)
    {
        foreach (var request in await world.Store.Settlements.ReadUnsettledAsync(batch, 0, 100).ConfigureAwait(false))
        {
            await world.SettleAsync(StoreWorld.Answered(request.Sequence)).ConfigureAwait(false);
        }

        var lease = new Lease("cleaner", world.Now.AddDays(10_000));
        while (await world.Store.Submissions.ClaimAsync(lease, (_, _) => StoreWorld.Open, world.Now).ConfigureAwait(false) is not null)
        {
        }

        await world.Store.Orphans.ClaimForRescueAsync(lease, 100, world.Now, world.Now).ConfigureAwait(false);
        await world.Store.Batches.ClaimForPollAsync(lease, 100, world.Now).ConfigureAwait(false);
        await world.Store.Batches.ClaimForCollectAsync(lease, 100, world.Now).ConfigureAwait(false);
        await world.Store.Batches.FlushAsync(null, world.Now).ConfigureAwait(false);
    }

    private static async Task No_verb_moves_a_batch_somebody_else_leased(StoreWorld world)
    {
        foreach (var state in (BatchState[])[BatchState.Submitting, BatchState.Quarantined, BatchState.Running, BatchState.Cancelling, BatchState.Ended])
        {
            var batch = await world.BatchInAsync(state, group: state.ToString()).ConfigureAwait(false);
            foreach (var (name, _, call) in Verbs)
            {
                Expect.Equal(false, await call(world, batch.Id, world.Theirs).ConfigureAwait(false), $"{name} of a {state} batch by another worker");
            }

            var after = await world.BatchAsync(batch.Id).ConfigureAwait(false);
            Expect.Equal((state, batch.Lease), (after.State, after.Lease));
        }
    }

    private static async Task Requests_of_one_lane_share_a_batch_and_others_do_not(StoreWorld world)
    {
        var perModel = Given.Lane with { OneModelPerBatch = true };
        var enqueued = await world.EnqueueAsync(
            Given.Request("a"), Given.Request("b", model: "openAI/gpt-5-nano"),
            Given.Request("c", model: "anthropic/claude-haiku-4-5"),
            Given.Request("d") with { Lane = perModel }, Given.Request("e", model: "openAI/gpt-5-nano") with { Lane = perModel },
            Given.Request("f") with { Profile = Given.Profile() with { IsolationGroup = "tenant" } }).ConfigureAwait(false);

        var batches = await world.Store.Requests.LoadAsync([.. enqueued.Select(e => e.Sequence)]).ConfigureAwait(false);
        var numbers = enqueued.Select(e => batches.Single(r => r.Id == e.Id).Batch).ToList();
        Expect.Equal(numbers[0], numbers[1]);
        Expect.Equal(5, numbers.Distinct().Count());
        Expect.True(batches.All(r => r is { State: RequestState.Batched, Attempt: 1 }));
        var first = await world.BatchAsync(numbers[0] ?? 0).ConfigureAwait(false);
        Expect.Equal((BatchState.Filling, 2, 20L, "", 32), (first.State, first.Count, first.Tokens, first.Model, first.Key.Length));
        Expect.Equal("gpt-5-nano", (await world.BatchAsync(numbers[4] ?? 0).ConfigureAwait(false)).Model);
    }

    private static async Task A_full_batch_is_sealed_and_the_next_is_opened(StoreWorld world)
    {
        var byCount = Given.Lane with { MaxRequests = 3 };
        await world.EnqueueAsync([.. Given.Requests(7).Select(r => r with { Lane = byCount })]).ConfigureAwait(false);
        var open = await world.Store.Batches.ListOpenAsync(null, 10).ConfigureAwait(false);
        Expect.Sequence([(3, BatchState.Sealed), (3, BatchState.Sealed), (1, BatchState.Filling)], open.Select(b => (b.Count, b.State)));

        var byTokens = Given.Lane with { MaxTokens = 25 };
        await world.EnqueueAsync([.. Given.Requests(5, "tokens").Select(r => r with { Lane = byTokens, Profile = Given.Profile("xai/grok-4") })]).ConfigureAwait(false);
        open = await world.Store.Batches.ListOpenAsync("tokens", 10).ConfigureAwait(false);
        Expect.Sequence([2, 2, 1], open.Select(b => b.Count));

        var byBytes = Given.Lane with { MaxBytes = 250 };
        await world.EnqueueAsync([.. Given.Requests(2, "bytes").Select(r => r with { Lane = byBytes, LineBytes = 200, Profile = Given.Profile("groq/llama") })]).ConfigureAwait(false);
        open = await world.Store.Batches.ListOpenAsync("bytes", 10).ConfigureAwait(false);
        Expect.Sequence([1, 1], open.Select(b => b.Count));
    }

    private static async Task Full_batches_differ_in_size_where_that_is_demanded(StoreWorld world)
    {
        var lane = Given.Lane with { MaxRequests = 100, VarySize = true };
        await world.EnqueueAsync([.. Given.Requests(600).Select(r => r with { Lane = lane })]).ConfigureAwait(false);

        var full = (await world.Store.Batches.ListOpenAsync(null, 100).ConfigureAwait(false)).Where(b => b.State == BatchState.Sealed).ToList();

        Expect.True(full.Count >= 5);
        Expect.Equal(full.Count, full.Select(b => b.Count).Distinct().Count());
        Expect.True(full.All(b => b.Count is > 30 and <= 100));
    }

    private static async Task A_batch_is_sealed_by_age_count_or_a_nearing_deadline(StoreWorld world)
    {
        await world.EnqueueAsync(Given.Requests(3)).ConfigureAwait(false);
        Task<int> SealAsync(DateTimeOffset now, int? count, DateTimeOffset escalate) =>
            world.Store.Batches.SealDueAsync(now, TimeSpan.FromMinutes(5), count, escalate);

        Expect.Equal(0, await SealAsync(world.Now.AddMinutes(4), 4, world.Now.AddHours(23)).ConfigureAwait(false));
        Expect.Equal(0, await SealAsync(world.Now.AddMinutes(4), null, world.Now).ConfigureAwait(false));
        Expect.Equal(1, await SealAsync(world.Now, 3, world.Now).ConfigureAwait(false));
        Expect.Equal(0, await SealAsync(world.Now.AddHours(1), 3, world.Now).ConfigureAwait(false));

        await world.EnqueueAsync(Given.Request("by age")).ConfigureAwait(false);
        Expect.Equal(1, await SealAsync(world.Now.AddMinutes(5), null, world.Now).ConfigureAwait(false));

        await world.EnqueueAsync(Given.Request("by deadline")).ConfigureAwait(false);
        Expect.Equal(1, await SealAsync(world.Now, null, world.Now.AddHours(23).AddSeconds(1)).ConfigureAwait(false));

        await world.EnqueueAsync(Given.Request("by flush")).ConfigureAwait(false);
        Expect.Equal(0, await world.Store.Batches.FlushAsync("another", world.Now).ConfigureAwait(false));
        Expect.Equal(1, await world.Store.Batches.FlushAsync("run", world.Now).ConfigureAwait(false));
    }

    private static async Task Items_are_read_by_prefix_and_then_in_order_of_acceptance(StoreWorld world)
    {
        ulong[] prefixes = [7, ulong.MaxValue, 3, 7, 0, 3];
        var enqueued = await world.EnqueueAsync([.. Given.Requests(6).Select((r, i) => r with { PrefixKey = prefixes[i] })]).ConfigureAwait(false);
        var more = await world.EnqueueAsync(Given.Request("more") with { PrefixKey = 3 }).ConfigureAwait(false);
        var batch = (await world.Store.Batches.ListOpenAsync(null, 1).ConfigureAwait(false))[0];

        var items = await StoreWorld.ListAsync(world.Store.Batches.ReadItemsAsync(batch.Id)).ConfigureAwait(false);

        Expect.Sequence(
            [enqueued[4].Sequence, enqueued[2].Sequence, enqueued[5].Sequence, more[0].Sequence, enqueued[0].Sequence, enqueued[3].Sequence, enqueued[1].Sequence],
            items.Select(i => i.Sequence));
        Expect.True(items[0].Envelope.Bytes.Span.SequenceEqual(Given.Request("text 4").Body.Span));
        Expect.True(items.All(i => i.Attempt == 1));
    }

    private static async Task An_ended_batch_is_collected_once_all_items_are_settled(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Ended).ConfigureAwait(false);
        Expect.Sequence(["file 1", "file 2"], batch.ResultReferences);
        var items = await world.Store.Settlements.ReadUnsettledAsync(batch.Id, 0, 10).ConfigureAwait(false);
        Expect.Equal(1, (await world.Store.Settlements.ReadUnsettledAsync(batch.Id, items[0].Sequence, 10).ConfigureAwait(false)).Count);
        await world.SettleAsync(StoreWorld.Answered(items[0].Sequence)).ConfigureAwait(false);
        Expect.False(await world.Store.Batches.MarkCollectedAsync(batch.Id, world.Mine, world.Now).ConfigureAwait(false));

        await world.SettleAsync(StoreWorld.Requeued(items[1].Sequence)).ConfigureAwait(false);

        Expect.True(await world.Store.Batches.MarkCollectedAsync(batch.Id, world.Mine, world.Now).ConfigureAwait(false));
        Expect.Equal(batch.Id, (await world.Store.Ledger.ReadUncleanedAsync(10, world.Now).ConfigureAwait(false)).Single().Id);
        await world.Store.Ledger.MarkCleanedAsync(batch.Id, isDone: false, world.Now.AddHours(1)).ConfigureAwait(false);
        Expect.Equal(0, (await world.Store.Ledger.ReadUncleanedAsync(10, world.Now).ConfigureAwait(false)).Count);
        await world.Store.Ledger.MarkCleanedAsync(batch.Id, isDone: true, world.Now).ConfigureAwait(false);
        Expect.Equal(0, (await world.Store.Ledger.ReadUncleanedAsync(10, world.Now.AddDays(1)).ConfigureAwait(false)).Count);
    }

    private static async Task A_sealed_batch_emptied_by_cancelling_is_rejected(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Sealed).ConfigureAwait(false);

        await world.Store.Requests.CancelAsync("run a", null, world.Now).ConfigureAwait(false);

        Expect.Equal(BatchState.Rejected, (await world.BatchAsync(batch.Id).ConfigureAwait(false)).State);
    }

    private static async Task Open_batches_are_listed_by_scope(StoreWorld world)
    {
        var first = await world.BatchInAsync(BatchState.Running).ConfigureAwait(false);
        var second = await world.BatchInAsync(BatchState.Filling, group: "b").ConfigureAwait(false);
        await world.BatchInAsync(BatchState.Rejected, group: "c").ConfigureAwait(false);

        Expect.Sequence([first.Id, second.Id], (await world.Store.Batches.ListOpenAsync(null, 10).ConfigureAwait(false)).Select(b => b.Id));
        Expect.Sequence([second.Id], (await world.Store.Batches.ListOpenAsync("run b", 10).ConfigureAwait(false)).Select(b => b.Id));
    }
}
