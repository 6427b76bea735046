namespace Parsimony.Core.Tests;

public sealed class ExplicitCacheWorthTests
{
    // Gemini 3.5 Flash: input 1.50, read 0.15, storage 1.00 an hour (https://ai.google.dev/gemini-api/docs/pricing, 2026-09-23).
    private const double Read = 0.1;
    private const double StoragePerHour = 1 / 1.5;

    private static readonly DateTimeOffset Start = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_cache_is_made_when_calls_have_let_go_by_what_it_costs()
    {
        var worth = new ExplicitCacheWorth(Read, StoragePerHour);

        Assert.Equal([false, false, false, true], Calls(worth, 4, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void A_head_that_is_said_to_be_shared_is_believed_at_its_first_return()
    {
        Assert.Equal([false, true], Calls(new ExplicitCacheWorth(Read, StoragePerHour), 2, TimeSpan.FromSeconds(10), ReuseHint.Shared));
        Assert.DoesNotContain(true, Calls(new ExplicitCacheWorth(Read, StoragePerHour), 50, TimeSpan.FromSeconds(10), ReuseHint.Single));
    }

    [Fact]
    public void What_the_provider_finds_by_itself_needs_no_cache()
    {
        Assert.DoesNotContain(true, Calls(new ExplicitCacheWorth(Read, StoragePerHour), 200, TimeSpan.FromSeconds(10), found: 1));
    }

    [Fact]
    public void Calls_too_rare_for_their_storage_never_make_a_cache()
    {
        // Each hour must bring more than StoragePerHour / (1 - Read) calls; here every second hour brings one.
        Assert.DoesNotContain(true, Calls(new ExplicitCacheWorth(Read, StoragePerHour), 100, TimeSpan.FromHours(2)));
        // Storage at 11 reads an hour, as of 2.5 Flash-Lite; calls every ten minutes are too few.
        Assert.DoesNotContain(true, Calls(new ExplicitCacheWorth(Read, 10), 100, TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public void The_lifetime_follows_the_pauses_between_calls()
    {
        var often = new ExplicitCacheWorth(Read, StoragePerHour);
        var seldom = new ExplicitCacheWorth(Read, StoragePerHour);
        Calls(often, 10, TimeSpan.FromSeconds(5));
        Calls(seldom, 10, TimeSpan.FromMinutes(8));

        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(32)), (often.Lifetime, seldom.Lifetime));
    }

    [Fact]
    public void It_lives_on_only_near_its_end_and_while_calls_come_often_enough()
    {
        var often = new ExplicitCacheWorth(Read, StoragePerHour);
        var seldom = new ExplicitCacheWorth(Read, 10);
        Calls(often, 20, TimeSpan.FromSeconds(10));
        Calls(seldom, 20, TimeSpan.FromMinutes(10));

        Assert.False(often.ShouldExtend(Start, Start.AddMinutes(4)));
        Assert.True(often.ShouldExtend(Start, Start.AddMinutes(1)));
        Assert.False(seldom.ShouldExtend(Start, Start.AddMinutes(1)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_calls_come_it_costs_at_most_what_was_let_go_by_before(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var storage = random.NextDouble() * 4;
            var worth = new ExplicitCacheWorth(Read, storage);
            var (at, until, cost, plain, letGo) = (Start, DateTimeOffset.MinValue, 0d, 0d, 0d);
            var scale = Math.Pow(10, 1 + (random.NextDouble() * 3));
            var most = random.Next(1, 200);
            for (var call = 0; call < most; call++)
            {
                worth.Seen(at);
                if (until > at && worth.ShouldExtend(at, until))
                {
                    cost += storage * worth.Lifetime.TotalHours;
                    until += worth.Lifetime;
                }
                else if (until <= at && worth.ShouldCreate(at, ReuseHint.Unknown))
                {
                    cost += 1 + (storage * worth.Lifetime.TotalHours);
                    until = at + worth.Lifetime;
                    worth.Renew();
                }

                if (until > at)
                {
                    cost += Read;
                }
                else
                {
                    cost += 1;
                    letGo += 1 - Read;
                    worth.Sent(at, 0);
                }

                plain++;
                at += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) * scale * (random.Next(10) == 0 ? 30 : 1));
            }

            Assert.True(cost <= plain + letGo, $"Round {round}: {cost:F2} for {plain} calls, of which {letGo:F2} was let go by.");
        }
    }

    private static List<bool> Calls(ExplicitCacheWorth worth, int count, TimeSpan pause, ReuseHint hint = ReuseHint.Unknown, double found = 0)
    {
        var asked = new List<bool>(count);
        for (var call = 0; call < count; call++)
        {
            var at = Start + (pause * call);
            worth.Seen(at);
            asked.Add(worth.ShouldCreate(at, hint));
            worth.Sent(at, found);
        }

        return asked;
    }
}
