using Parsimony.Testing;

namespace Parsimony.Core.Tests;

public sealed class PrefixFlightsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualClock _clock = new();
    private readonly PrefixFlights _flights;

    public PrefixFlightsTests() => _flights = new PrefixFlights(_clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_waits_where_nothing_is_being_written()
    {
        Assert.False(await _flights.FollowAsync(Prompt(1, 2), Patience, Token));
        using var other = _flights.Lead(Prompt(7, 8), [2]);
        Assert.False(await _flights.FollowAsync(Prompt(1, 2), Patience, Token));
        // A prompt that only begins like what is written reads nothing of it.
        Assert.False(await _flights.FollowAsync(Prompt(7), Patience, Token));
    }

    [Fact]
    public async Task Followers_go_on_when_the_first_answer_begins()
    {
        var leader = _flights.Lead(Prompt(1, 2), [1]);
        var following = Enumerable.Range(0, 5).Select(i => _flights.FollowAsync(Prompt(1, (ulong)(10 + i)), Patience, Token).AsTask()).ToList();
        Assert.All(following, follower => Assert.False(follower.IsCompleted));
        leader.Dispose();
        Assert.All(await Task.WhenAll(following), Assert.True);
        Assert.False(await _flights.FollowAsync(Prompt(1, 20), Patience, Token));
    }

    [Fact]
    public async Task A_follower_waits_no_longer_than_its_patience()
    {
        using var leader = _flights.Lead(Prompt(1), [1]);
        var follower = _flights.FollowAsync(Prompt(1, 2), Patience, Token).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(await follower);
    }

    [Fact]
    public async Task Only_one_leads_and_the_second_to_end_releases_nobody_else()
    {
        var first = _flights.Lead(Prompt(1), [1]);
        _flights.Lead(Prompt(1), [1]).Dispose();
        var follower = _flights.FollowAsync(Prompt(1, 2), Patience, Token).AsTask();
        Assert.False(follower.IsCompleted);
        first.Dispose();
        first.Dispose();
        Assert.True(await follower);
    }

    [Fact]
    public async Task Who_has_no_patience_does_not_wait()
    {
        using var leader = _flights.Lead(Prompt(1, 2), [1, 2]);
        Assert.False(await _flights.FollowAsync(Prompt(1, 2), TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task A_caller_that_gives_up_stops_waiting()
    {
        using var leader = _flights.Lead(Prompt(1), [1]);
        using var stop = new CancellationTokenSource();
        var follower = _flights.FollowAsync(Prompt(1), Patience, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => follower);
    }

    private static PromptPrefix Prompt(params ulong[] blocks) => new(blocks, [.. Enumerable.Range(1, blocks.Length).Select(i => i * 1000)], blocks.Length * 1000);
}
