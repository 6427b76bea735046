namespace Parsimony.Engine;

/// <summary>
/// Sends one request of a batch live before the others, where that is expected to pay: many that are begun at once would each write the prefix they share. It is a request of the batch
/// whose answer counts, no call besides. The batch waits for half a minute, and is then submitted whatever became of it.
/// </summary>
internal static class BatchWarmUp
{
    /// <summary>What a batch that waits for its warm-up says.</summary>
    internal const string Code = "batch.warming";

    private const int Fewest = 10;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    /// <summary>Begins a warm-up.</summary>
    /// <returns>Whether one was begun: then the batch is given back until it is over.</returns>
    public static async Task<bool> TryBeginAsync(StageContext context, Batch batch, Lease lease, BatchCaching caching, int open, BatchLimits limits, CancellationToken cancellationToken)
    {
        // Once for each batch, and only before anything of it was uploaded.
        if (batch is not { StagedReference: null, Creates: 0 } || batch.FailureCode == Code || open - 1 < Math.Max(Fewest, limits.MinRequests)
            || await caching.FindLeaderAsync(context, batch, cancellationToken).ConfigureAwait(false) is not { } leader)
        {
            return false;
        }

        var move = new SettlementMove.ToQueued(Reasons.WarmUp, NotBefore: null, CountsAsSend: false, CountsAsUncertain: false);
        var result = await context.Store.Settlements.SettleAsync(
            [new Settlement { Sequence = leader.Sequence, Attempt = leader.Attempt, Move = move }], (batch.Id, context.Renewed(lease)), context.Now, cancellationToken).ConfigureAwait(false);
        context.Signals.RaiseEnded(result);
        if (result.LeaseHeld)
        {
            await context.Store.Submissions.MarkResealedAsync(batch.Id, lease, context.Now + Wait, keepStaged: false, Code, cancellationToken).ConfigureAwait(false);
            context.Signals.Wake();
        }

        return true;
    }
}
