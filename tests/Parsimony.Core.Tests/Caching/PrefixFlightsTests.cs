namespace Parsimony.Core.Tests;

public sealed class PrefixFlightsTests
{
    private readonly PrefixFlights _flights = new();

    [Fact]
    public void Nobody_waits_where_nothing_is_being_written()
    {
        Assert.False(_flights.TryFind(Prompt(1, 2), out _));
        using var other = _flights.Lead(Prompt(7, 8), [2]);
        Assert.False(_flights.TryFind(Prompt(1, 2), out _));
        // A prompt that only begins like what is written reads nothing of it.
        Assert.False(_flights.TryFind(Prompt(7), out _));
    }

    [Fact]
    public void Followers_go_on_when_the_first_answer_begins()
    {
        var leader = _flights.Lead(Prompt(1, 2), [1, 2]);
        Assert.True(_flights.TryFind(Prompt(1, 10), out var one));
        Assert.True(_flights.TryFind(Prompt(1, 2, 11), out var other));
        Assert.False(one.IsCompleted || other.IsCompleted);
        leader.Dispose();
        Assert.True(one.IsCompleted && other.IsCompleted);
        Assert.False(_flights.TryFind(Prompt(1, 20), out _));
    }

    [Fact]
    public void Only_one_leads_and_the_second_to_end_releases_nobody_else()
    {
        var first = _flights.Lead(Prompt(1), [1]);
        _flights.Lead(Prompt(1), [1]).Dispose();
        Assert.True(_flights.TryFind(Prompt(1, 2), out var follower));
        Assert.False(follower.IsCompleted);
        first.Dispose();
        first.Dispose();
        Assert.True(follower.IsCompleted);
    }

    private static PromptPrefix Prompt(params ulong[] blocks) => new(blocks, [.. Enumerable.Range(1, blocks.Length).Select(i => i * 1000)], blocks.Length * 1000);
}
