namespace Parsimony.Sandbox.Model;

/// <summary>The sandbox's own list of Together's prices, in pico-dollars per token.</summary>
/// <remarks>
/// Columns: input, output, cache read, write, write long; live, then batch. Of these models one has half price in batches, some are refused there and the
/// others cost what they cost live (https://github.com/togethercomputer/skills, 2026-08-18, UNVERIFIED).
/// </remarks>
internal static class TogetherPrices
{
    public static PriceRow[] Rows { get; } =
    [
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json, read 2026-07-24
        new("openai/gpt-oss-120b", new(150_000, 600_000, null, null, null), new(150_000, 600_000, null, null, null)),
        new("openai/gpt-oss-20b", new(50_000, 200_000, null, null, null), new(50_000, 200_000, null, null, null)),
        new("meta-llama/Llama-3.3-70B-Instruct-Turbo", new(880_000, 880_000, null, null, null), new(440_000, 440_000, null, null, null)),
        new("meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8", new(270_000, 850_000, null, null, null), new(270_000, 850_000, null, null, null)),
        new("deepseek-ai/DeepSeek-V3.1", new(600_000, 1_700_000, null, null, null), null),
        new("deepseek-ai/DeepSeek-R1", new(3_000_000, 7_000_000, null, null, null), null),
        new("moonshotai/Kimi-K2.5", new(500_000, 2_800_000, null, null, null), null),
        new("Qwen/Qwen3.5-397B-A17B", new(600_000, 3_600_000, null, null, null), null),
        new("zai-org/GLM-4.7", new(450_000, 2_000_000, null, null, null), new(450_000, 2_000_000, null, null, null)),
    ];
}
