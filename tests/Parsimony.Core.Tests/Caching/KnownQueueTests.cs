namespace Parsimony.Core.Tests;

public sealed class KnownQueueTests
{
    private static readonly CacheRules Rules = new();

    [Fact]
    public void A_prefix_that_many_share_is_marked_at_its_end_and_not_after_it()
    {
        var queue = new KnownQueue(Rules, hitRate: 0.6);
        PromptPrefix[] prompts = [.. Enumerable.Range(0, 10).Select(i => Prompt(2000, (1, 1500), (2, 3000), ((ulong)(100 + i), 3500)))];
        foreach (var prompt in prompts)
        {
            queue.Add(prompt);
        }

        foreach (var prompt in prompts)
        {
            Assert.Equal([new CacheMark(1, TimeSpan.FromMinutes(5))], queue.Ask(prompt).Marks);
        }

        Assert.Equal(10, queue.Marked);
        Assert.Equal(0.6 * 0.9, queue.ExpectedHitRate!.Value, 9);
    }

    [Fact]
    public void Nested_prefixes_are_marked_each_where_fewer_share_what_follows()
    {
        var queue = new KnownQueue(Rules, hitRate: 0.6);
        PromptPrefix[] prompts = [.. Enumerable.Range(0, 20).Select(i => Prompt(0, (1, 2000), ((ulong)(10 + (i % 4)), 6000), ((ulong)(100 + i), 6500)))];
        foreach (var prompt in prompts)
        {
            queue.Add(prompt);
        }

        Assert.Equal([0, 1], queue.Ask(prompts[7]).Marks.Select(mark => mark.BlockIndex));
    }

    [Theory]
    [InlineData(0.9, true)]
    [InlineData(0.1, false)]
    public void Two_that_share_are_marked_only_where_reading_is_likely_enough(double hitRate, bool marks)
    {
        var queue = new KnownQueue(Rules, hitRate);
        var prompts = new[] { Prompt(0, (1, 2000), (10, 2500)), Prompt(0, (1, 2000), (11, 2500)) };
        foreach (var prompt in prompts)
        {
            queue.Add(prompt);
        }

        var asked = queue.Ask(prompts[0]);
        Assert.Equal(marks, asked.Marks.Count == 1);
        Assert.True(asked.IsDeclined);
    }

    [Fact]
    public void What_is_one_of_a_kind_or_too_short_is_declined()
    {
        var queue = new KnownQueue(Rules, hitRate: 0.9);
        var alone = Prompt(0, (1, 2000));
        var brief = Prompt(0, (5, 500));
        queue.Add(alone);
        queue.Add(brief);
        queue.Add(brief);
        Assert.Equal(CacheControl.Declined, queue.Ask(alone));
        Assert.Equal(CacheControl.Declined, queue.Ask(brief));
        Assert.Null(queue.ExpectedHitRate);
    }

    [Fact]
    public void Of_more_places_than_marks_the_most_worth_are_kept()
    {
        // Each level is shared by half as many; the level that adds next to nothing goes without a mark of its own.
        var queue = new KnownQueue(Rules, hitRate: 0.9);
        PromptPrefix[] prompts = [.. Enumerable.Range(0, 64).Select(i =>
            Prompt(0, (1, 2000), (U(2, i % 2), 4000), (U(3, i % 4), 4010), (U(4, i % 8), 6000), (U(5, i % 16), 8000), (U(6, i), 8100)))];
        foreach (var prompt in prompts)
        {
            queue.Add(prompt);
        }

        Assert.Equal([0, 1, 3, 4], queue.Ask(prompts[5]).Marks.Select(mark => mark.BlockIndex));
    }

    [Fact]
    public void Dearer_writes_need_more_to_share()
    {
        var dear = new KnownQueue(Rules with { Lifetime = TimeSpan.FromHours(1), WriteMultiplier = 2 }, hitRate: 0.9);
        var prompts = new[] { Prompt(0, (1, 2000), (10, 2500)), Prompt(0, (1, 2000), (11, 2500)) };
        foreach (var prompt in prompts)
        {
            dear.Add(prompt);
        }

        Assert.Empty(dear.Ask(prompts[0]).Marks);
        dear.Add(Prompt(0, (1, 2000), (12, 2500)));
        dear.Add(Prompt(0, (1, 2000), (13, 2500)));
        Assert.Equal(TimeSpan.FromHours(1), dear.Ask(prompts[0]).Marks.Single().Lifetime);
    }

    [Fact]
    public void Memory_is_bounded()
    {
        var queue = new KnownQueue(Rules, hitRate: 0.9, capacity: 2);
        var shared = Prompt(0, (1, 2000));
        for (var i = 0; i < 10; i++)
        {
            queue.Add(shared);
            queue.Add(Prompt(0, (U(9, i), 2000)));
        }

        Assert.Single(queue.Ask(shared).Marks);
        Assert.Empty(queue.Ask(Prompt(0, (U(9, 9), 2000))).Marks);
    }

    private static ulong U(int level, int branch) => (ulong)((level * 1000) + branch);

    private static PromptPrefix Prompt(int more, params (ulong Block, int End)[] blocks) =>
        new([.. blocks.Select(b => b.Block)], [.. blocks.Select(b => b.End)], blocks[^1].End + more);
}
