namespace Parsimony.Core.Tests;

public sealed class MarkChooserTests
{
    private static readonly CacheRules Rules = new() { MinimumTokens = 100, MaxMarks = 2, LookBack = 3, LongWriteMultiplier = 2 };

    [Fact]
    public void Marks_nothing_that_is_not_worth_its_write()
    {
        var prompt = Prompt(4);

        Assert.Empty(MarkChooser.Choose(prompt, 0, true, Worth(0.2, 0.2, 0.2, 0.2), Rules));
    }

    [Fact]
    public void Marks_the_end_of_the_part_that_is_worth_it()
    {
        var prompt = Prompt(4);

        Assert.Equal([new PrefixMark(2, IsLong: false)], MarkChooser.Choose(prompt, 0, true, Worth(0.9, 0.9, 0.1, 0.1), Rules));
    }

    [Fact]
    public void Marks_what_is_cached_so_that_it_is_read_even_where_nothing_more_is_worth_a_write()
    {
        var prompt = Prompt(4);

        Assert.Equal([new PrefixMark(2, IsLong: false)], MarkChooser.Choose(prompt, 2, true, Worth(0, 0, 0, 0), Rules));
    }

    [Fact]
    public void Leaves_out_what_is_shorter_than_the_provider_caches()
    {
        var prompt = new PromptPrefix([1, 2], [40, 90], 95);

        Assert.Empty(MarkChooser.Choose(prompt, 0, true, Worth(1.15, 1.15), Rules));
    }

    [Fact]
    public void Puts_the_longer_lifetime_before_the_shorter_one()
    {
        var prompt = Prompt(4);
        var worth = new PrefixWorth([0, 0.3, 0.3, 0.9, 0.9], [0, 1.9, 1.9, 0, 0]);

        Assert.Equal([new PrefixMark(2, IsLong: true), new PrefixMark(4, IsLong: false)], MarkChooser.Choose(prompt, 0, true, worth, Rules));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Is_as_good_as_trying_every_set_of_marks(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 400; round++)
        {
            var count = random.Next(1, 6);
            var prompt = Prompt(count);
            var reach = Enumerable.Range(0, count + 1).Select(depth => random.Next(Math.Max(1, depth), count + 1)).ToArray();
            for (var depth = count - 1; depth >= 1; depth--)
            {
                reach[depth] = Math.Min(reach[depth], Math.Max(depth, reach[depth + 1]));
            }

            double[] brief = [0, .. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 1.15).OrderDescending()];
            double[] lasting = [0, .. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 1.9).OrderDescending()];
            var worth = new PrefixWorth([.. brief], [.. lasting], round % 2 == 0 ? null : reach);
            var hit = random.Next(0, count + 1);

            var chosen = MarkChooser.Choose(prompt, hit, true, worth, Rules);

            Assert.InRange(chosen.Count, 0, Rules.MaxMarks);
            if (chosen.Count > 0)
            {
                Assert.Equal(Best(prompt, hit, worth), Gain(prompt, hit, worth, chosen), 6);
            }
            else
            {
                Assert.Equal(0, Math.Max(0, Best(prompt, hit, worth)), 6);
            }
        }
    }

    private static double Best(PromptPrefix prompt, int hit, PrefixWorth worth) =>
        Sets(prompt.Count, []).Where(set => IsLegal(set, hit)).Select(set => Gain(prompt, hit, worth, set)).DefaultIfEmpty(double.NegativeInfinity).Max();

    private static IEnumerable<IReadOnlyList<PrefixMark>> Sets(int count, IReadOnlyList<PrefixMark> sofar)
    {
        if (sofar.Count > 0)
        {
            yield return sofar;
        }

        for (var depth = sofar.Count == 0 ? 1 : sofar[^1].Depth + 1; sofar.Count < Rules.MaxMarks && depth <= count; depth++)
        {
            foreach (var isLong in new[] { true, false })
            {
                if (!isLong || sofar.All(mark => mark.IsLong))
                {
                    foreach (var set in Sets(count, [.. sofar, new PrefixMark(depth, isLong)]))
                    {
                        yield return set;
                    }
                }
            }
        }
    }

    // What can be read is read: some mark stands at it, or beyond it within the look-back of the first one that does.
    private static bool IsLegal(IReadOnlyList<PrefixMark> set, int hit) =>
        hit == 0 || (set.FirstOrDefault(mark => mark.Depth >= hit) is { Depth: > 0 } first && first.Depth - hit < Rules.LookBack);

    private static double Gain(PromptPrefix prompt, int hit, PrefixWorth worth, IReadOnlyList<PrefixMark> set)
    {
        var (sum, from) = (0d, 0);
        foreach (var mark in set)
        {
            sum += worth.Gain(prompt, from, mark.Depth, hit, mark.IsLong, Rules);
            from = mark.Depth;
        }

        return sum;
    }

    private static PromptPrefix Prompt(int blocks) =>
        new([.. Enumerable.Range(1, blocks).Select(block => (ulong)block)], [.. Enumerable.Range(1, blocks).Select(block => block * 100)], (blocks * 100) + 50);

    private static PrefixWorth Worth(params double[] worth) => new([0, .. worth], new double[worth.Length + 1]);
}
