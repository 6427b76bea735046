namespace Parsimony.Core.Tests;

public sealed class TimeBoundTests
{
    private static readonly TimeSpan Prior = TimeSpan.FromMinutes(10);

    [Fact]
    public void Nothing_seen_is_the_prior_and_little_seen_never_less()
    {
        Assert.Equal((Prior, 0), (TimeBound.Learn([], Prior, 0.0005).Value, TimeBound.Learn([], Prior, 0.0005).Seen));
        Assert.Equal(Prior, TimeBound.Learn([.. Times(49, 30, 0.3, 1)], Prior, 0.0005).Value);
    }

    [Fact]
    public void One_time_over_the_prior_is_enough_to_grow_and_the_longest_is_never_undercut()
    {
        Assert.Equal(TimeSpan.FromMinutes(30), TimeBound.Learn([TimeSpan.FromMinutes(20)], Prior, 0.0005).Value);
        Assert.True(TimeBound.Learn([.. Times(500, 30, 0.3, 2), TimeSpan.FromMinutes(25)], Prior, 0.0005).Value >= TimeSpan.FromMinutes(25));
    }

    [Fact]
    public void Enough_seen_shrinks_it_below_the_prior_but_never_to_nothing()
    {
        Assert.InRange(TimeBound.Learn([.. Times(400, 30, 0.5, 3)], Prior, 0.0005).Value, TimeSpan.FromMinutes(1.5), TimeSpan.FromMinutes(6));
        Assert.Equal(TimeSpan.FromSeconds(10), TimeBound.Learn([.. Enumerable.Repeat(TimeSpan.FromMilliseconds(5), 400)], Prior, 0.0005).Value);
    }

    /// <summary>Learnt from few or many, it is exceeded as rarely as was asked.</summary>
    [Theory]
    [InlineData(12)]
    [InlineData(60)]
    [InlineData(500)]
    public void Is_exceeded_no_oftener_than_asked(int seen)
    {
        var over = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var bound = TimeBound.Learn([.. Times(seen, 600, 0.8, seed)], TimeSpan.FromSeconds(1), 0.0005).Value;
            over += Times(500, 600, 0.8, 10_000 + seed).Count(time => time > bound);
        }

        Assert.InRange(over / 200_000.0, 0, 0.0007);
    }

    private static IEnumerable<TimeSpan> Times(int count, double medianSeconds, double sigma, int seed) =>
        CompletionForecastTests.Drawn(count, medianSeconds / 60, sigma, 0, seed).Select(seen => seen.After);
}
