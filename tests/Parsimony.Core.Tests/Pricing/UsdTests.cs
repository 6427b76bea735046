namespace Parsimony.Core.Tests;

public sealed class UsdTests
{
    [Theory]
    [InlineData("0", "0.00")]
    [InlineData("13500", "13,500.00")]
    [InlineData("4983.754", "4,983.75")]
    [InlineData("1.005", "1.01")]
    [InlineData("0.5", "0.50")]
    [InlineData("0.123456", "0.123")]
    [InlineData("0.0123456", "0.0123")]
    [InlineData("0.00042", "0.00042")]
    [InlineData("0.000000123456", "0.000000123")]
    [InlineData("0.9996", "1.00")]
    [InlineData("-0.0042", "-0.0042")]
    [InlineData("-1234.5", "-1,234.50")]
    public void Shows_cents_or_three_significant_digits(string usd, string shown)
    {
        Assert.Equal(shown, Usd.Format(decimal.Parse(usd)));
    }
}
