namespace Parsimony.Sandbox.Model;

/// <summary>The sandbox's own list of Azure OpenAI's prices (Global Standard), in pico-dollars per token.</summary>
/// <remarks>
/// Columns: input, output, cache read, write 30 minutes, write long; live, then batch. Models before GPT-5.6 write at the input price. Batch prices that are
/// not listed are half of the live ones for models offered in batches in January 2026, UNVERIFIED; a cached token of a batch costs what input costs, UNVERIFIED.
/// </remarks>
internal static class AzurePrices
{
    public static PriceRow[] Rows { get; } =
    [
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json ; Global Standard; may lag OpenAI price cuts,
        // read 2026-07-24
        new("gpt-5.6-sol", new(5_000_000, 30_000_000, 500_000, 6_250_000, null), null, 272_000, 10_000_000, 45_000_000),
        // https://github.com/Portkey-AI/models/blob/main/pricing/azure-openai.json (litellm 2026-07-24 still had the pre-cut price), read
        // 2026-08-21
        new("gpt-5.6-terra", new(2_000_000, 12_000_000, 200_000, 2_500_000, null), null, 272_000, 4_000_000, 18_000_000),
        new("gpt-5.6-luna", new(200_000, 1_200_000, 20_000, 250_000, null), null, 272_000, 400_000, 1_800_000),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json, read 2026-07-24
        new("gpt-5.5", new(5_000_000, 30_000_000, 500_000, 5_000_000, null), null, 272_000, 10_000_000, 45_000_000),
        new("gpt-5.4", new(2_500_000, 15_000_000, 250_000, 2_500_000, null), null, 272_000, 5_000_000, 22_500_000),
        new("gpt-5.4-pro", new(30_000_000, 180_000_000, 3_000_000, 30_000_000, null), null, 272_000, 60_000_000, 270_000_000),
        new("gpt-5.4-mini", new(750_000, 4_500_000, 75_000, 750_000, null), null),
        new("gpt-5.4-nano", new(200_000, 1_250_000, 20_000, 200_000, null), null),
        new("gpt-5.2", new(1_750_000, 14_000_000, 175_000, 1_750_000, null), null),
        new("gpt-5.1", new(1_250_000, 10_000_000, 125_000, 1_250_000, null), new(625_000, 5_000_000, 625_000, 625_000, null)),
        new("gpt-5", new(1_250_000, 10_000_000, 125_000, 1_250_000, null), new(625_000, 5_000_000, 625_000, 625_000, null)),
        new("gpt-5-mini", new(250_000, 2_000_000, 25_000, 250_000, null), null),
        new("gpt-5-nano", new(50_000, 400_000, 5_000, 50_000, null), null),
        new("gpt-4.1", new(2_000_000, 8_000_000, 500_000, 2_000_000, null), new(1_000_000, 4_000_000, 1_000_000, 1_000_000, null)),
        new("gpt-4.1-mini", new(400_000, 1_600_000, 100_000, 400_000, null), new(200_000, 800_000, 200_000, 200_000, null)),
        new("gpt-4.1-nano", new(100_000, 400_000, 25_000, 100_000, null), new(50_000, 200_000, 50_000, 50_000, null)),
        new("gpt-4o", new(2_500_000, 10_000_000, 1_250_000, 2_500_000, null), new(1_250_000, 5_000_000, 1_250_000, 1_250_000, null)),
        // https://github.com/Portkey-AI/models/blob/main/pricing/azure-openai.json (litellm 0.165/0.66 is the regional rate), read
        // 2026-08-21
        new("gpt-4o-mini", new(150_000, 600_000, 75_000, 150_000, null), new(75_000, 300_000, 75_000, 75_000, null)),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json, read 2026-07-24
        new("o3", new(2_000_000, 8_000_000, 500_000, 2_000_000, null), new(1_000_000, 4_000_000, 1_000_000, 1_000_000, null)),
        new("o3-mini", new(1_100_000, 4_400_000, 550_000, 1_100_000, null), new(550_000, 2_200_000, 550_000, 550_000, null)),
        // https://github.com/pydantic/genai-prices/blob/main/prices/new_data/v2/data.json (newer than litellm 2026-07-24), read 2026-08-21
        new("o4-mini", new(1_100_000, 4_400_000, 275_000, 1_100_000, null), new(550_000, 2_200_000, 550_000, 550_000, null)),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json, read 2026-07-24
        new("text-embedding-3-large", new(130_000, null, null, null, null), null),
        new("text-embedding-3-small", new(20_000, null, null, null, null), null),
    ];
}
