using Microsoft.Extensions.AI;

namespace Parsimony.Core.Tests;

public sealed class DeadlineTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 22, 30, 0, TimeSpan.Zero);

    private static readonly TimeZoneInfo Plus2 = TimeZoneInfo.CreateCustomTimeZone("plus2", TimeSpan.FromHours(2), "plus2", "plus2");

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("30m", 1800)]
    [InlineData(" 6h ", 21_600)]
    [InlineData("2d", 172_800)]
    [InlineData("1h30m", 5400)]
    public void Relative_texts_count_from_now(string text, int seconds) =>
        Assert.Equal(Now.AddSeconds(seconds), Deadline.Parse(text, Now, TimeZoneInfo.Utc));

    [Theory]
    [InlineData("23:00", "2026-11-21T23:00:00Z")]
    [InlineData("06:00", "2026-11-22T06:00:00Z")]
    [InlineData("22:30", "2026-11-22T22:30:00Z")]
    public void A_wall_clock_time_is_the_next_such_time(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected), Deadline.Parse(text, Now, TimeZoneInfo.Utc));

    [Fact]
    public void A_wall_clock_time_is_in_the_callers_zone() =>
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T06:00:00+02:00"), Deadline.Parse("6:00", Now, Plus2));

    [Theory]
    [InlineData("2026-12-01T06:00:00Z", "2026-12-01T06:00:00Z")]
    [InlineData("2026-12-01T06:00:00+05:30", "2026-12-01T00:30:00Z")]
    [InlineData("2026-12-01T06:00:00", "2026-12-01T04:00:00Z")]
    public void Iso_times_keep_their_offset_or_take_the_callers(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected), Deadline.Parse(text, Now, Plus2));

    [Theory]
    [InlineData("2026-11-20T06:00:00Z", "past")]
    [InlineData("0s", "past")]
    [InlineData("soon", "not a deadline")]
    [InlineData("", "not a deadline")]
    [InlineData("6h ago", "not a deadline")]
    public void Refuses_the_past_and_what_it_cannot_read(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => Deadline.Parse(text, Now, TimeZoneInfo.Utc)).Message, StringComparison.Ordinal);

    [Fact]
    public void Travels_on_options_and_their_clones()
    {
        var clock = new FixedClock(Now);

        Assert.Equal(Now.AddHours(6), new ChatOptions().WithDeadline(TimeSpan.FromHours(6), clock).Clone().GetDeadline());
        Assert.Equal(Now, new EmbeddingGenerationOptions().WithDeadline(Now).Clone().GetDeadline());
        Assert.Equal(Now.AddDays(1), new EmbeddingGenerationOptions().WithDeadline(TimeSpan.FromDays(1), clock).GetDeadline());
        Assert.Null(new ChatOptions().GetDeadline());
    }

    [Fact]
    public void Is_read_from_text_where_the_options_went_through_json()
    {
        var options = new ChatOptions { AdditionalProperties = new() { ["parsimony.deadline"] = "2026-11-21T22:30:00+00:00" } };

        Assert.Equal(Now, options.GetDeadline());
        options.AdditionalProperties["parsimony.deadline"] = "soon";
        Assert.Throws<FormatException>(() => options.GetDeadline());
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
