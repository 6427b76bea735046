namespace Parsimony.Sandbox.Model;

/// <summary>The sandbox's own list of Amazon Bedrock's prices, in pico-dollars per token.</summary>
/// <remarks>
/// Columns: input, output, cache read, write 5 minutes (GPT: 30), write 1 hour; live, then batch. Batches use no cache
/// (https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html, autumn 2026). That Nova writes at the input price is UNVERIFIED.
/// </remarks>
internal static class BedrockPrices
{
    public static PriceRow[] Rows { get; } =
    [
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json ; batch 0.5x rule; no caching in Bedrock batch,
        // read 2026-07-24
        new("global.anthropic.claude-fable-5", new(10_000_000, 50_000_000, 1_000_000, 12_500_000, 20_000_000), new(5_000_000, 25_000_000, null, null, null)),
        new("global.anthropic.claude-opus-5", new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000), new(2_500_000, 12_500_000, null, null, null)),
        new("global.anthropic.claude-opus-4-8", new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000), new(2_500_000, 12_500_000, null, null, null)),
        new("global.anthropic.claude-opus-4-7", new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000), new(2_500_000, 12_500_000, null, null, null)),
        new("global.anthropic.claude-opus-4-6-v1", new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000), new(2_500_000, 12_500_000, null, null, null)),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json (2026-07-24) ; genai-prices schedules 3/15 from
        // 2026-09-01 but Anthropic cancelled that increase; Bedrock UNVERIFIED, read 2026-07-24
        new("global.anthropic.claude-sonnet-5", new(2_000_000, 10_000_000, 200_000, 2_500_000, 4_000_000), new(1_000_000, 5_000_000, null, null, null)),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json ; batch 0.5x rule; no caching in Bedrock batch,
        // read 2026-07-24
        new("global.anthropic.claude-sonnet-4-6", new(3_000_000, 15_000_000, 300_000, 3_750_000, 6_000_000), new(1_500_000, 7_500_000, null, null, null)),
        new("global.anthropic.claude-sonnet-4-5-20250929-v1:0", new(3_000_000, 15_000_000, 300_000, 3_750_000, 6_000_000), new(1_500_000, 7_500_000, null, null, null), 200_000, 6_000_000, 22_500_000) { BatchBand = new(3_000_000, 11_250_000, null, null, null) },
        new("global.anthropic.claude-haiku-4-5-20251001-v1:0", new(1_000_000, 5_000_000, 100_000, 1_250_000, 2_000_000), new(500_000, 2_500_000, null, null, null)),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json ; regional endpoint (+10%); batch 0.5x rule,
        // read 2026-07-24
        new("us.anthropic.claude-opus-5", new(5_500_000, 27_500_000, 550_000, 6_875_000, 11_000_000), new(2_750_000, 13_750_000, null, null, null)),
        new("us.anthropic.claude-sonnet-5", new(2_200_000, 11_000_000, 220_000, 2_750_000, 4_400_000), new(1_100_000, 5_500_000, null, null, null)),
        new("us.anthropic.claude-haiku-4-5-20251001-v1:0", new(1_100_000, 5_500_000, 110_000, 1_375_000, 2_200_000), new(550_000, 2_750_000, null, null, null)),
        // https://github.com/pydantic/genai-prices/blob/main/prices/new_data/v2/data.json (newer than litellm 2026-07-24) ; batch 0.5x
        // rule, read 2026-08-21
        new("amazon.nova-micro-v1:0", new(35_000, 140_000, 8_750, 35_000, null), new(17_500, 70_000, null, null, null)),
        new("amazon.nova-lite-v1:0", new(60_000, 240_000, 15_000, 60_000, null), new(30_000, 120_000, null, null, null)),
        new("amazon.nova-pro-v1:0", new(800_000, 3_200_000, 200_000, 800_000, null), new(400_000, 1_600_000, null, null, null)),
        // https://github.com/pydantic/genai-prices/blob/main/prices/new_data/v2/data.json (newer than litellm 2026-07-24), read 2026-08-21
        new("us.amazon.nova-premier-v1:0", new(2_500_000, 12_500_000, 625_000, 2_500_000, null), null),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json, read 2026-07-24
        new("amazon.nova-2-lite-v1:0", new(300_000, 2_500_000, 75_000, 300_000, null), null),
        new("amazon.nova-2-pro-preview-20251202-v1:0", new(2_187_500, 17_500_000, 546_875, 2_187_500, null), null),
        new("meta.llama3-3-70b-instruct-v1:0", new(720_000, 720_000, null, null, null), null),
        new("meta.llama4-maverick-17b-instruct-v1:0", new(240_000, 970_000, null, null, null), new(120_000, 485_000, null, null, null)),
        new("meta.llama4-scout-17b-instruct-v1:0", new(170_000, 660_000, null, null, null), new(85_000, 330_000, null, null, null)),
        new("openai.gpt-oss-120b-1:0", new(150_000, 600_000, null, null, null), null),
        new("openai.gpt-oss-20b-1:0", new(70_000, 300_000, null, null, null), null),
        // https://github.com/pydantic/genai-prices/blob/main/prices/new_data/v2/data.json (Bedrock +10% over OpenAI pre-2026-08-21 list);
        // write = 30-minute TTL, read 2026-08-21
        new("openai.gpt-5.6-sol", new(5_500_000, 33_000_000, 550_000, 6_875_000, null), null, 272_000, 11_000_000, 49_500_000),
        // https://github.com/pydantic/genai-prices/blob/main/prices/new_data/v2/data.json; write = 30-minute TTL, read 2026-08-21
        new("openai.gpt-5.6-terra", new(2_200_000, 13_200_000, 220_000, 2_750_000, null), null, 272_000, 4_400_000, 19_800_000),
        new("openai.gpt-5.6-luna", new(220_000, 1_320_000, 22_000, 275_000, null), null, 272_000, 440_000, 1_980_000),
    ];
}
