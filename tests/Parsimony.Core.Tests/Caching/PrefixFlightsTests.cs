namespace Parsimony.Core.Tests;

public sealed class PrefixFlightsTests
{
    private readonly PrefixFlights _flights = new();

    [Fact]
    public void Nobody_waits_where_nothing_is_being_written()
    {
        Assert.True(_flights.WriterAsync(Prompt(1, 2)).IsCompleted);
        using var other = _flights.Lead(Prompt(7, 8), [2]);
        Assert.True(_flights.WriterAsync(Prompt(1, 2)).IsCompleted);
        // A prompt that only begins like what is written reads nothing of it.
        Assert.True(_flights.WriterAsync(Prompt(7)).IsCompleted);
    }

    [Fact]
    public void Followers_go_on_when_the_first_answer_begins()
    {
        var leader = _flights.Lead(Prompt(1, 2), [1, 2]);
        var following = Enumerable.Range(0, 5).Select(i => _flights.WriterAsync(Prompt(1, (ulong)(10 + i)))).ToList();
        Assert.All(following, follower => Assert.False(follower.IsCompleted));
        leader.Dispose();
        Assert.All(following, follower => Assert.True(follower.IsCompleted));
        Assert.True(_flights.WriterAsync(Prompt(1, 20)).IsCompleted);
    }

    [Fact]
    public void Only_one_leads_and_the_second_to_end_releases_nobody_else()
    {
        var first = _flights.Lead(Prompt(1), [1]);
        _flights.Lead(Prompt(1), [1]).Dispose();
        var follower = _flights.WriterAsync(Prompt(1, 2));
        Assert.False(follower.IsCompleted);
        first.Dispose();
        first.Dispose();
        Assert.True(follower.IsCompleted);
    }

    private static PromptPrefix Prompt(params ulong[] blocks) => new(blocks, [.. Enumerable.Range(1, blocks.Length).Select(i => i * 1000)], blocks.Length * 1000);
}
