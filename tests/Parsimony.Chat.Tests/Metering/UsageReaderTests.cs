using Microsoft.Extensions.AI;

namespace Parsimony.Chat.Tests;

public sealed class UsageReaderTests
{
    [Fact]
    public void Takes_apart_what_the_framework_counts_together()
    {
        var usage = UsageReader.Read(new UsageDetails { InputTokenCount = 100, CachedInputTokenCount = 60, OutputTokenCount = 30, ReasoningTokenCount = 20 });

        Assert.Equal(new TokenUsage { UncachedInput = 40, CacheRead = 60, Output = 10, Reasoning = 20 }, usage);
    }

    [Theory]
    [InlineData("CacheCreationInputTokens", 50, 0)]
    [InlineData("cache_write_tokens", 50, 0)]
    [InlineData("CacheWrite5mTokenCount", 50, 0)]
    [InlineData("CacheWrite1hTokenCount", 0, 50)]
    public void Finds_cache_writes_where_clients_put_them(string name, long writeShort, long writeLong)
    {
        var usage = UsageReader.Read(new UsageDetails { InputTokenCount = 100, OutputTokenCount = 1, AdditionalCounts = new() { [name] = 50 } });

        Assert.Equal(new TokenUsage { UncachedInput = 50, CacheWriteShort = writeShort, CacheWriteLong = writeLong, Output = 1 }, usage);
    }

    [Fact]
    public void Counts_a_total_of_writes_and_its_parts_once()
    {
        var usage = UsageReader.Read(new UsageDetails
        {
            InputTokenCount = 100,
            AdditionalCounts = new() { ["CacheCreationInputTokens"] = 50, ["CacheWrite1hTokenCount"] = 20 },
        });

        Assert.Equal(new TokenUsage { UncachedInput = 50, CacheWriteShort = 30, CacheWriteLong = 20 }, usage);
    }

    [Fact]
    public void Does_not_take_silence_for_zero()
    {
        Assert.Null(UsageReader.Read(null));
        Assert.Null(UsageReader.Read(new UsageDetails()));
    }

    [Fact]
    public void Never_makes_a_bucket_negative()
    {
        var usage = UsageReader.Read(new UsageDetails { InputTokenCount = 10, CachedInputTokenCount = 60, OutputTokenCount = 1, ReasoningTokenCount = 5 });

        Assert.Equal(new TokenUsage { UncachedInput = 10, CacheRead = 60, Reasoning = 1 }, usage);
    }
}
