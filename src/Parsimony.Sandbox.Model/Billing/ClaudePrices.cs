namespace Parsimony.Sandbox.Model;

/// <summary>The sandbox's own list of Anthropic's prices, in pico-dollars per token.</summary>
/// <remarks>
/// $1 per million tokens is 1,000,000 pico-dollars per token. Columns: input, output, cache read, write 5 minutes, write 1 hour; live, then batch.
/// Batch writes are half of live writes: the batch discount applies to everything. The 200,000-token band of Sonnet 4.5 equals its largest
/// input and is never reached, so it is left out.
/// </remarks>
internal static class ClaudePrices
{
    public static PriceRow[] Rows { get; } =
    [
        // https://platform.claude.com/docs/en/about-claude/pricing, read 2026-10-24
        new("claude-fable-5-1", new(10_000_000, 50_000_000, 250_000, 12_500_000, 20_000_000), new(5_000_000, 25_000_000, 125_000, 6_250_000, 10_000_000)),
        // https://platform.claude.com/docs/en/about-claude/pricing (limited availability), read 2026-10-24
        new("claude-mythos-5-1", new(10_000_000, 50_000_000, 250_000, 12_500_000, 20_000_000), new(5_000_000, 25_000_000, 125_000, 6_250_000, 10_000_000)),
        // https://platform.claude.com/docs/en/about-claude/pricing, read 2026-10-24
        new("claude-fable-5", new(10_000_000, 50_000_000, 1_000_000, 12_500_000, 20_000_000), new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000)),
        // https://platform.claude.com/docs/en/about-claude/pricing (limited availability), read 2026-10-24
        new("claude-mythos-5", new(10_000_000, 50_000_000, 1_000_000, 12_500_000, 20_000_000), new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000)),
        // https://platform.claude.com/docs/en/about-claude/pricing ; https://platform.claude.com/docs/en/models/opus-5-5/overview, read
        // 2026-10-24
        new("claude-opus-5-5", new(4_000_000, 20_000_000, 200_000, 5_000_000, 8_000_000), new(2_000_000, 10_000_000, 100_000, 2_500_000, 4_000_000)),
        // https://platform.claude.com/docs/en/about-claude/pricing, read 2026-10-24
        new("claude-opus-5", new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000), new(2_500_000, 12_500_000, 250_000, 3_125_000, 5_000_000)),
        new("claude-opus-4-8", new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000), new(2_500_000, 12_500_000, 250_000, 3_125_000, 5_000_000)),
        new("claude-opus-4-7", new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000), new(2_500_000, 12_500_000, 250_000, 3_125_000, 5_000_000)),
        new("claude-opus-4-6", new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000), new(2_500_000, 12_500_000, 250_000, 3_125_000, 5_000_000)),
        new("claude-opus-4-5", new(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000), new(2_500_000, 12_500_000, 250_000, 3_125_000, 5_000_000)),
        // https://platform.claude.com/docs/en/about-claude/pricing (retired on the Claude API; Bedrock/Google Cloud only), read
        // 2026-10-24
        new("claude-opus-4-1", new(15_000_000, 75_000_000, 1_500_000, 18_750_000, 30_000_000), new(7_500_000, 37_500_000, 750_000, 9_375_000, 15_000_000)),
        // https://platform.claude.com/docs/en/about-claude/pricing ; cache read cut 0.10x->0.05x on 2026-10-07 (github kurofune/claudit
        // v1.9.2), read 2026-10-24
        new("claude-sonnet-5-5", new(2_000_000, 10_000_000, 200_000, 2_500_000, 4_000_000), new(1_000_000, 5_000_000, 100_000, 1_250_000, 2_000_000)) { Until = new(2026, 10, 7, 0, 0, 0, TimeSpan.Zero) },
        new("claude-sonnet-5-5", new(2_000_000, 10_000_000, 100_000, 2_500_000, 4_000_000), new(1_000_000, 5_000_000, 50_000, 1_250_000, 2_000_000)),
        // https://platform.claude.com/docs/en/about-claude/pricing, read 2026-10-24
        new("claude-sonnet-5", new(2_000_000, 10_000_000, 200_000, 2_500_000, 4_000_000), new(1_000_000, 5_000_000, 100_000, 1_250_000, 2_000_000)),
        new("claude-sonnet-4-6", new(3_000_000, 15_000_000, 300_000, 3_750_000, 6_000_000), new(1_500_000, 7_500_000, 150_000, 1_875_000, 3_000_000)),
        // https://platform.claude.com/docs/en/about-claude/pricing ; long-context premium per litellm 2026-07-24, read 2026-10-24
        new("claude-sonnet-4-5", new(3_000_000, 15_000_000, 300_000, 3_750_000, 6_000_000), new(1_500_000, 7_500_000, 150_000, 1_875_000, 3_000_000)),
        // https://platform.claude.com/docs/en/about-claude/pricing ; two bands by prompt length - above 100k every token of the request
        // incl. output is at the long rate (writes 0.625/1.00 read 0.05), read 2026-10-24
        new("claude-haiku-5-5", new(100_000, 500_000, 10_000, 125_000, 200_000), new(50_000, 250_000, 5_000, 62_500, 100_000), 100_000, 500_000, 2_500_000),
        // https://platform.claude.com/docs/en/about-claude/pricing, read 2026-10-24
        new("claude-haiku-4-5", new(1_000_000, 5_000_000, 100_000, 1_250_000, 2_000_000), new(500_000, 2_500_000, 50_000, 625_000, 1_000_000)),
        // UNVERIFIED - single third-party post https://dev.to/neverpaytwice/claude-batch-api-half-price-if-you-can-wait-ecg ; cache
        // prices unknown, read 2026-11
        new("claude-fable-5-2", new(8_000_000, 40_000_000, null, null, null), new(4_000_000, 20_000_000, null, null, null)),
    ];
}
