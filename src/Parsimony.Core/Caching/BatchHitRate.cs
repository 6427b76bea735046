namespace Parsimony;

/// <summary>How many of a batch's requests are believed to read a prefix that an earlier one of the same batch wrote, 0-1.</summary>
/// <param name="Low">It is hardly less.</param>
/// <param name="Expected">What is reckoned with.</param>
/// <param name="High">It is hardly more.</param>
/// <param name="Source">Where it was read, and when; null for what nobody publishes.</param>
public sealed record BatchHitRate(double Low, double Expected, double High, string? Source = null)
{
    // The belief before any batch weighs as much as so many batches.
    private const double PriorBatches = 4;

    /// <summary>What a provider itself says, the middle of it expected; null where it says nothing.</summary>
    /// <remarks>Anthropic: 30 % to 98 %, by traffic pattern.</remarks>
    public static BatchHitRate? Quoted(ProviderId provider) => provider == ProviderId.Anthropic
        ? new BatchHitRate(0.30, 0.64, 0.98, "https://platform.claude.com/docs/en/build-with-claude/batch-processing, read 2026-11-20")
        : null;

    /// <summary>What is believed before any batch was measured: what is quoted, else half, from nothing to all, UNVERIFIED.</summary>
    public static BatchHitRate Prior(ProviderId provider) => Quoted(provider) ?? new BatchHitRate(0, 0.5, 1);

    /// <summary>The belief after batches were measured.</summary>
    /// <param name="batches">Of each, how many requests could have read and how many did.</param>
    public BatchHitRate After(IReadOnlyList<(double Possible, double Hits)> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        // The requests of one batch share their luck, so each batch counts once, whatever its size.
        double[] rates = [.. batches.Where(batch => batch.Possible >= 1).Select(batch => Math.Clamp(batch.Hits / batch.Possible, 0, 1))];
        if (rates.Length == 0)
        {
            return this;
        }

        var mean = ((Expected * PriorBatches) + rates.Sum()) / (PriorBatches + rates.Length);
        var variance = ((PriorBatches * (Square(High - Low) / 12)) + rates.Sum(rate => Square(rate - mean))) / (PriorBatches + rates.Length);
        var spread = 2 * Math.Sqrt(variance);
        return this with { Low = Math.Max(0, mean - spread), Expected = mean, High = Math.Min(1, mean + spread) };
    }

    private static double Square(double value) => value * value;
}
