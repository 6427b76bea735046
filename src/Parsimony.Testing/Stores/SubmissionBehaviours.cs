using Parsimony.Engine;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class SubmissionBehaviours
{
    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Behaviour(nameof(A_batch_waits_until_the_providers_queue_has_room), A_batch_waits_until_the_providers_queue_has_room),
        Behaviour(nameof(A_batch_waits_while_as_many_are_open_as_the_provider_takes), A_batch_waits_while_as_many_are_open_as_the_provider_takes),
        Behaviour(nameof(No_two_unresolved_creates_share_a_count_where_that_is_demanded), No_two_unresolved_creates_share_a_count_where_that_is_demanded),
        Behaviour(nameof(A_paused_provider_gets_nothing), A_paused_provider_gets_nothing),
        Reopening(nameof(A_create_whose_reply_was_lost_is_there_to_be_rescued), A_create_whose_reply_was_lost_is_there_to_be_rescued),
        Behaviour(nameof(A_provider_batch_proven_foreign_is_remembered), A_provider_batch_proven_foreign_is_remembered),
        Behaviour(nameof(A_quarantine_without_items_can_be_ended), A_quarantine_without_items_can_be_ended),
        Behaviour(nameof(One_provider_batch_is_never_two_of_ours), One_provider_batch_is_never_two_of_ours),
    ];

    private static async Task A_batch_waits_until_the_providers_queue_has_room(StoreWorld world)
    {
        var lane = Given.Lane with { MaxRequests = 4 };
        await world.EnqueueAsync([.. Given.Requests(12).Select(r => r with { Lane = lane })]).ConfigureAwait(false);
        var queue = StoreWorld.Open with { MaxQueuedRequests = 8 };
        var first = Expect.Found(await world.ClaimAsync(queue).ConfigureAwait(false));
        Expect.Found(await world.ClaimAsync(queue).ConfigureAwait(false));
        Expect.Equal(null, await world.ClaimAsync(queue).ConfigureAwait(false));
        Expect.Equal(null, await world.ClaimAsync(StoreWorld.Open with { MaxQueuedTokens = 119 }).ConfigureAwait(false));

        await world.Store.Submissions.MarkResealedAsync(first.Id, world.Mine, world.Now.AddHours(1), false, "create.queue_limit").ConfigureAwait(false);
        var third = Expect.Found(await world.ClaimAsync(queue).ConfigureAwait(false));
        Expect.True(third.Id != first.Id);
        Expect.Equal(BatchState.Submitting, third.State);

        // What alone is over the limit goes when nothing else is queued.
        await world.EnqueueAsync([.. Given.Requests(4, "x").Select(r => r with { Lane = lane, Profile = Given.Profile("xai/grok-4") })]).ConfigureAwait(false);
        Expect.Found(await world.ClaimAsync(StoreWorld.Open with { MaxQueuedRequests = 1 }).ConfigureAwait(false));
    }

    private static async Task A_batch_waits_while_as_many_are_open_as_the_provider_takes(StoreWorld world)
    {
        var lane = Given.Lane with { MaxRequests = 4 };
        await world.EnqueueAsync([.. Given.Requests(12).Select(r => r with { Lane = lane })]).ConfigureAwait(false);
        var two = StoreWorld.Open with { OpenBatchCaps = [new OpenBatchCap(100), new OpenBatchCap(2)] };
        var first = Expect.Found(await world.ClaimAsync(two).ConfigureAwait(false));
        Expect.Found(await world.ClaimAsync(two).ConfigureAwait(false));
        Expect.Equal(null, await world.ClaimAsync(two).ConfigureAwait(false));

        // One that is running counts as well, and one that waits again does not.
        await world.Store.Submissions.MarkCreateSentAsync(first.Id, world.Mine, first.Count, world.Now).ConfigureAwait(false);
        await world.Store.Submissions.MarkRunningAsync(first.Id, world.Mine, "batch-1", isSuspected: false, world.Now, world.Now).ConfigureAwait(false);
        Expect.Equal(null, await world.ClaimAsync(two).ConfigureAwait(false));
        Expect.Found(await world.ClaimAsync(StoreWorld.Open with { OpenBatchCaps = [new OpenBatchCap(2) { Models = ["another-"] }] }).ConfigureAwait(false));
    }

    private static async Task No_two_unresolved_creates_share_a_count_where_that_is_demanded(StoreWorld world)
    {
        await world.BatchInAsync(BatchState.Sealed, 2, "a").ConfigureAwait(false);
        await world.BatchInAsync(BatchState.Sealed, 2, "b").ConfigureAwait(false);
        await world.BatchInAsync(BatchState.Sealed, 3, "c").ConfigureAwait(false);
        var distinct = StoreWorld.Open with { DistinctCounts = true };

        var first = Expect.Found(await world.ClaimAsync(distinct).ConfigureAwait(false));
        var second = Expect.Found(await world.ClaimAsync(distinct).ConfigureAwait(false));
        Expect.Sequence([2, 3], [first.Count, second.Count]);
        Expect.Equal(null, await world.ClaimAsync(distinct).ConfigureAwait(false));

        await world.Store.Submissions.MarkCreateSentAsync(first.Id, world.Mine, 2, world.Now).ConfigureAwait(false);
        await world.Store.Submissions.MarkRunningAsync(first.Id, world.Mine, "suspect", isSuspected: true, world.Now, world.Now).ConfigureAwait(false);
        Expect.Equal(null, await world.ClaimAsync(distinct).ConfigureAwait(false));

        await world.Store.Batches.ClaimForPollAsync(world.Mine, 1, world.Now).ConfigureAwait(false);
        Expect.True(await world.Store.Orphans.MarkProvenAsync(first.Id, world.Mine).ConfigureAwait(false));
        Expect.Equal(2, Expect.Found(await world.ClaimAsync(distinct).ConfigureAwait(false)).Count);
    }

    private static async Task A_paused_provider_gets_nothing(StoreWorld world)
    {
        await world.BatchInAsync(BatchState.Sealed).ConfigureAwait(false);

        Expect.Equal(null, await world.ClaimAsync(StoreWorld.Open with { IsOpen = false }).ConfigureAwait(false));
        Expect.Found(await world.ClaimAsync().ConfigureAwait(false));
    }

    private static async Task A_create_whose_reply_was_lost_is_there_to_be_rescued(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Submitting, 2).ConfigureAwait(false);
        await world.ReopenAsync().ConfigureAwait(false);
        var submissions = world.Store.Submissions;
        Expect.Equal(0, (await world.Store.Orphans.ClaimForRescueAsync(world.Theirs, 10, world.Now, world.Mine.Until).ConfigureAwait(false)).Count);

        world.Now = world.Mine.Until.AddSeconds(1);
        var rescued = (await world.Store.Orphans.ClaimForRescueAsync(world.Theirs, 10, world.Now, world.Now).ConfigureAwait(false)).Single();

        Expect.Equal((batch.Id, Given.Now, 2, 1, world.Theirs), (rescued.Id, rescued.CreateSentAt, rescued.Count, rescued.Creates, rescued.Lease));
        Expect.False(await submissions.MarkRunningAsync(batch.Id, world.Mine, "late", false, world.Now, world.Now).ConfigureAwait(false));
        Expect.True(await world.Store.Orphans.MarkSearchedAsync(batch.Id, world.Theirs, 1, world.Now.AddMinutes(1)).ConfigureAwait(false));
        Expect.Equal(0, (await world.Store.Orphans.ClaimForRescueAsync(world.Theirs, 10, world.Now, world.Now).ConfigureAwait(false)).Count);
        world.Now = world.Now.AddMinutes(1);
        Expect.Equal(1, (await world.Store.Orphans.ClaimForRescueAsync(world.Theirs, 10, world.Now, world.Now).ConfigureAwait(false)).Single().Searches);
        Expect.True(await submissions.MarkRunningAsync(batch.Id, world.Theirs, "found", true, world.Now, world.Now).ConfigureAwait(false));
        var running = await world.BatchAsync(batch.Id).ConfigureAwait(false);
        Expect.Equal((BatchState.Running, "found", true, null), (running.State, running.ProviderBatchId, running.IsSuspected, running.Lease));
    }

    private static async Task A_provider_batch_proven_foreign_is_remembered(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Running, isSuspected: true).ConfigureAwait(false);
        var id = batch.ProviderBatchId ?? "";

        Expect.True(await world.Store.Orphans.MarkForeignAsync(batch.Id, world.Mine, id, world.Now).ConfigureAwait(false));

        var again = await world.BatchAsync(batch.Id).ConfigureAwait(false);
        Expect.Equal((BatchState.Submitting, null, false, 0), (again.State, again.ProviderBatchId, again.IsSuspected, again.Searches));
        var ours = await world.BatchInAsync(BatchState.Running, group: "b").ConfigureAwait(false);
        Expect.Sequence(
            [id, ours.ProviderBatchId ?? ""],
            (await world.Store.Orphans.FindRecordedAsync(ProviderId.OpenAI, [id, ours.ProviderBatchId ?? "", "unknown"]).ConfigureAwait(false)).Order());
        Expect.Equal(0, (await world.Store.Orphans.FindRecordedAsync(ProviderId.Anthropic, [id]).ConfigureAwait(false)).Count);
        Expect.Equal(batch.Id, (await world.Store.Orphans.ClaimForRescueAsync(world.Mine, 10, world.Now, world.Now).ConfigureAwait(false)).Single().Id);
    }

    private static async Task A_quarantine_without_items_can_be_ended(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Quarantined).ConfigureAwait(false);
        Expect.False(await world.Store.Submissions.MarkRejectedAsync(batch.Id, world.Mine, "create.unproven", world.Now).ConfigureAwait(false));
        foreach (var item in await world.Store.Settlements.ReadUnsettledAsync(batch.Id, 0, 10).ConfigureAwait(false))
        {
            await world.SettleAsync(StoreWorld.Ended(item.Sequence, RequestState.Failed)).ConfigureAwait(false);
        }

        Expect.True(await world.Store.Submissions.MarkRejectedAsync(batch.Id, world.Mine, "create.unproven", world.Now).ConfigureAwait(false));

        Expect.Equal((BatchState.Rejected, null), (await world.BatchAsync(batch.Id).ConfigureAwait(false)) is var ended ? (ended.State, ended.Lease) : default);
    }

    private static async Task One_provider_batch_is_never_two_of_ours(StoreWorld world)
    {
        var first = await world.BatchInAsync(BatchState.Running).ConfigureAwait(false);
        var second = await world.BatchInAsync(BatchState.Submitting, group: "b").ConfigureAwait(false);

        Expect.False(await world.Store.Submissions.MarkRunningAsync(second.Id, world.Mine, first.ProviderBatchId ?? "", true, world.Now, world.Now).ConfigureAwait(false));
    }
}
