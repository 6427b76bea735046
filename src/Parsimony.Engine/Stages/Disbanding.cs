namespace Parsimony.Engine;

/// <summary>What becomes of the items of a batch that goes no further: refused for good (nothing was bought, so each goes on alone), or never found again.</summary>
internal static class Disbanding
{
    private const int Page = 1_000;

    /// <summary>
    /// Takes the one item out that a refusal names by its line, so that the others keep their discount: it goes live, and its own call tells what is wrong
    /// with it; what cannot even be rendered fails.
    /// </summary>
    /// <returns>False when the refusal names no line, or the batch was refused for lines too often: then the whole batch goes.</returns>
    /// <remarks>Nothing leaves when the lease was lost: the batch may have been submitted again since it was refused.</remarks>
    public static async Task<bool> ExpelAsync(StageContext context, Batch batch, Lease lease, ProviderFailure failure, CancellationToken cancellationToken)
    {
        const int mostExpulsions = 8;
        if (failure.Line is not { } line || batch.Creates > mostExpulsions)
        {
            return false;
        }

        var number = 0L;
        await foreach (var item in context.Store.Batches.ReadItemsAsync(batch.Id, cancellationToken).ConfigureAwait(false))
        {
            if (++number == line)
            {
                var result = await context.Store.Settlements.SettleAsync(
                    [
                        new Settlement
                        {
                            Sequence = item.Sequence,
                            Attempt = item.Attempt,
                            Move = failure.Stage == FailureStage.Render
                                ? new SettlementMove.ToEnded(RequestState.Failed, failure.Code, Reasons.Refused)
                                : new SettlementMove.ToQueued(Reason(context, batch, failure), NotBefore: null, CountsAsSend: false, CountsAsUncertain: false),
                        },
                    ],
                    (batch.Id, context.Renewed(lease)), context.Now, cancellationToken).ConfigureAwait(false);
                context.Signals.RaiseEnded(result);
                return true;
            }
        }

        return false;
    }

    /// <summary>Sends every open item live, where its own call may fare better (a batch too large, an endpoint without batches).</summary>
    /// <returns>False when the lease was lost: then nothing more leaves.</returns>
    public static async Task<bool> DisbandAsync(StageContext context, Batch batch, Lease lease, ProviderFailure failure, CancellationToken cancellationToken)
    {
        var after = 0L;
        while (true)
        {
            var page = await context.Store.Settlements.ReadUnsettledAsync(batch.Id, after, Page, cancellationToken).ConfigureAwait(false);
            if (page.Count == 0)
            {
                return true;
            }

            after = page[^1].Sequence;
            var result = await context.Store.Settlements
                .SettleAsync([.. page.Select(request => Leave(request, Reason(context, batch, failure)))], (batch.Id, context.Renewed(lease)), context.Now, cancellationToken)
                .ConfigureAwait(false);
            context.Signals.RaiseEnded(result);
            if (!result.LeaseHeld)
            {
                return false;
            }
        }
    }

    /// <summary>Ends the wait for a batch that may have run, and cannot be told from others: each open item is booked as unknown, and bought again only if that is allowed.</summary>
    public static async Task AbandonAsync(StageContext context, Batch batch, Lease lease, CancellationToken cancellationToken)
    {
        var after = 0L;
        while (true)
        {
            var page = await context.Store.Settlements.ReadUnsettledAsync(batch.Id, after, Page, cancellationToken).ConfigureAwait(false);
            if (page.Count == 0)
            {
                return;
            }

            after = page[^1].Sequence;
            var settlements = new List<Settlement>(page.Count);
            foreach (var request in page)
            {
                var now = context.Now;
                var again = !(request.Deadline <= now) && await context.Hedges.AllowsAgainAsync(request, cancellationToken).ConfigureAwait(false);
                settlements.Add(LineDecision.SettleUnproven(request, again, now));
            }

            var result = await context.Store.Settlements
                .SettleAsync(settlements, (batch.Id, lease with { Until = context.NewLease(context.Now).Until }), context.Now, cancellationToken).ConfigureAwait(false);
            context.Signals.RaiseEnded(result);
            if (!result.LeaseHeld)
            {
                return;
            }
        }
    }

    private static string Reason(StageContext context, Batch batch, ProviderFailure failure) =>
        failure.Cause == FailureCause.TooSmall ? Reasons.TooFew
        : failure.Cause != FailureCause.Cancelled ? $"{Reasons.BatchRefused}: {failure.Code}"
        : context.Switches.IsKilled(batch) ? Reasons.Killed
        : Reasons.BatchCancelled;

    private static Settlement Leave(StoredRequest request, string reason) => new()
    {
        Sequence = request.Sequence,
        Attempt = request.Attempt,
        Move = request.IsCancelRequested
            ? new SettlementMove.ToEnded(RequestState.Cancelled, "item.cancelled", Reasons.Cancelled)
            : new SettlementMove.ToQueued(reason, NotBefore: null, CountsAsSend: false, CountsAsUncertain: false),
    };
}
