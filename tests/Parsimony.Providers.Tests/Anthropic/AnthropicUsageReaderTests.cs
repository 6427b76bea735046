using System.Text.Json;

namespace Parsimony.Providers.Tests;

public class AnthropicUsageReaderTests
{
    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"input_tokens":null,"output_tokens":"many"}""")]
    public void Is_unknown_when_nothing_is_readable(string usage)
    {
        Assert.Null(Read(usage));
    }

    [Fact]
    public void Tells_five_minute_and_one_hour_writes_apart()
    {
        var usage = Read("""{"input_tokens":1,"output_tokens":2,"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20}}""");

        Assert.Equal(new TokenUsage { UncachedInput = 1, Output = 2, CacheWriteShort = 10, CacheWriteLong = 20 }, usage);
    }

    [Theory]
    [InlineData("""{"input_tokens":1,"output_tokens":2,"cache_creation_input_tokens":30}""", 30, 0)]
    [InlineData("""{"input_tokens":1,"output_tokens":2,"cache_creation_input_tokens":30,"cache_creation":null}""", 30, 0)]
    [InlineData("""{"input_tokens":1,"output_tokens":2,"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_1h_input_tokens":20}}""", 10, 20)]
    [InlineData("""{"input_tokens":1,"output_tokens":2,"cache_creation_input_tokens":null,"cache_creation":{"ephemeral_1h_input_tokens":20}}""", 0, 20)]
    public void Counts_writes_once_whichever_way_they_are_told(string usage, long writeShort, long writeLong)
    {
        Assert.Equal((writeShort, writeLong), (Read(usage)!.Value.CacheWriteShort, Read(usage)!.Value.CacheWriteLong));
    }

    [Fact]
    public void Clamps_contradictory_numbers()
    {
        var usage = Read("""{"input_tokens":-5,"output_tokens":10,"output_tokens_details":{"thinking_tokens":25},"cache_read_input_tokens":4.0,"new_member":{"x":1}}""");

        Assert.Equal(new TokenUsage { UncachedInput = 0, CacheRead = 4, Output = 0, Reasoning = 10 }, usage);
    }

    [Fact]
    public void A_later_event_keeps_what_it_does_not_repeat()
    {
        var start = Read("""{"input_tokens":100,"cache_read_input_tokens":40,"cache_creation":{"ephemeral_1h_input_tokens":7},"output_tokens":1}""");

        var end = AnthropicUsageReader.Merge(start, JsonElement.Parse("""{"output_tokens":15}"""));

        Assert.Equal(new TokenUsage { UncachedInput = 100, CacheRead = 40, CacheWriteLong = 7, Output = 15 }, end);
    }

    [Fact]
    public void Agrees_with_recorded_usages_where_they_are_at_hand()
    {
        var folder = Environment.GetEnvironmentVariable("PARSIMONY_DATA");
        string[] rows = folder is null ? [] : [.. File.ReadLines(Path.Combine(folder, "usage", "usages-200.jsonl"))];
        var compared = 0;
        foreach (var row in rows.Select(r => JsonElement.Parse(r)))
        {
            var body = row.GetProperty("body");
            if (!body.TryGetProperty("usage", out var recorded) || !recorded.TryGetProperty("cache_creation", out _) || !recorded.TryGetProperty("output_tokens", out _))
            {
                continue;
            }

            var usage = AnthropicUsageReader.Read(recorded)!.Value;
            var expected = row.GetProperty("extracted")[0].GetProperty("usage");
            Assert.Equal(expected.GetProperty("input_tokens").GetInt64(), usage.TotalInput);
            Assert.Equal(expected.GetProperty("output_tokens").GetInt64(), usage.TotalOutput);
            compared++;
        }

        Assert.Equal(rows.Length > 0, compared > 0);
    }

    private static TokenUsage? Read(string usage) => AnthropicUsageReader.Read(JsonElement.Parse(usage));
}
