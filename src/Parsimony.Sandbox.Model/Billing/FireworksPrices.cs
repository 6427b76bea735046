namespace Parsimony.Sandbox.Model;

/// <summary>The sandbox's own list of Fireworks' prices, in pico-dollars per token.</summary>
/// <remarks>
/// Columns: input, output, cache read, write, write long; live, then batch. Writes cost what input costs. Batch at half is by the guide
/// (https://docs.fireworks.ai/guides/batch-inference, read 2026-11-20), UNVERIFIED by model; a cached token of a batch costs what input costs there.
/// </remarks>
internal static class FireworksPrices
{
    public static PriceRow[] Rows { get; } =
    [
        // https://github.com/pydantic/genai-prices/blob/main/prices/new_data/v2/data.json (newer than litellm 2026-07-24), read 2026-08-21
        new("gpt-oss-120b", new(150_000, 600_000, 14_000, 150_000, null), new(75_000, 300_000, 75_000, 75_000, null)),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json, read 2026-07-24
        new("gpt-oss-20b", new(70_000, 300_000, 35_000, 70_000, null), new(35_000, 150_000, 35_000, 35_000, null)),
        new("deepseek-v4-pro", new(1_740_000, 3_480_000, 145_000, 1_740_000, null), new(870_000, 1_740_000, 870_000, 870_000, null)),
        new("deepseek-v4-flash", new(140_000, 280_000, 28_000, 140_000, null), new(70_000, 140_000, 70_000, 70_000, null)),
        new("glm-5p2", new(1_400_000, 4_400_000, 140_000, 1_400_000, null), new(700_000, 2_200_000, 700_000, 700_000, null)),
        new("kimi-k2p6", new(950_000, 4_000_000, 160_000, 950_000, null), new(475_000, 2_000_000, 475_000, 475_000, null)),
        new("minimax-m3", new(300_000, 1_200_000, 60_000, 300_000, null), new(150_000, 600_000, 150_000, 150_000, null)),
        new("qwen3p7-plus", new(400_000, 1_600_000, 80_000, 400_000, null), new(200_000, 800_000, 200_000, 200_000, null)),
    ];
}
