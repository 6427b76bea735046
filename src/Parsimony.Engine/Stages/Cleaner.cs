namespace Parsimony.Engine;

/// <summary>Deletes what providers keep of collected batches: input and result files, or the batch itself.</summary>
public sealed partial class Cleaner(StageContext context) : IStage
{
    private const int Page = 10;

    /// <inheritdoc/>
    public string Name => "cleaner";

    /// <inheritdoc/>
    public async Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var batches = await context.Store.Ledger.ReadUncleanedAsync(Page, now, cancellationToken).ConfigureAwait(false);
        foreach (var batch in batches)
        {
            await CleanAsync(batch, cancellationToken).ConfigureAwait(false);
        }

        return batches.Count;
    }

    private async Task CleanAsync(Batch batch, CancellationToken cancellationToken)
    {
        if (batch.IsSuspected || batch.ProviderBatchId is not { } id)
        {
            // Nobody proved it ours (it had no readable line): it is left to the provider's own retention.
            await context.Store.Ledger.MarkCleanedAsync(batch.Id, isDone: true, context.Now, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!context.Credentials.TryFind(batch.Provider, batch.Credential, out var provider) || provider.Batches is not { } backend)
        {
            await context.Store.Ledger.MarkCleanedAsync(batch.Id, isDone: false, context.Now + context.Backoff(12), cancellationToken).ConfigureAwait(false);
            return;
        }

        var snapshot = new BatchSnapshot { ProviderBatchId = id, Phase = BatchPhase.Ended, ResultReferences = batch.ResultReferences };
        var failure = await backend
            .CleanAsync(snapshot, batch.StagedReference is { } reference ? new StagedInput(reference) : null, cancellationToken).ConfigureAwait(false);
        context.Reached(EffectPoint.CleanAfter);
        if (failure is not null)
        {
            LogCleanFailed(context.Logger, batch.Id, failure.Code);
        }

        await context.Store.Ledger.MarkCleanedAsync(
            batch.Id, isDone: failure is not ({ CanRetry: true } or { IsCredential: true }), context.Now + context.Backoff(12, failure?.RetryAfter), cancellationToken).ConfigureAwait(false);
    }
}
