namespace Parsimony.Sandbox.Model.Tests;

public sealed class SandboxPricesTests
{
    private static readonly DateTimeOffset November = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    private static readonly SandboxUsage Million = new() { UncachedInput = 1_000_000, Output = 1_000_000 };

    // Dollars as integers of 10^12 by hand: $3 in + $15 out = 18 * 10^12.
    [Theory]
    [InlineData("anthropic", "claude-sonnet-4-6", false, 18_000_000_000_000)]
    [InlineData("anthropic", "claude-sonnet-4-6", true, 9_000_000_000_000)]
    [InlineData("anthropic", "claude-haiku-4-5-20251001", false, 6_000_000_000_000)]
    [InlineData("anthropic", "claude-haiku-4-5", true, 3_000_000_000_000)]
    [InlineData("openai", "gpt-5-mini", false, 2_250_000_000_000)]
    [InlineData("openai", "gpt-5-mini-2025-08-07", true, 1_125_000_000_000)]
    [InlineData("openai", "gpt-4o-mini", true, 375_000_000_000)]
    [InlineData("azureopenai", "gpt-4.1-mini", true, 1_000_000_000_000)]
    [InlineData("bedrock", "global.anthropic.claude-haiku-4-5-20251001-v1:0", false, 6_000_000_000_000)]
    [InlineData("cohere", "command-r-08-2024", false, 750_000_000_000)]
    [InlineData("fireworks", "accounts/fireworks/models/gpt-oss-20b", true, 185_000_000_000)]
    [InlineData("gemini", "models/gemini-2.5-flash", true, 1_400_000_000_000)]
    [InlineData("groq", "openai/gpt-oss-20b", false, 375_000_000_000)]
    [InlineData("mistral", "mistral-small-2603", false, 750_000_000_000)]
    [InlineData("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo", true, 880_000_000_000)]
    [InlineData("vertexai", "publishers/google/models/gemini-3.5-flash", false, 10_500_000_000_000)]
    [InlineData("xai", "grok-code-fast-1", false, 1_700_000_000_000)]
    [InlineData("xai", "grok-code-fast-1", true, 1_360_000_000_000)]
    public void Charges_the_published_price(string provider, string model, bool batch, long pico) =>
        Assert.Equal(pico, (long?)SandboxPrices.Price(provider, model, Million, batch, November));

    [Fact]
    public void Charges_one_token_without_rounding() =>
        Assert.Equal(25_000, (long?)SandboxPrices.Price("openai", "gpt-5-nano", new() { UncachedInput = 1 }, batch: true, November));

    [Fact]
    public void Charges_reads_and_writes_at_their_own_rates()
    {
        var usage = new SandboxUsage { UncachedInput = 1, CacheRead = 10, CacheWriteShort = 100, CacheWriteLong = 1_000 };

        // Opus 5: 5, 0.5, 6.25 and 10 dollars per million.
        Assert.Equal(5_000_000 + 5_000_000 + 625_000_000 + 10_000_000_000, (long?)SandboxPrices.Price("anthropic", "claude-opus-5", usage, false, November));
        Assert.Equal(2_500_000 + 2_500_000 + 312_500_000 + 5_000_000_000, (long?)SandboxPrices.Price("anthropic", "claude-opus-5", usage, true, November));
    }

    [Fact]
    public void Applies_a_band_to_the_whole_request_from_one_token_above_the_threshold()
    {
        var below = new SandboxUsage { UncachedInput = 90_000, CacheRead = 10_000, Output = 100 };
        var above = below with { CacheRead = 10_001 };

        Assert.Equal((90_000 * 100_000L) + (10_000 * 10_000L) + (100 * 500_000L), (long?)SandboxPrices.Price("anthropic", "claude-haiku-5-5", below, false, November));
        Assert.Equal((90_000 * 500_000L) + (10_001 * 50_000L) + (100 * 2_500_000L), (long?)SandboxPrices.Price("anthropic", "claude-haiku-5-5", above, false, November));
        Assert.Equal((90_000 * 250_000L) + (10_001 * 25_000L) + (100 * 1_250_000L), (long?)SandboxPrices.Price("anthropic", "claude-haiku-5-5", above, true, November));
    }

    [Fact]
    public void Doubles_input_and_raises_output_by_half_above_272000_tokens()
    {
        var usage = new SandboxUsage { CacheWriteShort = 272_001, Output = 2 };

        Assert.Equal((272_001 * 10_000_000L) + (2 * 30_000_000L), (long?)SandboxPrices.Price("openai", "gpt-5.6-sol", usage, false, November));
    }

    [Fact]
    public void Follows_the_cut_of_the_sonnet_5_5_read_price()
    {
        var usage = new SandboxUsage { CacheRead = 1_000 };

        Assert.Equal(200_000_000, (long?)SandboxPrices.Price("anthropic", "claude-sonnet-5-5", usage, false, new(2026, 10, 6, 23, 59, 59, TimeSpan.Zero)));
        Assert.Equal(100_000_000, (long?)SandboxPrices.Price("anthropic", "claude-sonnet-5-5", usage, false, new(2026, 10, 7, 0, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("openai", "gpt-5.3-codex", true)]
    [InlineData("openai", "gpt-image-2", false)]
    [InlineData("openai", "no-such-model", false)]
    [InlineData("elsewhere", "gpt-5-mini", false)]
    [InlineData("ollama", "qwen3:8b", false)]
    [InlineData("openaicompatible", "gpt-5-mini", false)]
    [InlineData("vertexai", "claude-haiku-4-5@20251001", false)]
    [InlineData("bedrock", "amazon.titan-embed-text-v2:0", false)]
    [InlineData("azureopenai", "gpt-5-mini", true)]
    public void Has_no_price_where_none_was_published(string provider, string model, bool batch) =>
        Assert.Null(SandboxPrices.Price(provider, model, Million, batch, November));

    [Fact]
    public void Doubles_argon_on_the_first_of_december()
    {
        var usage = new SandboxUsage { CacheRead = 1_000 };

        Assert.Equal(100_000_000, (long?)SandboxPrices.Price("gemini", "gemini-4-argon", usage, false, new(2026, 11, 30, 23, 59, 59, TimeSpan.Zero)));
        Assert.Equal(200_000_000, (long?)SandboxPrices.Price("gemini", "gemini-4-argon", usage, false, new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    // 4.50 dollars per million tokens and hour.
    [Fact]
    public void Charges_a_kept_cache_by_the_hour_where_that_is_published()
    {
        Assert.Equal(2_250_000_000_000, (long?)SandboxPrices.Storage("gemini", "gemini-2.5-pro", 1_000_000, TimeSpan.FromMinutes(30), November));
        Assert.Null(SandboxPrices.Storage("gemini", "gemini-4-argon", 1_000_000, TimeSpan.FromMinutes(30), November));
    }

    [Fact]
    public void Has_no_price_for_a_kind_of_token_without_one() =>
        Assert.Null(SandboxPrices.Price("anthropic", "claude-fable-5-2", new() { CacheRead = 1 }, false, November));

    [Fact]
    public void Halves_every_live_rate_in_batch_where_both_are_published()
    {
        foreach (var row in ClaudePrices.Rows.Concat(OpenAIPrices.Rows).Where(r => r.Batch is not null))
        {
            Assert.Equal(row.Live.Input, row.Batch?.Input * 2);
            Assert.Equal(row.Live.Output, row.Batch?.Output * 2);
            Assert.True(row.Batch?.Read is null || row.Batch.Read * 2 == row.Live.Read, row.Model);
        }
    }

    [Fact]
    public void Adds_up_below_the_first_band()
    {
        var random = new Random(3);
        foreach (var row in ClaudePrices.Rows.Concat(OpenAIPrices.Rows).Where(r => r is { Live.Read: not null, Live.WriteShort: not null, Until: null }))
        {
            var provider = ClaudePrices.Rows.Contains(row) ? "anthropic" : "openai";
            var (a, b) = (Usage(), Usage());
            var both = new SandboxUsage
            {
                UncachedInput = a.UncachedInput + b.UncachedInput,
                CacheRead = a.CacheRead + b.CacheRead,
                CacheWriteShort = a.CacheWriteShort + b.CacheWriteShort,
                Output = a.Output + b.Output,
            };

            Assert.NotNull(Price(both));
            Assert.Equal(Price(both), Price(a) + Price(b));

            Int128? Price(SandboxUsage usage) => SandboxPrices.Price(provider, row.Model, usage, batch: true, November);
        }

        SandboxUsage Usage() => new()
        {
            UncachedInput = random.Next(10_000),
            CacheRead = random.Next(10_000),
            CacheWriteShort = random.Next(10_000),
            Output = random.Next(10_000),
        };
    }

    [Fact]
    public void Names_each_model_once_for_each_time() =>
        Assert.Distinct(SandboxPrices.Rows.SelectMany(table => table.Value.Select(r => (table.Key, r.Model, r.Until))));
}
