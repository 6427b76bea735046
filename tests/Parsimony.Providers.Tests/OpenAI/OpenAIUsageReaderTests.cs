using System.Text.Json;

namespace Parsimony.Providers.Tests;

public sealed class OpenAIUsageReaderTests
{
    [Theory]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":50,"prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":10},"completion_tokens_details":{"reasoning_tokens":20}}""", 30, 60, 10, 30, 20)]
    [InlineData("""{"input_tokens":100,"output_tokens":50,"input_tokens_details":{"cached_tokens":60},"output_tokens_details":{"reasoning_tokens":50}}""", 40, 60, 0, 0, 50)]
    [InlineData("""{"prompt_tokens":8,"total_tokens":8}""", 8, 0, 0, 0, 0)]
    [InlineData("""{"prompt_tokens":8,"total_tokens":11}""", 8, 0, 0, 3, 0)]
    [InlineData("""{"prompt_tokens":8,"completion_tokens":2,"prompt_tokens_details":null,"completion_tokens_details":{"reasoning_tokens":null}}""", 8, 0, 0, 2, 0)]
    [InlineData("""{"prompt_tokens":8,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":null},"new_member":{"a":1}}""", 8, 0, 0, 2, 0)]
    [InlineData("""{"prompt_tokens":8,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":99,"cache_write_tokens":5},"completion_tokens_details":{"reasoning_tokens":7}}""", 0, 8, 0, 0, 2)]
    [InlineData("""{"prompt_tokens":-8,"completion_tokens":-2,"prompt_tokens_details":{"cached_tokens":-1}}""", 0, 0, 0, 0, 0)]
    public void Puts_every_token_in_one_bucket(string usage, long uncached, long read, long written, long output, long reasoning)
    {
        using var document = JsonDocument.Parse(usage);
        Assert.Equal(
            new TokenUsage { UncachedInput = uncached, CacheRead = read, CacheWriteShort = written, Output = output, Reasoning = reasoning },
            OpenAIUsageReader.Read(document.RootElement, countsReasoningApart: false));
    }

    [Theory]
    [InlineData("""{"usage":null}""")]
    [InlineData("""{}""")]
    [InlineData("""{"usage":{}}""")]
    [InlineData("""{"usage":{"prompt_tokens":"12"}}""")]
    [InlineData("""{"usage":[1]}""")]
    public void Is_unknown_when_nothing_can_be_read(string body)
    {
        using var document = JsonDocument.Parse(body);
        Assert.Null(OpenAIUsageReader.ReadFrom(document.RootElement, countsReasoningApart: false));
    }

    [Fact]
    public void Counts_generated_images()
    {
        using var document = JsonDocument.Parse("""{"created":1,"data":[{"b64_json":"AA=="},{"url":"https://x"}],"usage":{"input_tokens":5,"output_tokens":200}}""");
        Assert.Equal(new TokenUsage { UncachedInput = 5, Output = 200, Images = 2 }, OpenAIUsageReader.ReadFrom(document.RootElement, countsReasoningApart: false));
    }

    [Fact]
    public void Agrees_with_recorded_usage_where_there_is_any()
    {
        // Extra proof where recorded bodies are at hand; the cases above stand alone.
        var folder = Environment.GetEnvironmentVariable("PARSIMONY_DATA");
        var lines = folder is null ? [] : File.ReadAllLines(Path.Combine(folder, "usage", "usages-200.jsonl"));
        var compared = 0;
        foreach (var line in lines)
        {
            using var document = JsonDocument.Parse(line);
            foreach (var extracted in document.RootElement.Items("extracted"))
            {
                if (extracted.Items("extractors").Any(e => e.Text("provider_id") == "openai" && e.Text("api_flavor") is "chat" or "responses") && extracted.Object("usage") is { } expected)
                {
                    var usage = OpenAIUsageReader.ReadFrom(document.RootElement.GetProperty("body"), countsReasoningApart: false);
                    var body = document.RootElement.GetProperty("body").GetRawText();
                    if (Contradicts(expected))
                    {
                        continue;
                    }

                    Assert.True(usage is not null, body);
                    Assert.Equal((expected.Count("input_tokens") ?? 0, expected.Count("cache_read_tokens") ?? 0, expected.Count("output_tokens") ?? 0, body), (usage.Value.TotalInput, usage.Value.CacheRead, usage.Value.TotalOutput, body));
                    compared++;
                }
            }
        }

        Assert.True(folder is null || compared > 20, $"{compared} compared");
    }

    private static bool Contradicts(JsonElement usage) => usage.Count("cache_read_tokens") > usage.Count("input_tokens");
}
