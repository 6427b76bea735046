namespace Parsimony.Engine;

/// <summary>What becomes of the items of a batch that its provider refused for good: nothing was bought, so each goes on alone.</summary>
internal static class Disbanding
{
    private const int Page = 1_000;

    /// <summary>
    /// Sends every open item live where its own live call may fare better (a batch too large, a line at fault, an endpoint without batches); fails
    /// the item whose line the provider named.
    /// </summary>
    public static async Task DisbandAsync(StageContext context, Batch batch, ProviderFailure failure, CancellationToken cancellationToken)
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
            var result = await context.Store.Settlements
                .SettleAsync([.. page.Select(request => Leave(request, failure))], batch: null, context.Now, cancellationToken)
                .ConfigureAwait(false);
            context.Signals.RaiseEnded(result);
        }
    }

    private static Settlement Leave(StoredRequest request, ProviderFailure failure) => new()
    {
        Sequence = request.Sequence,
        Attempt = request.Attempt,
        Move = request.IsCancelRequested
            ? new SettlementMove.ToEnded(RequestState.Cancelled, "item.cancelled", Reasons.Cancelled)
            : new SettlementMove.ToQueued($"{Reasons.BatchRefused}: {failure.Code}", NotBefore: null, CountsAsSend: false, CountsAsUncertain: false),
    };
}
