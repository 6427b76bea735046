namespace Parsimony.Core.Tests;

public sealed class PrefixTreeTests
{
    [Fact]
    public void Knows_the_leading_blocks_it_has_seen_in_the_same_place()
    {
        var tree = new PrefixTree(100);
        Walk(tree, 1, 2, 3);

        Assert.Equal(2, Walk(tree, 1, 2, 4));
        Assert.Equal(0, Walk(tree, 2, 3));
        Assert.Equal(3, Walk(tree, 1, 2, 3));
        Assert.Equal(6, tree.Count);
    }

    [Fact]
    public void Gives_equal_beginnings_the_same_nodes()
    {
        var tree = new PrefixTree(100);
        var one = new int[3];
        var other = new int[3];
        tree.Walk([1, 2, 3], one);
        tree.Walk([1, 2, 9], other);

        Assert.Equal(one[..2], other[..2]);
        Assert.NotEqual(one[2], other[2]);
        Assert.Equal(one[1], tree[other[2]].Parent);
    }

    [Fact]
    public void Forgets_the_prefixes_that_were_not_seen_for_longest()
    {
        var tree = new PrefixTree(4);
        Walk(tree, 1, 2);
        Walk(tree, 3, 4);
        Walk(tree, 1, 2);
        Walk(tree, 5);

        Assert.Equal(4, tree.Count);
        Assert.Equal(2, Walk(tree, 1, 2));
        Assert.Equal(1, Walk(tree, 3));
        Assert.Equal(1, Walk(tree, 5));
    }

    [Fact]
    public void Stays_within_its_capacity_and_consistent_whatever_is_walked()
    {
        const int capacity = 64;
        var random = new Random(7);
        var tree = new PrefixTree(capacity);
        for (var round = 0; round < 5_000; round++)
        {
            var blocks = Enumerable.Range(0, random.Next(1, 20)).Select(_ => (ulong)random.Next(3)).ToArray();
            var path = new int[blocks.Length];
            tree.Walk(blocks, path);

            Assert.InRange(tree.Count, blocks.Length, capacity);
            for (var depth = 0; depth < path.Length; depth++)
            {
                Assert.Equal(blocks[depth], tree[path[depth]].Block);
                Assert.Equal(depth == 0 ? PrefixTree.Root : path[depth - 1], tree[path[depth]].Parent);
            }
        }
    }

    private static int Walk(PrefixTree tree, params ulong[] blocks) => tree.Walk(blocks, new int[blocks.Length]);
}
