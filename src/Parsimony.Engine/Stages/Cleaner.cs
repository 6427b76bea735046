namespace Parsimony.Engine;

/// <summary>Deletes what providers keep of collected and rejected batches: input and result files, or the batch itself; and uploads that no batch uses any more.</summary>
public sealed partial class Cleaner(StageContext context) : IStage
{
    private const int Page = 10;

    private static readonly BatchSnapshot Nothing = new() { ProviderBatchId = "", Phase = BatchPhase.Ended };

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

        var leftovers = await context.Store.Payloads.ReadLeftoversAsync(Page, now, cancellationToken).ConfigureAwait(false);
        foreach (var leftover in leftovers)
        {
            await CleanAsync(leftover, cancellationToken).ConfigureAwait(false);
        }

        return batches.Count + leftovers.Count;
    }

    private async Task CleanAsync(Leftover leftover, CancellationToken cancellationToken)
    {
        var failure = context.Providers.TryFind(leftover.Provider, leftover.Credential, out var provider) && provider.Batches is { } backend
            ? await backend.CleanAsync(Nothing, new StagedInput(leftover.Reference), cancellationToken).ConfigureAwait(false)
            : new ProviderFailure(FailureStage.Clean, FailureCause.Credential);
        context.Reached(EffectPoint.CleanAfter);
        await context.Store.Payloads.MarkLeftoverAsync(leftover.Id, IsDone(failure), context.Now + context.Backoff(12, failure?.RetryAfter), cancellationToken).ConfigureAwait(false);
    }

    private async Task CleanAsync(Batch batch, CancellationToken cancellationToken)
    {
        // What was never a batch at the provider may have been uploaded.
        var isUpload = batch.State == BatchState.Rejected && batch.StagedReference is { Length: > 0 };
        if (!isUpload && (batch.State == BatchState.Rejected || batch.IsSuspected || batch.ProviderBatchId is null))
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

        var snapshot = isUpload || batch.ProviderBatchId is not { } id
            ? Nothing
            : new BatchSnapshot { ProviderBatchId = id, Phase = BatchPhase.Ended, ResultReferences = batch.ResultReferences };
        var failure = await backend
            .CleanAsync(snapshot, batch.StagedReference is { } reference ? new StagedInput(reference) : null, cancellationToken).ConfigureAwait(false);
        context.Reached(EffectPoint.CleanAfter);
        if (failure is not null)
        {
            LogCleanFailed(context.Logger, batch.Id, failure.Code);
        }

        await context.Store.Ledger.MarkCleanedAsync(
            batch.Id, IsDone(failure), context.Now + context.Backoff(12, failure?.RetryAfter), cancellationToken).ConfigureAwait(false);
    }

    private static bool IsDone(ProviderFailure? failure) => failure is not ({ CanRetry: true } or { IsCredential: true });
}
