namespace Parsimony.Core.Tests;

public sealed class IdSourceTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Ids_are_version_7_and_hold_the_time()
    {
        var id = new IdSource(new SteppingClock(Start), span => span.Fill(0xFF)).Next();

        Assert.Equal(7, id.Version);
        Assert.Equal(0xB, id.Variant & 0xB);
        Assert.Equal(Start.ToUnixTimeMilliseconds(), Convert.ToInt64(id.ToString("n")[..12], 16));
    }

    [Fact]
    public void Ids_go_up_even_when_the_clock_goes_back_or_a_millisecond_is_crowded()
    {
        var clock = new SteppingClock(Start);
        var ids = new IdSource(clock, span => span.Clear());
        var made = new List<string>();
        for (var i = 0; i < 10_000; i++)
        {
            made.Add(ids.Next().ToString("n"));
            if (i == 5000)
            {
                clock.Now -= TimeSpan.FromHours(1);
            }
        }

        Assert.Equal(made, made.Order(StringComparer.Ordinal));
        Assert.Equal(made.Count, made.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_request_id_reads_what_it_writes_and_sorts_by_time()
    {
        var clock = new SteppingClock(Start);
        var ids = new IdSource(clock);
        var first = new RequestId(ids.Next());
        clock.Now += TimeSpan.FromMilliseconds(1);
        var second = new RequestId(ids.Next());

        Assert.True(RequestId.TryParse(first.ToString(), out var read));
        Assert.Equal(first, read);
        Assert.True(first < second);
        Assert.False(RequestId.TryParse("nothing", out _));
    }

    private sealed class SteppingClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
