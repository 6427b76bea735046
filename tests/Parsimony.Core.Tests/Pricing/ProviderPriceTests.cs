namespace Parsimony.Core.Tests;

/// <summary>Known answers of every provider, each computed by hand from what its source says.</summary>
public sealed class ProviderPriceTests
{
    // One million tokens of each kind by itself, priced in thousands so that no band is reached; "-" is unknown.
    [Theory]
    [InlineData("azureOpenAI/gpt-5-mini", PriceTier.Live, "0.25", "2", "0.025")]
    [InlineData("azureOpenAI/gpt-4.1-mini", PriceTier.Batch, "0.2", "0.8", "0.2")]
    [InlineData("azureOpenAI/gpt-5.6-luna", PriceTier.Live, "0.2", "1.2", "0.02")]
    [InlineData("azureOpenAI/gpt-5-mini", PriceTier.Batch, "-", "-", "-")]
    [InlineData("azureOpenAI/o4-mini", PriceTier.Live, "1.1", "4.4", "0.275")]
    [InlineData("bedrock/global.anthropic.claude-sonnet-4-5-20250929-v1:0", PriceTier.Live, "3", "15", "0.3")]
    [InlineData("bedrock/global.anthropic.claude-sonnet-4-5-20250929-v1:0", PriceTier.Batch, "1.5", "7.5", "-")]
    [InlineData("bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0", PriceTier.Live, "1.1", "5.5", "0.11")]
    [InlineData("bedrock/amazon.nova-lite-v1:0", PriceTier.Live, "0.06", "0.24", "0.015")]
    [InlineData("bedrock/amazon.nova-micro-v1:0", PriceTier.Batch, "0.0175", "0.07", "-")]
    [InlineData("bedrock/meta.llama3-3-70b-instruct-v1:0", PriceTier.Live, "0.72", "0.72", "-")]
    [InlineData("cohere/command-r-08-2024", PriceTier.Live, "0.15", "0.6", "-")]
    [InlineData("cohere/command-a-03-2025", PriceTier.Batch, "-", "-", "-")]
    [InlineData("fireworks/gpt-oss-120b", PriceTier.Live, "0.15", "0.6", "0.014")]
    [InlineData("fireworks/accounts/fireworks/models/deepseek-v4-flash", PriceTier.Live, "0.14", "0.28", "0.028")]
    [InlineData("fireworks/gpt-oss-20b", PriceTier.Batch, "0.035", "0.15", "0.035")]
    [InlineData("gemini/gemini-2.5-flash", PriceTier.Live, "0.3", "2.5", "0.03")]
    [InlineData("gemini/gemini-2.5-flash", PriceTier.Batch, "0.15", "1.25", "0.03")]
    [InlineData("gemini/gemini-3.8-flash", PriceTier.Batch, "0.375", "1.875", "0.0375")]
    [InlineData("gemini/gemini-3.8-flash", PriceTier.Flex, "0.375", "1.875", "0.0375")]
    [InlineData("gemini/gemini-2.5-pro", PriceTier.Batch, "0.625", "5", "0.125")]
    [InlineData("groq/openai/gpt-oss-20b", PriceTier.Live, "0.075", "0.3", "0.0375")]
    [InlineData("groq/openai/gpt-oss-20b", PriceTier.Batch, "0.0375", "0.15", "0.0375")]
    [InlineData("groq/llama-3.1-8b-instant", PriceTier.Batch, "0.025", "0.04", "-")]
    [InlineData("mistral/mistral-small-2603", PriceTier.Live, "0.15", "0.6", "0.015")]
    [InlineData("mistral/mistral-medium-3-5", PriceTier.Batch, "0.75", "3.75", "0.75")]
    [InlineData("together/meta-llama/Llama-3.3-70B-Instruct-Turbo", PriceTier.Live, "0.88", "0.88", "-")]
    [InlineData("together/meta-llama/Llama-3.3-70B-Instruct-Turbo", PriceTier.Batch, "0.44", "0.44", "-")]
    [InlineData("together/openai/gpt-oss-120b", PriceTier.Batch, "0.15", "0.6", "-")]
    [InlineData("together/deepseek-ai/DeepSeek-R1", PriceTier.Batch, "-", "-", "-")]
    [InlineData("vertexAI/gemini-3.5-flash", PriceTier.Live, "1.5", "9", "0.15")]
    [InlineData("vertexAI/gemini-3.7-flash", PriceTier.Batch, "0.375", "1.875", "0.075")]
    [InlineData("xai/grok-4.5", PriceTier.Live, "2", "6", "0.5")]
    [InlineData("xai/grok-4.3", PriceTier.Batch, "-", "-", "-")]
    public void Prices_input_output_and_cached_input(string model, PriceTier tier, string input, string output, string read)
    {
        var actual = new[] { Given.Tokens(input: 1_000), Given.Tokens(output: 1_000), Given.Tokens(read: 1_000) }.Select(usage => Text(model, usage, tier));

        Assert.Equal([input, output, read], actual);
    }

    /// <summary>No price of these could be read: the cost is unknown, and says of what.</summary>
    [Theory]
    [InlineData("vertexAI/claude-haiku-4-5@20251001", PriceTier.Live)]
    [InlineData("vertexAI/publishers/anthropic/models/claude-sonnet-5", PriceTier.Batch)]
    [InlineData("bedrock/amazon.titan-embed-text-v2:0", PriceTier.Live)]
    public void Says_of_which_model_there_is_no_price(string model, PriceTier tier)
    {
        var cost = PriceList.Default.Price(ModelId.Parse(model), Given.Tokens(input: 1_000), tier, new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));

        Assert.Null(cost.Usd);
        Assert.Contains(model, cost.Source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bedrock/global.anthropic.claude-opus-4-7", "6.25", "10")]
    [InlineData("bedrock/us.anthropic.claude-opus-5", "6.875", "11")]
    [InlineData("bedrock/openai.gpt-5.6-terra", "2.75", "-")]
    [InlineData("azureOpenAI/gpt-5.6-sol", "6.25", "-")]
    [InlineData("azureOpenAI/gpt-4o", "2.5", "-")]
    [InlineData("gemini/gemini-2.5-pro", "1.25", "-")]
    [InlineData("groq/openai/gpt-oss-120b", "0.15", "-")]
    [InlineData("xai/grok-4-0709", "3", "-")]
    public void Prices_what_is_written_to_a_cache(string model, string shorter, string longer) =>
        Assert.Equal([shorter, longer], new[] { Given.Tokens(writeShort: 1_000), Given.Tokens(writeLong: 1_000) }.Select(usage => Text(model, usage, PriceTier.Live)));

    [Theory]
    [InlineData("azureOpenAI/gpt-5.4", PriceTier.Live, 272_000, "5", "22.5", "0.5")]
    [InlineData("bedrock/openai.gpt-5.6-luna", PriceTier.Live, 272_000, "0.44", "1.98", "0.044")]
    [InlineData("gemini/gemini-2.5-pro", PriceTier.Live, 200_000, "2.5", "15", "0.25")]
    [InlineData("gemini/gemini-3.1-pro-preview", PriceTier.Batch, 200_000, "2", "9", "0.4")]
    [InlineData("vertexAI/gemini-2.5-pro", PriceTier.Batch, 200_000, "1.25", "7.5", "0.25")]
    [InlineData("xai/grok-4.3", PriceTier.Live, 200_000, "2.5", "5", "0.4")]
    [InlineData("xai/grok-4-1-fast-reasoning", PriceTier.Live, 128_000, "0.4", "1", "0.1")]
    public void A_longer_prompt_is_billed_by_its_band_as_a_whole(string model, PriceTier tier, int above, string input, string output, string read)
    {
        decimal Usd(TokenUsage usage) => Given.Prices.Price(ModelId.Parse(model), usage, tier, Given.November).Usd ?? -1;
        decimal Of(string price) => decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture) / 1_000_000;

        Assert.Equal((above * Of(input)) + (10 * Of(output)) + (1_000 * Of(read)), Usd(Given.Tokens(input: above, output: 10, read: 1_000)));
        Assert.True(Usd(Given.Tokens(input: above)) * 1.5m < Usd(Given.Tokens(input: above + 1)));
    }

    [Theory]
    [InlineData("gemini/gemini-4-argon", 2026, 11, 30, 2, 10, 0.1)]
    [InlineData("gemini/gemini-4-argon", 2026, 12, 1, 4, 20, 0.2)]
    [InlineData("gemini/gemini-3.6-flash", 2026, 12, 31, 0.75, 3.75, 0.075)]
    [InlineData("gemini/gemini-3.6-flash", 2027, 1, 1, 1.5, 7.5, 0.15)]
    [InlineData("vertexAI/gemini-3.8-flash", 2027, 1, 1, 1.5, 7.5, 0.15)]
    public void Introductory_prices_end_on_their_day(string model, int year, int month, int day, double input, double output, double read)
    {
        decimal? Usd(TokenUsage usage) => Given.Prices.Price(ModelId.Parse(model), usage, PriceTier.Live, Given.Day(year, month, day)).Usd * 1_000;

        Assert.Equal(((decimal?)(decimal)input, (decimal?)(decimal)output, (decimal?)(decimal)read), (Usd(Given.Tokens(1_000)), Usd(Given.Tokens(output: 1_000)), Usd(Given.Tokens(read: 1_000))));
    }

    [Theory]
    [InlineData("gemini/gemini-2.5-pro", 2026, 4.5)]
    [InlineData("gemini/gemini-3.8-flash", 2026, 0.5)]
    [InlineData("gemini/gemini-3.8-flash", 2027, 1.0)]
    [InlineData("gemini/gemini-4-argon", 2026, null)]
    [InlineData("gemini/gemini-3.5-flash-lite", 2026, null)]
    public void Keeping_a_gemini_cache_costs_by_the_hour_where_that_is_published(string model, int year, double? usd) =>
        Assert.Equal((decimal?)usd, Given.Prices.PriceStorage(ModelId.Parse(model), 500_000, TimeSpan.FromHours(2), year == 2026 ? Given.November : Given.Day(2027, 1, 1)).Usd);

    [Theory]
    [InlineData("azureOpenAI/gpt-5", PriceTier.Live, false)]
    [InlineData("azureOpenAI/gpt-5", PriceTier.Batch, true)]
    [InlineData("azureOpenAI/gpt-4.1", PriceTier.Batch, false)]
    [InlineData("bedrock/global.anthropic.claude-sonnet-5", PriceTier.Live, true)]
    [InlineData("bedrock/global.anthropic.claude-opus-5", PriceTier.Batch, false)]
    [InlineData("fireworks/kimi-k2p6", PriceTier.Batch, true)]
    [InlineData("groq/qwen/qwen3-32b", PriceTier.Batch, true)]
    [InlineData("mistral/mistral-embed", PriceTier.Batch, true)]
    [InlineData("vertexAI/gemini-2.5-flash", PriceTier.Live, true)]
    public void What_nobody_confirmed_is_an_estimate(string model, PriceTier tier, bool isEstimate)
    {
        var cost = Given.Prices.Price(ModelId.Parse(model), Given.Tokens(1_000), tier, Given.November);

        Assert.True(cost.IsKnown);
        Assert.Equal(isEstimate, cost.IsEstimate);
    }

    [Fact]
    public void Every_gemini_price_is_listed_for_vertex_and_none_of_them_as_confirmed()
    {
        var lines = Given.Prices.Lines(new DateOnly(2026, 11, 20));

        string[] Models(string provider) => [.. lines.Where(line => line.Model.Provider.Value == provider).Select(line => line.Model.Name).Distinct()];

        Assert.NotEmpty(Models("gemini"));
        Assert.Equal(Models("gemini"), Models("vertexAI"));
        Assert.DoesNotContain(lines, line => line.Model.Provider.Value == "vertexAI" && line.IsVerified);
    }

    [Theory]
    [InlineData("ollama")]
    [InlineData("openAICompatible")]
    public void Servers_of_ones_own_have_no_listed_price(string provider) =>
        Assert.DoesNotContain(Given.Prices.Lines(new DateOnly(2026, 11, 20)), line => line.Model.Provider.Value == provider);

    private static string Text(string model, TokenUsage usage, PriceTier tier) =>
        (Given.Prices.Price(ModelId.Parse(model), usage, tier, Given.November).Usd * 1_000)?.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture) ?? "-";
}
