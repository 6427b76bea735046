namespace Parsimony.Sandbox.Model;

/// <summary>The sandbox's own list of OpenAI's prices, in pico-dollars per token.</summary>
/// <remarks>
/// $1 per million tokens is 1,000,000 pico-dollars per token. Columns: input, output, cache read, write 30 minutes, write 12 hours; live, then
/// batch. Batch writes as half of live writes and the batch band as half of the long band are UNVERIFIED for OpenAI. Rows with a batch price but
/// no cached batch price bill a read at the batch input price; rows without a batch price have none, which is not the same as half.
/// </remarks>
internal static class OpenAIPrices
{
    public static PriceRow[] Rows { get; } =
    [
        // https://developers.openai.com/api/docs/pricing ; https://developers.openai.com/api/docs/models/gpt-6.1-sol ; write column =
        // 30-minute TTL, read 2026-10-13
        new("gpt-6.1-sol", new(2_000_000, 10_000_000, 100_000, 2_500_000, null), new(1_000_000, 5_000_000, 50_000, 1_250_000, null), 272_000, 4_000_000, 15_000_000),
        // https://developers.openai.com/api/docs/pricing ; https://docs.litellm.ai/blog/gpt-6-1-terra ; write columns = 30-minute TTL and
        // 12-hour TTL (12h UNVERIFIED: one third-party source), read 2026-10-27
        new("gpt-6.1-terra", new(1_000_000, 5_000_000, 50_000, 1_250_000, 2_500_000), new(500_000, 2_500_000, 25_000, 625_000, 1_250_000), 272_000, 2_000_000, 7_500_000),
        // https://developers.openai.com/api/docs/pricing ; write column = 30-minute TTL, read 2026-09-22
        new("gpt-6-astra", new(10_000_000, 50_000_000, 1_000_000, 12_500_000, null), new(5_000_000, 25_000_000, 500_000, 6_250_000, null), 272_000, 20_000_000, 75_000_000),
        new("gpt-6-sol", new(2_000_000, 10_000_000, 200_000, 2_500_000, null), new(1_000_000, 5_000_000, 100_000, 1_250_000, null), 272_000, 4_000_000, 15_000_000),
        new("gpt-6-luna", new(100_000, 500_000, 10_000, 125_000, null), new(50_000, 250_000, 5_000, 62_500, null), 272_000, 200_000, 750_000),
        // https://developers.openai.com/api/docs/pricing ; was 5/30 until 2026-08-21 ; write column = 30-minute TTL, read 2026-09-22
        new("gpt-5.6-sol", new(4_000_000, 20_000_000, 400_000, 5_000_000, null), new(2_000_000, 10_000_000, 200_000, 2_500_000, null), 272_000, 8_000_000, 30_000_000),
        // https://developers.openai.com/api/docs/pricing ; was 2.5/15 until 2026-07-30 ; write column = 30-minute TTL, read 2026-10-27
        new("gpt-5.6-terra", new(2_000_000, 12_000_000, 200_000, 2_500_000, null), new(1_000_000, 6_000_000, 100_000, 1_250_000, null), 272_000, 4_000_000, 18_000_000),
        // https://developers.openai.com/api/docs/pricing ; was 1/6 until 2026-07-30 ; write column = 30-minute TTL, read 2026-09-22
        new("gpt-5.6-luna", new(200_000, 1_200_000, 20_000, 250_000, null), new(100_000, 600_000, 10_000, 125_000, null), 272_000, 400_000, 1_800_000),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json, read 2026-07-24
        new("gpt-5.5", new(5_000_000, 30_000_000, 500_000, null, null), new(2_500_000, 15_000_000, 250_000, null, null), 272_000, 10_000_000, 45_000_000),
        new("gpt-5.5-pro", new(30_000_000, 180_000_000, 3_000_000, null, null), new(15_000_000, 90_000_000, null, null, null), 272_000, 60_000_000, 270_000_000),
        new("gpt-5.4", new(2_500_000, 15_000_000, 250_000, null, null), new(1_250_000, 7_500_000, 125_000, null, null), 272_000, 5_000_000, 22_500_000),
        new("gpt-5.4-pro", new(30_000_000, 180_000_000, 3_000_000, null, null), new(15_000_000, 90_000_000, null, null, null), 272_000, 60_000_000, 270_000_000),
        new("gpt-5.4-mini", new(750_000, 4_500_000, 75_000, null, null), new(375_000, 2_250_000, 37_500, null, null)),
        new("gpt-5.4-nano", new(200_000, 1_250_000, 20_000, null, null), new(100_000, 625_000, 10_000, null, null)),
        new("gpt-5.3-codex", new(1_750_000, 14_000_000, 175_000, null, null), null),
        new("gpt-5.2", new(1_750_000, 14_000_000, 175_000, null, null), new(875_000, 7_000_000, 87_500, null, null)),
        new("gpt-5.2-pro", new(21_000_000, 168_000_000, null, null, null), new(10_500_000, 84_000_000, null, null, null)),
        new("gpt-5.1", new(1_250_000, 10_000_000, 125_000, null, null), new(625_000, 5_000_000, 62_500, null, null)),
        new("gpt-5.1-codex-mini", new(250_000, 2_000_000, 25_000, null, null), null),
        new("gpt-5", new(1_250_000, 10_000_000, 125_000, null, null), new(625_000, 5_000_000, 62_500, null, null)),
        new("gpt-5-mini", new(250_000, 2_000_000, 25_000, null, null), new(125_000, 1_000_000, 12_500, null, null)),
        new("gpt-5-nano", new(50_000, 400_000, 5_000, null, null), new(25_000, 200_000, 2_500, null, null)),
        new("gpt-5-pro", new(15_000_000, 120_000_000, null, null, null), new(7_500_000, 60_000_000, null, null, null)),
        new("gpt-4.1", new(2_000_000, 8_000_000, 500_000, null, null), new(1_000_000, 4_000_000, null, null, null)),
        new("gpt-4.1-mini", new(400_000, 1_600_000, 100_000, null, null), new(200_000, 800_000, null, null, null)),
        new("gpt-4.1-nano", new(100_000, 400_000, 25_000, null, null), new(50_000, 200_000, null, null, null)),
        new("gpt-4o", new(2_500_000, 10_000_000, 1_250_000, null, null), new(1_250_000, 5_000_000, null, null, null)),
        new("gpt-4o-mini", new(150_000, 600_000, 75_000, null, null), new(75_000, 300_000, null, null, null)),
        new("o3", new(2_000_000, 8_000_000, 500_000, null, null), new(1_000_000, 4_000_000, null, null, null)) { FlexRead = 250_000 },
        new("o3-pro", new(20_000_000, 80_000_000, null, null, null), new(10_000_000, 40_000_000, null, null, null)),
        new("o3-mini", new(1_100_000, 4_400_000, 550_000, null, null), new(550_000, 2_200_000, null, null, null)),
        new("o4-mini", new(1_100_000, 4_400_000, 275_000, null, null), new(550_000, 2_200_000, null, null, null)) { FlexRead = 137_500 },
        new("o3-deep-research", new(10_000_000, 40_000_000, 2_500_000, null, null), new(5_000_000, 20_000_000, null, null, null)),
        new("text-embedding-3-large", new(130_000, null, null, null, null), new(65_000, null, null, null, null)),
        new("text-embedding-3-small", new(20_000, null, null, null, null), new(10_000, null, null, null, null)),
        new("text-embedding-ada-002", new(100_000, null, null, null, null), new(50_000, null, null, null, null)),
    ];
}
