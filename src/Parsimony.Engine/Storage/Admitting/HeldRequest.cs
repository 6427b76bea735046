namespace Parsimony.Engine;

/// <summary>A request that waits for its scope's cost limit to leave room.</summary>
internal readonly record struct HeldRequest(
    long Sequence, long Profile, Route Route, decimal Bound, DateTimeOffset? EscalateAt, long LineBytes, long Tokens)
{
    // In the order of the columns: arguments are evaluated from left to right.
    internal static HeldRequest Read(IStoredRow row) => new(
        row.Int64(), row.Int64(), (Route)row.Small(), row.Money(), row.TimeOrNull(), row.Int64OrNull() ?? 0, row.Int64OrNull() ?? 0);

    /// <summary>How many of these, in their order, fit under a limit; the first that does not ends it, so that none waits for ever.</summary>
    /// <param name="requests">Held requests, oldest first.</param>
    /// <param name="limit">The scope's cost limit, USD; null for none.</param>
    /// <param name="committed">What is spent and reserved already, USD.</param>
    internal static int CountFitting(List<HeldRequest> requests, decimal? limit, decimal committed)
    {
        for (var i = 0; i < requests.Count; i++)
        {
            committed += requests[i].Bound;
            if (committed > limit)
            {
                return i;
            }
        }

        return requests.Count;
    }
}
