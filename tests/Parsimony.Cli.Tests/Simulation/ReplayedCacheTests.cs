namespace Parsimony.Cli.Tests;

public sealed class ReplayedCacheTests
{
    private static readonly CacheRules Rules = new() { LongWriteMultiplier = 2 };

    private readonly Trace _trace = new();
    private readonly ReplayedCache _cache = new(Rules);

    [Fact]
    public void A_request_without_marks_costs_its_tokens()
    {
        Assert.Equal(new Served(1124, 0, 0), Serve(0, [1, 2]));
    }

    [Fact]
    public void A_mark_writes_and_the_same_prefix_is_read_after_a_second()
    {
        Assert.Equal(new Served((1024 * 1.25) + 100, 0, 1024), Serve(0, [1, 2], new PrefixMark(2, false)));
        Assert.Equal(0, Serve(0.5, [1, 2], new PrefixMark(2, false)).Read);
        Assert.Equal(1024 * 0.1 + 100, Serve(10, [1, 2], new PrefixMark(2, false)).Cost, 6);
    }

    [Fact]
    public void A_read_prolongs_the_entry_and_silence_ends_it()
    {
        Serve(0, [1, 2], new PrefixMark(2, false));

        Assert.Equal(1024, Serve(290, [1, 2], new PrefixMark(2, false)).Read);
        Assert.Equal(1024, Serve(580, [1, 2], new PrefixMark(2, false)).Read);
        Assert.Equal(0, Serve(881, [1, 2], new PrefixMark(2, false)).Read);
    }

    [Fact]
    public void What_is_shorter_than_the_minimum_is_neither_written_nor_read()
    {
        Assert.Equal(new Served(612, 0, 0), Serve(0, [1], new PrefixMark(1, false)));
    }

    [Fact]
    public void A_mark_looks_back_over_twenty_positions_and_no_further()
    {
        var start = Enumerable.Range(1, 4).Select(block => (ulong)block).ToArray();
        Serve(0, start, new PrefixMark(4, false));

        Assert.Equal(0, Serve(10, [.. start, .. More(20)], new PrefixMark(24, false)).Read);
        Assert.Equal(4 * 512, Serve(20, [.. start, .. More(19).Reverse()], new PrefixMark(23, false)).Read);

        static ulong[] More(int count) => [.. Enumerable.Range(100, count).Select(block => (ulong)block)];
    }

    [Fact]
    public void Tokens_up_to_the_last_long_mark_are_written_at_its_price_and_the_rest_at_the_short_one()
    {
        var served = Serve(0, [1, 2, 3, 4], new PrefixMark(2, true), new PrefixMark(4, false));

        Assert.Equal((1024 * 2) + (1024 * 1.25) + 100, served.Cost, 6);
        Assert.Equal(2048, served.Written);
    }

    [Fact]
    public void A_mark_at_the_prompts_very_end_pays_for_a_part_that_never_matches()
    {
        Assert.Equal(1124 * 1.25, Serve(0, [1, 2], new PrefixMark(3, false)).Cost, 6);
        Assert.Equal(0, Serve(10, [1, 2], new PrefixMark(3, false)).Read);
    }

    private Served Serve(double at, ulong[] blocks, params PrefixMark[] marks)
    {
        _trace.Add(at, new PromptPrefix(blocks, [.. Enumerable.Range(1, blocks.Length).Select(block => block * 512)], (blocks.Length * 512) + 100), 0, ReuseHint.Unknown, "a test");
        return _cache.Serve(_trace.Requests[^1], marks);
    }
}
