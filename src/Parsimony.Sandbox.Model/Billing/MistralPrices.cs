namespace Parsimony.Sandbox.Model;

/// <summary>The sandbox's own list of Mistral's prices, in pico-dollars per token.</summary>
/// <remarks>
/// Columns: input, output, cache read, write, write long; live, then batch. Writes cost what input costs. Batch at half is UNVERIFIED by model, and a cached
/// token of a batch costs what input costs there, UNVERIFIED.
/// </remarks>
internal static class MistralPrices
{
    public static PriceRow[] Rows { get; } =
    [
        // https://github.com/pydantic/genai-prices/blob/main/prices/new_data/v2/data.json (newer than litellm 2026-07-24) ; batch 0.5x rule
        // UNVERIFIED here, read 2026-08-21
        new("mistral-large-2512", new(500_000, 1_500_000, 50_000, 500_000, null), new(250_000, 750_000, 250_000, 250_000, null)),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json ; batch 0.5x rule UNVERIFIED here ; cached =
        // 0.1x per https://docs.mistral.ai/studio-api/conversations/advanced/prompt-caching, read 2026-07-24
        new("mistral-medium-3-5", new(1_500_000, 7_500_000, 150_000, 1_500_000, null), new(750_000, 3_750_000, 750_000, 750_000, null)),
        new("mistral-medium-2508", new(400_000, 2_000_000, 40_000, 400_000, null), new(200_000, 1_000_000, 200_000, 200_000, null)),
        new("magistral-medium-latest", new(2_000_000, 5_000_000, 200_000, 2_000_000, null), new(1_000_000, 2_500_000, 1_000_000, 1_000_000, null)),
        // https://github.com/pydantic/genai-prices/blob/main/prices/new_data/v2/data.json (newer than litellm 2026-07-24) ; batch 0.5x rule
        // UNVERIFIED here, read 2026-08-21
        new("codestral-2508", new(300_000, 900_000, 30_000, 300_000, null), new(150_000, 450_000, 150_000, 150_000, null)),
        new("devstral-2512", new(400_000, 2_000_000, 40_000, 400_000, null), new(200_000, 1_000_000, 200_000, 200_000, null)),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json ; batch 0.5x rule UNVERIFIED here ; cached =
        // 0.1x per https://docs.mistral.ai/studio-api/conversations/advanced/prompt-caching, read 2026-07-24
        new("ministral-3-14b-2512", new(200_000, 200_000, 20_000, 200_000, null), new(100_000, 100_000, 100_000, 100_000, null)),
        new("ministral-3-8b-2512", new(150_000, 150_000, 15_000, 150_000, null), new(75_000, 75_000, 75_000, 75_000, null)),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json ; batch 0.5x rule UNVERIFIED here, read
        // 2026-07-24
        new("mistral-embed", new(100_000, null, null, null, null), new(50_000, null, null, null, null)),
        // https://github.com/pydantic/genai-prices/blob/main/prices/new_data/v2/data.json ; batch 0.5x rule UNVERIFIED here, read
        // 2026-08-21
        new("mistral-small-2603", new(150_000, 600_000, 15_000, 150_000, null), new(75_000, 300_000, 75_000, 75_000, null)),
    ];
}
