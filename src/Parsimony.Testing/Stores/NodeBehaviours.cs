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

    private static Node Named(string owner) => new() { Owner = owner, Version = "1.2.3", StartedAt = Given.Now };
}
