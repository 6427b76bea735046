namespace Parsimony.Providers.Tests;

public sealed class RetryAfterReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Retry-After", "7", 7.0)]
    [InlineData("Retry-After", "0", 0.0)]
    [InlineData("Retry-After", "1.5", 1.5)]
    [InlineData("Retry-After", "Fri, 20 Nov 2026 12:01:30 GMT", 90.0)]
    [InlineData("Retry-After", "Fri, 20 Nov 2026 11:00:00 GMT", 0.0)]
    [InlineData("retry-after-ms", "250", 0.25)]
    [InlineData("Retry-After", "3600", 3600.0)]
    public void Reads_seconds_dates_and_milliseconds(string name, string value, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read((name, value)));

    [Theory]
    [InlineData("Retry-After", "3601")]
    [InlineData("Retry-After", "-5")]
    [InlineData("Retry-After", "soon")]
    [InlineData("Retry-After", "")]
    [InlineData("Retry-After", "NaN")]
    [InlineData("Retry-After", "99999999999999999999")]
    [InlineData("Retry-After", "Mon, 99 Foo 2026 12:01:30 GMT")]
    public void Ignores_what_is_too_long_or_cannot_be_read(string name, string value) => Assert.Null(Read((name, value)));

    [Fact]
    public void Prefers_milliseconds_and_falls_back_to_seconds()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(1500), Read(("Retry-After", "9"), ("retry-after-ms", "1500")));
        Assert.Equal(TimeSpan.FromSeconds(9), Read(("Retry-After", "9"), ("retry-after-ms", "later")));
        Assert.Null(Read());
    }

    private static TimeSpan? Read(params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return RetryAfterReader.Read(response.Headers, Now);
    }
}
