namespace Parsimony;

/// <summary>What is believed of prompt-cache hits inside a batch before any batch of one's own was seen: shares of cacheable tokens that are read, 0-1.</summary>
/// <param name="Low">The lowest share the vendor quotes.</param>
/// <param name="High">The highest share the vendor quotes.</param>
/// <param name="Source">Where it was read, and when.</param>
public sealed record BatchHitRate(decimal Low, decimal High, string Source)
{
    private static readonly BatchHitRate Anthropic = new(0.30m, 0.98m, "https://platform.claude.com/docs/en/build-with-claude/batch-processing, read 2026-06-28");

    /// <summary>The share to plan with: the middle, as nothing is published on what lies between.</summary>
    public decimal Expected => (Low + High) / 2;

    /// <summary>The rate a provider quotes; null where it quotes none.</summary>
    public static BatchHitRate? Find(ProviderId provider) => provider == ProviderId.Anthropic ? Anthropic : null;
}
