namespace Parsimony.Core.Tests;

public sealed class CompletionForecastTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void The_prior_says_that_most_batches_end_within_the_hour_and_that_some_never_do()
    {
        var prior = CompletionForecast.Prior;

        Assert.InRange(prior.DoneBy(Hour), 0.55, 0.65);
        Assert.InRange(prior.DoneBy(TimeSpan.FromHours(24)), 0.97, 0.99);
        Assert.InRange(prior.StuckShare, 0.01, 0.015);
        Assert.Equal(0, prior.Evidence);
    }

    [Fact]
    public void The_chance_grows_with_time_from_nothing_and_never_reaches_one()
    {
        var forecast = CompletionForecast.Prior.Learn("some", Drawn(300, 40, 1.1, 0.01, 3));
        var last = 0.0;
        for (var minutes = 0; minutes < 4_000; minutes++)
        {
            var chance = forecast.DoneBy(TimeSpan.FromMinutes(minutes));
            Assert.InRange(chance, last, 1);
            last = chance;
        }

        Assert.Equal(0, forecast.DoneBy(TimeSpan.FromMinutes(-1)));
        Assert.Equal(1 - forecast.StuckShare, forecast.DoneBy(TimeSpan.MaxValue));
        Assert.True(forecast.StuckShare > 0);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(300)]
    public void Whatever_the_prior_said_what_is_seen_is_believed(double medianMinutes)
    {
        var forecast = CompletionForecast.Prior.Learn("x", Drawn(2_000, medianMinutes, 1.1, 0.01, 1));
        var median = TimeSpan.FromMinutes(medianMinutes);

        Assert.InRange(forecast.DoneBy(median), 0.46, 0.53);
        Assert.InRange(forecast.DoneBy(median * 4), 0.86, 0.91);
        Assert.InRange(forecast.Quantile(0.5) / median ?? 0, 0.9, 1.1);
    }

    [Fact]
    public void Batches_that_were_cut_off_bend_nothing_before_they_were_cut()
    {
        var all = Drawn(4_000, 40, 1.1, 0.01, 5).ToList();
        var limit = TimeSpan.FromHours(2);
        var whole = CompletionForecast.Prior.Learn("whole", all);
        var cut = CompletionForecast.Prior.Learn("cut", all.Select(seen => seen.After > limit ? new CompletionSeen(limit, IsCut: true) : seen));

        Assert.Equal(whole.DoneBy(Hour), cut.DoneBy(Hour), 6);
        Assert.InRange(cut.DoneBy(limit) / whole.DoneBy(limit), 0.97, 1.03);
    }

    [Fact]
    public void The_stuck_share_is_learnt_from_those_that_never_ended()
    {
        var ended = Drawn(950, 40, 0.8, 0, 6);
        var stuck = Enumerable.Repeat(new CompletionSeen(TimeSpan.FromHours(47), IsCut: true), 50);

        Assert.InRange(CompletionForecast.Prior.Learn("x", ended.Concat(stuck)).StuckShare, 0.04, 0.06);
    }

    [Fact]
    public void The_older_a_batch_the_less_is_still_to_be_hoped_for()
    {
        var forecast = CompletionForecast.Prior.Learn("x", Drawn(2_000, 40, 0.8, 0.02, 7));
        var soon = forecast.DoneBy(4 * Hour, TimeSpan.Zero);
        var late = forecast.DoneBy(4 * Hour, 3.5 * Hour);

        Assert.Equal(forecast.DoneBy(4 * Hour), soon, 9);
        Assert.True(late < 0.4 * soon, $"{late} against {soon}");
        Assert.Equal(0, forecast.DoneBy(Hour, 2 * Hour));
    }

    [Fact]
    public void A_narrower_kind_begins_with_what_the_broader_one_knows_and_goes_its_own_way()
    {
        var provider = CompletionForecast.Prior.Learn("provider", Drawn(500, 30, 0.8, 0, 8));
        var fresh = provider.Learn("model", []);
        var slow = provider.Learn("slow model", Drawn(500, 200, 0.8, 0, 9));

        Assert.Equal(provider.DoneBy(Hour), fresh.DoneBy(Hour), 5);
        Assert.Equal(500, fresh.Evidence);
        Assert.True(slow.DoneBy(Hour) < 0.2);
    }

    [Fact]
    public void Old_batches_count_less()
    {
        var fast = Drawn(200, 10, 0.5, 0, 10).Select(seen => seen with { Weight = 0.05 });
        var slow = Drawn(200, 300, 0.5, 0, 11);

        Assert.True(CompletionForecast.Prior.Learn("x", fast.Concat(slow)).DoneBy(Hour) < 0.2);
    }

    [Fact]
    public void A_stored_table_gives_the_same_forecast()
    {
        var forecast = CompletionForecast.Prior.Learn("x", Drawn(100, 40, 1, 0.01, 12));
        var again = CompletionForecast.FromTable("x", forecast.Table.ToArray(), forecast.Seen, forecast.Evidence);

        Assert.Equal(forecast.DoneBy(3 * Hour), again.DoneBy(3 * Hour));
        Assert.Throws<ArgumentException>(() => CompletionForecast.FromTable("x", [1, 2], 0, 0));
    }

    internal static IEnumerable<CompletionSeen> Drawn(int count, double medianMinutes, double sigma, double stuck, int seed)
    {
        var random = new Random(seed);
        for (var index = 0; index < count; index++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            yield return random.NextDouble() < stuck
                ? new CompletionSeen(TimeSpan.FromHours(24), IsCut: true)
                : new CompletionSeen(TimeSpan.FromMinutes(Math.Min(medianMinutes * Math.Exp(sigma * normal), 1e6)));
        }
    }
}
