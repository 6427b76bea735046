using System.Globalization;
using System.Text.Json;

namespace Parsimony.Providers.Tests;

/// <summary>
/// Recorded bodies against what another library makes of them, where they are at hand (<c>PARSIMONY_DATA</c>). An extra: the cases of the usage
/// readers' own tests and of the price tests stand alone.
/// </summary>
public sealed class RecordedUsageTests
{
    private static readonly DateTimeOffset August = new(2026, 8, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Rows =
        Environment.GetEnvironmentVariable("PARSIMONY_DATA") is { } folder ? File.ReadAllLines(Path.Combine(folder, "usage", "usages-200.jsonl")) : [];

    [Fact]
    public void Counts_agree_or_differ_for_a_named_reason()
    {
        var (compared, differences) = (0, new List<string>());
        foreach (var (id, model, body, expected, _) in Read())
        {
            compared++;
            var usage = Usage(model, body);
            string Of(TokenUsage? read) => read is { } u ? $"in {u.TotalInput} read {u.CacheRead} written {u.CacheWriteShort + u.CacheWriteLong} out {u.TotalOutput}" : "nothing";
            var (input, read, written, output) = (Count(expected, "input_tokens"), Count(expected, "cache_read_tokens"), Count(expected, "cache_write_tokens"), Count(expected, "output_tokens"));
            var theirs = $"in {input} read {read} written {written} out {output}";
            if (Of(usage) != theirs && Reason(input, read, written) is null)
            {
                differences.Add($"{id} {model}: ours {Of(usage)}, theirs {theirs}: {body.GetRawText()}");
            }
        }

        Assert.Empty(differences);
        Assert.Equal(Rows.Length > 0, compared > 60);
    }

    [Fact]
    public void Costs_agree_to_a_billionth_of_a_dollar_where_the_unit_price_is_the_same()
    {
        var (compared, differences) = (0, new List<string>());
        foreach (var (id, model, body, _, prices) in Read())
        {
            if (Usage(model, body) is not { } usage || prices is not var (input, output))
            {
                continue;
            }

            var (ours, theirs) = (Cost(model, usage with { Output = 0, Reasoning = 0 }), input);
            var (oursOut, theirsOut) = (Cost(model, new TokenUsage { Output = usage.Output, Reasoning = usage.Reasoning }), output);
            if (ours is null || oursOut is null)
            {
                // Models nobody sells any more, or others serve: no price is listed, and the cost is unknown rather than another model's.
                Assert.Equal($"no price is listed for {model}", PriceList.Default.Price(model, usage, PriceTier.Live, August).Source);
                continue;
            }

            compared++;
            if (Math.Abs(ours.Value - theirs) > 1e-9m || Math.Abs(oursOut.Value - theirsOut) > 1e-9m)
            {
                differences.Add(string.Create(CultureInfo.InvariantCulture, $"{id} {model}: ours {ours} + {oursOut}, theirs {theirs} + {theirsOut}: {body.GetRawText()}"));
            }
        }

        Assert.Empty(differences);
        Assert.Equal(Rows.Length > 0, compared > 20);
    }

    // An inclusive total that is smaller than its parts cannot be put right; we keep what was read and written apart, they keep the total.
    private static string? Reason(long input, long read, long written) =>
        read + written > input ? "the body contradicts itself: more read and written than there was input" : null;

    private static decimal? Cost(ModelId model, in TokenUsage usage) => PriceList.Default.Price(model, usage, PriceTier.Live, August).Usd;

    private static TokenUsage? Usage(ModelId model, JsonElement body) =>
        model.Provider == ProviderId.Anthropic ? AnthropicUsageReader.Read(body.GetProperty("usage")) : OpenAIUsageReader.ReadFrom(body, countsReasoningApart: false);

    private static IEnumerable<(string Id, ModelId Model, JsonElement Body, JsonElement Expected, (decimal Input, decimal Output)? Prices)> Read()
    {
        foreach (var row in Rows.Select(line => JsonElement.Parse(line)))
        {
            var name = row.GetProperty("model").GetString() ?? "";
            var isClaude = name.StartsWith("claude", StringComparison.Ordinal);
            foreach (var extracted in row.GetProperty("extracted").EnumerateArray())
            {
                foreach (var extractor in extracted.GetProperty("extractors").EnumerateArray())
                {
                    var (provider, flavor) = (extractor.GetProperty("provider_id").GetString(), extractor.GetProperty("api_flavor").GetString());
                    if (isClaude ? (provider, flavor) is ("anthropic", "default") : provider == "openai" && flavor is "chat" or "responses")
                    {
                        var prices = extractor.TryGetProperty("input_price", out var input) && extractor.TryGetProperty("output_price", out var output)
                            ? (Number(input), Number(output)) : ((decimal, decimal)?)null;
                        yield return (row.GetProperty("id").GetString() ?? "", new ModelId(isClaude ? ProviderId.Anthropic : ProviderId.OpenAI, name), row.GetProperty("body"), extracted.GetProperty("usage"), prices);
                    }
                }
            }
        }
    }

    private static decimal Number(JsonElement text) => decimal.Parse(text.GetString() ?? "", NumberStyles.Float, CultureInfo.InvariantCulture);

    private static long Count(JsonElement usage, string name) => usage.TryGetProperty(name, out var count) ? count.GetInt64() : 0;
}
