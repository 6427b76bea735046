namespace Parsimony.Core.Tests;

public sealed class TokenUsageTests
{
    private static readonly TokenUsage Usage = new()
    {
        UncachedInput = 1,
        CacheRead = 20,
        CacheWriteShort = 300,
        CacheWriteLong = 4_000,
        Output = 50_000,
        Reasoning = 600_000,
        Images = 7,
    };

    [Fact]
    public void Total_input_is_every_input_bucket_once()
    {
        Assert.Equal(4_321, Usage.TotalInput);
    }

    [Fact]
    public void Total_output_is_visible_and_reasoning()
    {
        Assert.Equal(650_000, Usage.TotalOutput);
    }

    [Fact]
    public void Adds_bucket_by_bucket()
    {
        var expected = new TokenUsage
        {
            UncachedInput = 2,
            CacheRead = 40,
            CacheWriteShort = 600,
            CacheWriteLong = 8_000,
            Output = 100_000,
            Reasoning = 1_200_000,
            Images = 14,
        };

        Assert.Equal(expected, Usage + Usage);
        Assert.Equal(expected, TokenUsage.Add(Usage, Usage));
    }

    [Fact]
    public void Nothing_is_neutral()
    {
        Assert.Equal(Usage, Usage + default(TokenUsage));
    }
}
