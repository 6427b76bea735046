using Parsimony.Engine;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class LeaseBehaviours
{
    private static readonly (string Name, BatchState State, Func<StoreWorld, long, Lease, Task<bool>> Verb)[] Guarded =
    [
        ("input staged", BatchState.Submitting, (world, id, lease) => world.Store.Submissions.MarkStagedAsync(id, lease, "file")),
        ("create sent", BatchState.Submitting, (world, id, lease) => world.Store.Submissions.MarkCreateSentAsync(id, lease, 2, world.Now)),
        ("created", BatchState.Submitting, (world, id, lease) => world.Store.Submissions.MarkRunningAsync(id, lease, "found", false, world.Now, world.Now)),
        ("known not to exist", BatchState.Submitting, (world, id, lease) => world.Store.Submissions.MarkResealedAsync(id, lease, world.Now, false, "create.queue_limit")),
        ("create refused", BatchState.Submitting, RejectAsync),
        ("create uncertain", BatchState.Submitting, (world, id, lease) => world.Store.Submissions.MarkUncertainAsync(id, lease, world.Now, "create.timeout")),
        ("searched", BatchState.Submitting, (world, id, lease) => world.Store.Orphans.MarkSearchedAsync(id, lease, 1, world.Now)),
        ("quarantined", BatchState.Submitting, (world, id, lease) => world.Store.Orphans.MarkQuarantinedAsync(id, lease, ["one", "two"], world.Now)),
        ("proven foreign", BatchState.Quarantined, (world, id, lease) => world.Store.Orphans.MarkForeignAsync(id, lease, "candidate 1", world.Now)),
        ("proven ours", BatchState.Running, (world, id, lease) => world.Store.Orphans.MarkProvenAsync(id, lease)),
        ("refused late", BatchState.Running, (world, id, lease) => world.Store.Submissions.MarkResealedAsync(id, lease, world.Now, false, "create.queue_limit")),
        ("polled", BatchState.Running, (world, id, lease) => world.Store.Batches.MarkPolledAsync(id, lease, world.Now, 0)),
        ("cancel asked", BatchState.Running, (world, id, lease) => world.Store.Batches.MarkCancellingAsync(id, lease, world.Now, world.Now)),
        ("ended", BatchState.Running, (world, id, lease) => world.Store.Batches.MarkEndedAsync(id, lease, world.Now, ["file"])),
        ("download failed", BatchState.Ended, (world, id, lease) => world.Store.Batches.MarkCollectFailedAsync(id, lease, world.Now, 1, "results.cut")),
        ("results settled", BatchState.Ended, SettleAsync),
        ("collected", BatchState.Ended, CollectAsync),
    ];

    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        .. Guarded.Select(guarded => Behaviour(
            $"A worker whose lease was taken over is refused: {guarded.Name}", world => A_late_worker_is_refused(world, guarded.State, guarded.Verb))),
        Behaviour(nameof(A_lease_that_lasts_is_nobody_elses), A_lease_that_lasts_is_nobody_elses),
        Behaviour(nameof(A_lease_that_ended_is_its_owners_until_somebody_takes_it), A_lease_that_ended_is_its_owners_until_somebody_takes_it),
        Behaviour(nameof(A_lease_that_is_given_up_is_free_at_once), A_lease_that_is_given_up_is_free_at_once),
        Behaviour(nameof(A_send_that_is_put_back_is_free_at_once), A_send_that_is_put_back_is_free_at_once),
    ];

    private static async Task A_late_worker_is_refused(StoreWorld world, BatchState state, Func<StoreWorld, long, Lease, Task<bool>> verb)
    {
        var batch = await world.BatchInAsync(state, isSuspected: state == BatchState.Running).ConfigureAwait(false);
        var mine = Expect.Found(batch.Lease);
        world.Now = mine.Until.AddSeconds(1);
        Expect.Sequence([batch.Id], (await TakeOverAsync(world, state).ConfigureAwait(false)).Select(taken => taken.Id));
        var before = await world.BatchAsync(batch.Id).ConfigureAwait(false);
        Expect.Equal(world.Theirs, before.Lease);

        Expect.False(await verb(world, batch.Id, mine).ConfigureAwait(false));

        var after = await world.BatchAsync(batch.Id).ConfigureAwait(false);
        Expect.Sequence(before.Candidates, after.Candidates);
        // Lists are compared by reference; and items that were settled no longer hurry their batch.
        Expect.Equal(before, after with { Candidates = before.Candidates, ResultReferences = before.ResultReferences, EscalateAt = before.EscalateAt });
        Expect.True(await verb(world, batch.Id, world.Theirs).ConfigureAwait(false));
    }

    private static async Task A_lease_that_lasts_is_nobody_elses(StoreWorld world)
    {
        foreach (var (state, group) in new[] { (BatchState.Submitting, "a"), (BatchState.Running, "b"), (BatchState.Ended, "c") })
        {
            var until = Expect.Found((await world.BatchInAsync(state, group: group).ConfigureAwait(false)).Lease).Until;
            world.Now = until.AddMilliseconds(-1);
            Expect.Equal(0, (await TakeOverAsync(world, state).ConfigureAwait(false)).Count);
            world.Now = Given.Now;
        }

        await world.EnqueueAsync(Given.LiveRequest()).ConfigureAwait(false);
        await world.Store.Requests.ClaimForSendAsync(world.Mine, 1, world.Now).ConfigureAwait(false);
        world.Now = world.Mine.Until.AddMilliseconds(-1);
        Expect.Equal(0, (await world.Store.Requests.ClaimStaleSendsAsync(world.Theirs, 1, world.Now).ConfigureAwait(false)).Count);
    }

    private static async Task A_lease_that_ended_is_its_owners_until_somebody_takes_it(StoreWorld world)
    {
        var batch = await world.BatchInAsync(BatchState.Running).ConfigureAwait(false);
        world.Now = world.Now.AddHours(1);

        Expect.True(await world.Store.Batches.MarkPolledAsync(batch.Id, Expect.Found(batch.Lease), world.Now, 0).ConfigureAwait(false));
    }

    private static async Task A_lease_that_is_given_up_is_free_at_once(StoreWorld world)
    {
        var (submissions, batches, orphans) = (world.Store.Submissions, world.Store.Batches, world.Store.Orphans);
        var id = (await world.BatchInAsync(BatchState.Submitting).ConfigureAwait(false)).Id;

        Expect.True(await submissions.MarkUncertainAsync(id, world.Mine, world.Now, "create.timeout").ConfigureAwait(false));
        await TakenAsync(world.Theirs, BatchState.Submitting).ConfigureAwait(false);
        Expect.True(await orphans.MarkSearchedAsync(id, world.Theirs, 1, world.Now).ConfigureAwait(false));
        await TakenAsync(world.Mine, BatchState.Submitting).ConfigureAwait(false);
        Expect.True(await orphans.MarkQuarantinedAsync(id, world.Mine, ["one", "two"], world.Now).ConfigureAwait(false));
        await TakenAsync(world.Theirs, BatchState.Quarantined).ConfigureAwait(false);
        Expect.True(await submissions.MarkRunningAsync(id, world.Theirs, "one", false, world.Now, world.Now).ConfigureAwait(false));
        await TakenAsync(world.Mine, BatchState.Running).ConfigureAwait(false);
        Expect.True(await batches.MarkPolledAsync(id, world.Mine, world.Now, 0).ConfigureAwait(false));
        await TakenAsync(world.Theirs, BatchState.Running).ConfigureAwait(false);
        Expect.True(await batches.MarkCancellingAsync(id, world.Theirs, world.Now, world.Now).ConfigureAwait(false));
        await TakenAsync(world.Mine, BatchState.Cancelling).ConfigureAwait(false);
        Expect.True(await batches.MarkEndedAsync(id, world.Mine, world.Now, ["file"]).ConfigureAwait(false));
        await TakenAsync(world.Theirs, BatchState.Ended).ConfigureAwait(false);
        Expect.True(await batches.MarkCollectFailedAsync(id, world.Theirs, world.Now, 1, "results.cut").ConfigureAwait(false));
        await TakenAsync(world.Mine, BatchState.Ended).ConfigureAwait(false);

        async Task TakenAsync(Lease lease, BatchState state)
        {
            var taken = (await TakeAsync(world, lease, state).ConfigureAwait(false)).Single();
            Expect.Equal((id, state, lease), (taken.Id, taken.State, taken.Lease));
        }
    }

    private static async Task A_send_that_is_put_back_is_free_at_once(StoreWorld world)
    {
        var sequence = (await world.EnqueueAsync(Given.LiveRequest()).ConfigureAwait(false))[0].Sequence;
        await world.Store.Requests.ClaimForSendAsync(world.Mine, 1, world.Now).ConfigureAwait(false);
        await world.SettleAsync(StoreWorld.Requeued(sequence)).ConfigureAwait(false);

        var again = (await world.Store.Requests.ClaimForSendAsync(world.Theirs, 1, world.Now).ConfigureAwait(false)).Single();

        Expect.Equal((sequence, 2), (again.Sequence, again.Attempt));
        // What the first worker says late is of an attempt that is over.
        Expect.Equal(1, (await world.SettleAsync(StoreWorld.Requeued(sequence), StoreWorld.Ended(sequence, RequestState.Failed)).ConfigureAwait(false)).Repeated - 1);
        Expect.Equal(RequestState.Sending, (await world.Store.Requests.LoadAsync([sequence]).ConfigureAwait(false)).Single().State);
    }

    private static Task<IReadOnlyList<Batch>> TakeOverAsync(StoreWorld world, BatchState state) => TakeAsync(world, world.Theirs, state);

    private static Task<IReadOnlyList<Batch>> TakeAsync(StoreWorld world, Lease lease, BatchState state) => state switch
    {
        BatchState.Submitting or BatchState.Quarantined => world.Store.Orphans.ClaimForRescueAsync(lease, 10, world.Now, world.Now),
        BatchState.Running or BatchState.Cancelling => world.Store.Batches.ClaimForPollAsync(lease, 10, world.Now),
        _ => world.Store.Batches.ClaimForCollectAsync(lease, 10, world.Now),
    };

    private static async Task<bool> RejectAsync(StoreWorld world, long id, Lease lease)
    {
        // Whose items were settled before: then it is the lease alone that decides.
        await SettleAllAsync(world, id).ConfigureAwait(false);
        return await world.Store.Submissions.MarkRejectedAsync(id, lease, "create.invalid_request", world.Now).ConfigureAwait(false);
    }

    private static async Task<bool> CollectAsync(StoreWorld world, long id, Lease lease)
    {
        await SettleAllAsync(world, id).ConfigureAwait(false);
        return await world.Store.Batches.MarkCollectedAsync(id, lease, world.Now).ConfigureAwait(false);
    }

    private static async Task<bool> SettleAsync(StoreWorld world, long id, Lease lease)
    {
        var items = await world.Store.Settlements.ReadUnsettledAsync(id, 0, 10).ConfigureAwait(false);
        var result = await world.Store.Settlements.SettleAsync([.. items.Select(item => StoreWorld.Answered(item.Sequence))], (id, lease), world.Now).ConfigureAwait(false);
        Expect.Equal(result.LeaseHeld ? items.Count : 0, result.Answered.Count);
        return result.LeaseHeld;
    }

    private static async Task SettleAllAsync(StoreWorld world, long id)
    {
        foreach (var item in await world.Store.Settlements.ReadUnsettledAsync(id, 0, 10).ConfigureAwait(false))
        {
            await world.SettleAsync(StoreWorld.Ended(item.Sequence, RequestState.Failed)).ConfigureAwait(false);
        }
    }
}
