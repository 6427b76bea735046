namespace Parsimony.Sandbox.Model;

/// <summary>The sandbox's own list of Bedrock's prices, in pico-dollars per token; ids with a profile (<c>global.</c>, <c>us.</c>) have their own.</summary>
/// <remarks>
/// $1 per million tokens is 1,000,000 pico-dollars per token. Columns: input, output, cache read, write 5 minutes, write 1 hour; live, then batch, which has no cache. Prices of AWS
/// are published on pages too large to read; these are what BerriAI/litellm model_prices_and_context_window.json (2026-07-24) and pydantic/genai-prices (2026-08-21) quote.
/// Where no batch price was found there is none here either.
/// </remarks>
internal static class BedrockPrices
{
    public static PriceRow[] Rows { get; } =
    [
        new("global.anthropic.claude-fable-5", new(10_000_000, 50_000_000, 1_000_000, 12_500_000, 20_000_000), new(5_000_000, 25_000_000, null, null, null)),
        new("global.anthropic.claude-opus-5", new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000), new(2_500_000, 12_500_000, null, null, null)),
        new("global.anthropic.claude-opus-4-8", new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000), new(2_500_000, 12_500_000, null, null, null)),
        new("global.anthropic.claude-opus-4-7", new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000), new(2_500_000, 12_500_000, null, null, null)),
        new("global.anthropic.claude-opus-4-6-v1", new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000), new(2_500_000, 12_500_000, null, null, null)),
        new("global.anthropic.claude-sonnet-5", new(2_000_000, 10_000_000, 200_000, 2_500_000, 4_000_000), new(1_000_000, 5_000_000, null, null, null)),
        new("global.anthropic.claude-sonnet-4-6", new(3_000_000, 15_000_000, 300_000, 3_750_000, 6_000_000), new(1_500_000, 7_500_000, null, null, null)),
        new("global.anthropic.claude-sonnet-4-5-20250929-v1:0", new(3_000_000, 15_000_000, 300_000, 3_750_000, 6_000_000), new(1_500_000, 7_500_000, null, null, null), 200_000, 6_000_000, 22_500_000),
        new("global.anthropic.claude-haiku-4-5-20251001-v1:0", new(1_000_000, 5_000_000, 100_000, 1_250_000, 2_000_000), new(500_000, 2_500_000, null, null, null)),
        new("us.anthropic.claude-opus-5", new(5_500_000, 27_500_000, 550_000, 6_875_000, 11_000_000), new(2_750_000, 13_750_000, null, null, null)),
        new("us.anthropic.claude-sonnet-5", new(2_200_000, 11_000_000, 220_000, 2_750_000, 4_400_000), new(1_100_000, 5_500_000, null, null, null)),
        new("us.anthropic.claude-haiku-4-5-20251001-v1:0", new(1_100_000, 5_500_000, 110_000, 1_375_000, 2_200_000), new(550_000, 2_750_000, null, null, null)),
        new("amazon.nova-micro-v1:0", new(35_000, 140_000, 8_750, null, null), new(17_500, 70_000, null, null, null)),
        new("amazon.nova-lite-v1:0", new(60_000, 240_000, 15_000, null, null), new(30_000, 120_000, null, null, null)),
        new("amazon.nova-pro-v1:0", new(800_000, 3_200_000, 200_000, null, null), new(400_000, 1_600_000, null, null, null)),
        new("us.amazon.nova-premier-v1:0", new(2_500_000, 12_500_000, 625_000, null, null), null),
        new("amazon.nova-2-lite-v1:0", new(300_000, 2_500_000, 75_000, null, null), null),
        new("amazon.nova-2-pro-preview-20251202-v1:0", new(2_187_500, 17_500_000, 546_875, null, null), null),
        new("meta.llama3-3-70b-instruct-v1:0", new(720_000, 720_000, null, null, null), null),
        new("meta.llama4-maverick-17b-instruct-v1:0", new(240_000, 970_000, null, null, null), new(120_000, 485_000, null, null, null)),
        new("meta.llama4-scout-17b-instruct-v1:0", new(170_000, 660_000, null, null, null), new(85_000, 330_000, null, null, null)),
        new("openai.gpt-oss-120b-1:0", new(150_000, 600_000, null, null, null), null),
        new("openai.gpt-oss-20b-1:0", new(70_000, 300_000, null, null, null), null),
        new("openai.gpt-5.6-sol", new(5_500_000, 33_000_000, 550_000, 6_875_000, null), null, 272_000, 11_000_000, 49_500_000),
        new("openai.gpt-5.6-terra", new(2_200_000, 13_200_000, 220_000, 2_750_000, null), null, 272_000, 4_400_000, 19_800_000),
        new("openai.gpt-5.6-luna", new(220_000, 1_320_000, 22_000, 275_000, null), null, 272_000, 440_000, 1_980_000),
    ];
}
