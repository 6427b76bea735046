namespace Parsimony.Sandbox.Model;

/// <summary>The sandbox's own list of Gemini's prices, in pico-dollars per token.</summary>
/// <remarks>
/// Columns: input, output, cache read, write, write long; live, then batch. Making a cache costs what input costs, keeping one what StoragePerHour says. A cached
/// token costs in a batch what it costs live unless the price page has a batch price for it (https://ai.google.dev/gemini-api/docs/batch-api). The batch band at half
/// is UNVERIFIED, and so is the storage of 3.1 Flash-Lite and 2.0.
/// </remarks>
internal static class GeminiPrices
{
    public static PriceRow[] Rows { get; } =
    [
        // https://ai.google.dev/gemini-api/docs/pricing ; introductory price through 2026-11-30; implicit caching only; unified 1M
        // input+output window, read 2026-10-13
        new("gemini-4-argon", new(2_000_000, 10_000_000, 100_000, 2_000_000, null), new(1_000_000, 5_000_000, 100_000, 1_000_000, null)) { Until = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero) },
        new("gemini-4-argon", new(4_000_000, 20_000_000, 200_000, 4_000_000, null), new(2_000_000, 10_000_000, 200_000, 2_000_000, null)),
        // https://ai.google.dev/gemini-api/docs/pricing ; introductory price through 2026-12-31; storage 0.50/M tok/h, read 2026-09-23
        new("gemini-3.8-flash", new(750_000, 3_750_000, 75_000, 750_000, null), new(375_000, 1_875_000, 37_500, 375_000, null)) { Until = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), StoragePerHour = 500_000 },
        new("gemini-3.8-flash", new(1_500_000, 7_500_000, 150_000, 1_500_000, null), new(750_000, 3_750_000, 75_000, 750_000, null)) { StoragePerHour = 1_000_000 },
        new("gemini-3.7-flash", new(750_000, 3_750_000, 75_000, 750_000, null), new(375_000, 1_875_000, 37_500, 375_000, null)) { Until = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), StoragePerHour = 500_000 },
        new("gemini-3.7-flash", new(1_500_000, 7_500_000, 150_000, 1_500_000, null), new(750_000, 3_750_000, 75_000, 750_000, null)) { StoragePerHour = 1_000_000 },
        new("gemini-3.6-flash", new(750_000, 3_750_000, 75_000, 750_000, null), new(375_000, 1_875_000, 75_000, 375_000, null)) { Until = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), StoragePerHour = 500_000 },
        new("gemini-3.6-flash", new(1_500_000, 7_500_000, 150_000, 1_500_000, null), new(750_000, 3_750_000, 150_000, 750_000, null)) { StoragePerHour = 1_000_000 },
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json, read 2026-07-24
        new("gemini-3.5-flash", new(1_500_000, 9_000_000, 150_000, 1_500_000, null), new(750_000, 4_500_000, 150_000, 750_000, null)) { StoragePerHour = 1_000_000 },
        new("gemini-3.5-flash-lite", new(300_000, 2_500_000, 30_000, 300_000, null), new(150_000, 1_250_000, 30_000, 150_000, null)),
        new("gemini-3.1-pro-preview", new(2_000_000, 12_000_000, 200_000, 2_000_000, null), new(1_000_000, 6_000_000, 200_000, 1_000_000, null), 200_000, 4_000_000, 18_000_000) { StoragePerHour = 4_500_000, BatchBand = new(2_000_000, 9_000_000, 400_000, 2_000_000, null) },
        new("gemini-3.1-flash-lite", new(250_000, 1_500_000, 25_000, 250_000, null), new(125_000, 750_000, 25_000, 125_000, null)) { StoragePerHour = 1_000_000 },
        new("gemini-3-pro-preview", new(2_000_000, 12_000_000, 200_000, 2_000_000, null), new(1_000_000, 6_000_000, 200_000, 1_000_000, null), 200_000, 4_000_000, 18_000_000) { BatchBand = new(2_000_000, 9_000_000, 400_000, 2_000_000, null) },
        new("gemini-3-flash-preview", new(500_000, 3_000_000, 50_000, 500_000, null), new(250_000, 1_500_000, 50_000, 250_000, null)),
        new("gemini-2.5-pro", new(1_250_000, 10_000_000, 125_000, 1_250_000, null), new(625_000, 5_000_000, 125_000, 625_000, null), 200_000, 2_500_000, 15_000_000) { StoragePerHour = 4_500_000, BatchBand = new(1_250_000, 7_500_000, 250_000, 1_250_000, null) },
        new("gemini-2.5-flash", new(300_000, 2_500_000, 30_000, 300_000, null), new(150_000, 1_250_000, 30_000, 150_000, null)) { StoragePerHour = 1_000_000 },
        new("gemini-2.5-flash-lite", new(100_000, 400_000, 10_000, 100_000, null), new(50_000, 200_000, 10_000, 50_000, null)) { StoragePerHour = 1_000_000 },
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json ; 2.0 Flash shut down 2026-06-01, read
        // 2026-07-24
        new("gemini-2.0-flash", new(100_000, 400_000, 25_000, 100_000, null), new(50_000, 200_000, 25_000, 50_000, null)) { StoragePerHour = 1_000_000 },
        new("gemini-2.0-flash-lite", new(75_000, 300_000, 18_750, 75_000, null), new(37_500, 150_000, 18_750, 37_500, null)) { StoragePerHour = 1_000_000 },
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json, read 2026-07-24
        new("gemini-embedding-001", new(150_000, null, null, null, null), new(75_000, null, null, null, null)),
        new("gemini-embedding-2", new(200_000, null, null, null, null), new(100_000, null, null, null, null)),
    ];
}
