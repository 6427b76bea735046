namespace Parsimony.Sandbox.Model;

/// <summary>The sandbox's own list of Groq's prices, in pico-dollars per token.</summary>
/// <remarks>
/// Columns: input, output, cache read, write, write long; live, then batch. Writes cost what input costs. Batch at half is UNVERIFIED by model; all input of a
/// batch costs the same, cached or not (https://console.groq.com/docs/batch, read 2026-11-20).
/// </remarks>
internal static class GroqPrices
{
    public static PriceRow[] Rows { get; } =
    [
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json ; batch 0.5x rule UNVERIFIED here, read
        // 2026-07-24
        new("openai/gpt-oss-120b", new(150_000, 600_000, 75_000, 150_000, null), new(75_000, 300_000, 75_000, 75_000, null)),
        new("openai/gpt-oss-20b", new(75_000, 300_000, 37_500, 75_000, null), new(37_500, 150_000, 37_500, 37_500, null)),
        new("llama-3.3-70b-versatile", new(590_000, 790_000, null, null, null), new(295_000, 395_000, null, null, null)),
        new("llama-3.1-8b-instant", new(50_000, 80_000, null, null, null), new(25_000, 40_000, null, null, null)),
        new("meta-llama/llama-4-maverick-17b-128e-instruct", new(200_000, 600_000, null, null, null), new(100_000, 300_000, null, null, null)),
        new("meta-llama/llama-4-scout-17b-16e-instruct", new(110_000, 340_000, null, null, null), new(55_000, 170_000, null, null, null)),
        new("moonshotai/kimi-k2-instruct-0905", new(1_000_000, 3_000_000, 500_000, 1_000_000, null), new(500_000, 1_500_000, 500_000, 500_000, null)),
        new("qwen/qwen3-32b", new(290_000, 590_000, null, null, null), new(145_000, 295_000, null, null, null)),
    ];
}
