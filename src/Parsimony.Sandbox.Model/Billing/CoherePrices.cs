namespace Parsimony.Sandbox.Model;

/// <summary>The sandbox's own list of Cohere's prices, in pico-dollars per token.</summary>
/// <remarks>
/// Columns: input, output, cache read, write, write long; live only. Neither a cached nor a batch price is published.
/// </remarks>
internal static class CoherePrices
{
    public static PriceRow[] Rows { get; } =
    [
        // https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json, read 2026-07-24
        new("command-a-03-2025", new(2_500_000, 10_000_000, null, null, null), null),
        new("command-r-plus-08-2024", new(2_500_000, 10_000_000, null, null, null), null),
        new("command-r-08-2024", new(150_000, 600_000, null, null, null), null),
        new("command-r7b-12-2024", new(37_500, 150_000, null, null, null), null),
        new("embed-v4.0", new(120_000, null, null, null, null), null),
    ];
}
