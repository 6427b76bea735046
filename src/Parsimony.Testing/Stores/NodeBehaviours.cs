using Parsimony.Engine;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class NodeBehaviours
{
    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Behaviour(nameof(A_node_is_listed_as_it_said_last), A_node_is_listed_as_it_said_last),
        Behaviour(nameof(Nodes_come_heard_of_last_first), Nodes_come_heard_of_last_first),
        Behaviour(nameof(Nodes_unseen_for_long_are_forgotten), Nodes_unseen_for_long_are_forgotten),
        Behaviour(nameof(A_node_that_stops_gives_its_leases_back), A_node_that_stops_gives_its_leases_back),
        Behaviour(nameof(A_node_gives_back_no_leases_but_its_own), A_node_gives_back_no_leases_but_its_own),
    ];

    private static async Task A_node_is_listed_as_it_said_last(StoreWorld world)
    {
        var node = Named("one") with { StartedAt = world.Now.AddHours(-1) };
        var first = await world.Store.Nodes.BeatAsync(node, world.Now).ConfigureAwait(false);
        var said = node with { State = NodeState.Draining, Skew = TimeSpan.FromSeconds(-45.5) };
        var second = await world.Store.Nodes.BeatAsync(said, world.Now).ConfigureAwait(false);

        var listed = (await world.Store.Nodes.ListAsync().ConfigureAwait(false)).Single();

        Expect.Equal(said with { SeenAt = second }, listed);
        Expect.True(second >= first);
    }

    private static async Task Nodes_come_heard_of_last_first(StoreWorld world)
    {
        foreach (var name in (string[])["one", "two", "one"])
        {
            await world.Store.Nodes.BeatAsync(Named(name), world.Now).ConfigureAwait(false);
            world.Now += TimeSpan.FromMinutes(1);
        }

        Expect.Sequence(["one", "two"], (await world.Store.Nodes.ListAsync().ConfigureAwait(false)).Select(node => node.Owner));
    }

    private static async Task Nodes_unseen_for_long_are_forgotten(StoreWorld world)
    {
        await world.Store.Nodes.BeatAsync(Named("old"), world.Now).ConfigureAwait(false);
        world.Now += TimeSpan.FromHours(2);
        await world.Store.Nodes.BeatAsync(Named("new"), world.Now).ConfigureAwait(false);

        Expect.Equal(1, await world.Store.Nodes.ForgetAsync(TimeSpan.FromHours(1), world.Now).ConfigureAwait(false));

        Expect.Sequence(["new"], (await world.Store.Nodes.ListAsync().ConfigureAwait(false)).Select(node => node.Owner));
        await world.Store.Nodes.BeatAsync(Named("old"), world.Now).ConfigureAwait(false);
        Expect.Equal(2, (await world.Store.Nodes.ListAsync().ConfigureAwait(false)).Count);
    }

    private static async Task A_node_that_stops_gives_its_leases_back(StoreWorld world)
    {
        var claim = Claim(world, "one#7");
        var (sending, batch) = await ClaimSomeAsync(world, claim).ConfigureAwait(false);
        var submitting = Expect.Found(await ClaimBatchAsync(world, claim).ConfigureAwait(false));

        Expect.Equal(3, await world.Store.Nodes.ReleaseAsync("one", world.Now).ConfigureAwait(false));

        world.Now += TimeSpan.FromMilliseconds(1);
        Expect.Equal(0, await world.Store.Nodes.ReleaseAsync("one", world.Now).ConfigureAwait(false));
        Expect.Sequence([sending], (await world.Store.Requests.ClaimStaleSendsAsync(world.Theirs, 10, world.Now).ConfigureAwait(false)).Select(request => request.Sequence));
        Expect.Sequence([batch], (await world.Store.Batches.ClaimForPollAsync(world.Theirs, 10, world.Now).ConfigureAwait(false)).Select(taken => taken.Id));
        Expect.Sequence([submitting.Id], (await world.Store.Orphans.ClaimForRescueAsync(world.Theirs, 10, world.Now, world.Now).ConfigureAwait(false)).Select(taken => taken.Id));
        // Whoever took it over is its owner now.
        Expect.False(await world.Store.Batches.MarkPolledAsync(batch, claim, world.Now, 0).ConfigureAwait(false));
    }

    private static async Task A_node_gives_back_no_leases_but_its_own(StoreWorld world)
    {
        await ClaimSomeAsync(world, Claim(world, "one#7")).ConfigureAwait(false);

        foreach (var other in (string[])["on", "one#", "one#7", "one_", "two", "%", "One"])
        {
            Expect.Equal(0, await world.Store.Nodes.ReleaseAsync(other, world.Now).ConfigureAwait(false));
        }

        world.Now += TimeSpan.FromMilliseconds(1);
        Expect.Equal(0, (await world.Store.Requests.ClaimStaleSendsAsync(world.Theirs, 10, world.Now).ConfigureAwait(false)).Count);
        Expect.Equal(0, (await world.Store.Batches.ClaimForPollAsync(world.Theirs, 10, world.Now).ConfigureAwait(false)).Count);
    }

    private static Lease Claim(StoreWorld world, string owner) => new(owner, world.Now.AddMinutes(5));

    /// <summary>A live call and a batch to poll, claimed.</summary>
    private static async Task<(long Sending, long Batch)> ClaimSomeAsync(StoreWorld world, Lease claim)
    {
        await world.EnqueueAsync(Given.LiveRequest("now")).ConfigureAwait(false);
        var sending = (await world.Store.Requests.ClaimForSendAsync(claim, 1, world.Now).ConfigureAwait(false)).Single().Sequence;
        var batch = (await world.BatchInAsync(BatchState.Running).ConfigureAwait(false)).Id;
        Expect.True(await world.Store.Batches.MarkPolledAsync(batch, world.Mine, world.Now, 0).ConfigureAwait(false));
        Expect.Equal(1, (await world.Store.Batches.ClaimForPollAsync(claim, 1, world.Now).ConfigureAwait(false)).Count);
        return (sending, batch);
    }

    private static async Task<Batch?> ClaimBatchAsync(StoreWorld world, Lease claim)
    {
        await world.BatchInAsync(BatchState.Sealed, group: "b").ConfigureAwait(false);
        return await world.Store.Submissions.ClaimAsync(claim, (_, _) => StoreWorld.Open, world.Now).ConfigureAwait(false);
    }

    private static Node Named(string owner) => new() { Owner = owner, Version = "1.2.3", StartedAt = Given.Now };
}
