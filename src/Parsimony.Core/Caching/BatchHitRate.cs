namespace Parsimony;

/// <summary>How many of a batch's requests are believed to read a prefix that an earlier one of the same batch wrote, 0-1.</summary>
/// <param name="Low">It is hardly less.</param>
/// <param name="Expected">What is reckoned with.</param>
/// <param name="High">It is hardly more.</param>
public sealed record BatchHitRate(double Low, double Expected, double High)
{
    // The belief before any batch weighs as much as so many batches.
    private const double PriorBatches = 4;

    /// <summary>What is believed before any batch was measured.</summary>
    /// <remarks>
    /// Anthropic: "30% to 98%, depending on their traffic patterns" (https://platform.claude.com/docs/en/build-with-claude/batch-processing, read 2026-11-20); the middle of it is
    /// reckoned with. Others publish nothing for batches: half, from nothing to all, UNVERIFIED.
    /// </remarks>
    public static BatchHitRate Prior(ProviderId provider) =>
        provider == ProviderId.Anthropic ? new BatchHitRate(0.30, 0.64, 0.98) : new BatchHitRate(0, 0.5, 1);

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
        return new BatchHitRate(Math.Max(0, mean - spread), mean, Math.Min(1, mean + spread));
    }

    private static double Square(double value) => value * value;
}
