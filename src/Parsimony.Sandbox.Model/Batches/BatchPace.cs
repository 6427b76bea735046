namespace Parsimony.Sandbox.Model;

/// <summary>When each request of a batch is worked off: evenly over the time it has, a little out of step, never out of order.</summary>
internal static class BatchPace
{
    public static DateTimeOffset Due(BatchState batch, int index, double jitter)
    {
        var share = (index - batch.PacedFrom + jitter) / Math.Max(1, batch.PacedCount);
        return batch.PacedStart + ((batch.PacedEnd - batch.PacedStart) * share);
    }
}
