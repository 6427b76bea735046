namespace Parsimony.Sandbox.Model;

/// <summary>The sandbox's own list of xAI's prices, in pico-dollars per token.</summary>
/// <remarks>
/// Columns: input, output, cache read, write, write long; live. The batch discount is 20 to 50 % by model, and which is not published
/// (https://docs.x.ai/developers/advanced-api-usage/batch-api, read 2026-11-20): 20 % here, UNVERIFIED, for somebody must be told by the answers alone. Writes cost what input costs.
/// </remarks>
internal static class XaiPrices
{
    private static readonly PriceRow[] Live =
    [
        // https://docs.x.ai/docs/models ; https://apidog.com/blog/how-to-use-grok-4-7-api/, read 2026-09-29
        new("grok-4.7", new(2_000_000, 6_000_000, 500_000, 2_000_000, null), null, 200_000, 4_000_000, 12_000_000),
        // https://github.com/Portkey-AI/models/blob/main/pricing/x-ai.json, read 2026-08-21
        new("grok-4.6", new(2_000_000, 6_000_000, 500_000, 2_000_000, null), null, 200_000, 4_000_000, 12_000_000),
        // https://github.com/pydantic/genai-prices/blob/main/prices/new_data/v2/data.json (cached 0.50); Portkey says 0.30, read 2026-08-21
        new("grok-4.5", new(2_000_000, 6_000_000, 500_000, 2_000_000, null), null, 200_000, 4_000_000, 12_000_000),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json, read 2026-07-24
        new("grok-4.3", new(1_250_000, 2_500_000, 200_000, 1_250_000, null), null, 200_000, 2_500_000, 5_000_000),
        // https://github.com/pydantic/genai-prices/blob/main/prices/new_data/v2/data.json (newer than litellm 2026-07-24), read 2026-08-21
        new("grok-4.20-0309-reasoning", new(1_250_000, 2_500_000, 200_000, 1_250_000, null), null),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json, read 2026-07-24
        new("grok-4-1-fast-reasoning", new(200_000, 500_000, 50_000, 200_000, null), null, 128_000, 400_000, 1_000_000),
        // https://github.com/pydantic/genai-prices/blob/main/prices/new_data/v2/data.json (newer than litellm 2026-07-24), read 2026-08-21
        new("grok-4-0709", new(3_000_000, 15_000_000, 750_000, 3_000_000, null), null, 128_000, 6_000_000, 30_000_000),
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json, read 2026-07-24
        new("grok-code-fast-1", new(200_000, 1_500_000, 20_000, 200_000, null), null),
        new("grok-3-mini", new(300_000, 500_000, 75_000, 300_000, null), null),
    ];

    public static PriceRow[] Rows { get; } = [.. Live.Select(row => row with
    {
        Batch = Discounted(row.Live),
        BatchBand = row.BandInput is { } input ? Discounted(row.Live.Band(input, row.BandOutput)) : null,
    })];

    private static Rates Discounted(Rates live) => new(Of(live.Input) ?? 0, Of(live.Output), Of(live.Read), Of(live.WriteShort), Of(live.WriteLong));

    private static long? Of(long? rate) => rate * 4 / 5;
}
