namespace Parsimony.Engine;

/// <summary>Gives sealed batches to their provider.</summary>
/// <remarks>
/// <code>
///  Sealed --claim--> Submitting --upload--> (staged) --intent on disk--> create --+-- accepted --> Running
///     ^                  |                                                        +-- refused ---> Sealed (later) or Rejected
///     +------------------+ upload failed: nothing was bought                      +-- unknown ---> stays Submitting: the Rescuer asks
/// </code>
/// The intent is on disk before the create is sent, and the create is given up while the lease still holds: whoever finds the row afterwards
/// knows that no create of ours is under way any more.
/// </remarks>
public sealed partial class Submitter(StageContext context) : IStage
{
    // A key is given to the process by its operator.
    private static readonly TimeSpan KeyPause = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public string Name => "submitter";

    /// <inheritdoc/>
    public async Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await context.Switches.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var lease = context.NewLease(now);
        var batch = await context.Store.Submissions.ClaimAsync(lease, Admit, now, cancellationToken).ConfigureAwait(false);
        if (batch is null)
        {
            return 0;
        }

        context.Reached(EffectPoint.SubmitClaimed);
        if (!context.Providers.TryFind(batch.Provider, batch.Credential, out var provider) || provider.Batches is not { } backend)
        {
            // Not configured in this process any more: another may have it, or the user puts it back.
            await ResealAsync(batch, lease, new ProviderFailure(FailureStage.Create, FailureCause.Unsupported), keepStaged: true, cancellationToken).ConfigureAwait(false);
            return 1;
        }

        var (open, marked) = await context.Store.Settlements.CountOpenAsync(batch.Id, DateTimeOffset.MinValue, cancellationToken).ConfigureAwait(false);
        if (open == 0)
        {
            await context.Store.Submissions.MarkRejectedAsync(batch.Id, lease, "batch.emptied", context.Now, cancellationToken).ConfigureAwait(false);
            return 1;
        }

        var contents = new BatchContents(context, batch);
        if (await contents.FindObstacleAsync(cancellationToken).ConfigureAwait(false) is { } obstacle)
        {
            LogProtected(context.Logger, batch.Id, obstacle.Message);
            await context.Store.Submissions.MarkResealedAsync(batch.Id, lease, context.Now + KeyPause, keepStaged: true, "payload.protected", cancellationToken).ConfigureAwait(false);
            return 1;
        }

        // What was erased while it was being submitted cannot be sent any more.
        if (marked > 0 && (open = await contents.CountAsync(cancellationToken).ConfigureAwait(false)) == 0)
        {
            var failure = new ProviderFailure(FailureStage.Render, FailureCause.NotFound);
            if (await Disbanding.DisbandAsync(context, batch, lease, failure, cancellationToken).ConfigureAwait(false))
            {
                await context.Store.Submissions.MarkRejectedAsync(batch.Id, lease, "batch.emptied", context.Now, cancellationToken).ConfigureAwait(false);
            }

            return 1;
        }

        if (open < backend.Limits.MinRequests)
        {
            await RefuseAsync(batch, lease, new ProviderFailure(FailureStage.Stage, FailureCause.TooSmall), cancellationToken).ConfigureAwait(false);
            return 1;
        }

        // What was uploaded before is sent as it is.
        var caching = batch.StagedReference is { Length: > 0 } && open == batch.Count
            ? null
            : await BatchCaching.PlanAsync(context, batch, open, backend.Limits, cancellationToken).ConfigureAwait(false);
        if (caching is null || !await BatchWarmUp.TryBeginAsync(context, batch, lease, caching, open, backend.Limits, cancellationToken).ConfigureAwait(false))
        {
            await SubmitAsync(batch, backend, contents.Input(open, caching), caching, lease, cancellationToken).ConfigureAwait(false);
        }

        return 1;
    }

    private async Task SubmitAsync(Batch batch, IBatchBackend backend, BatchInput input, BatchCaching? caching, Lease lease, CancellationToken cancellationToken)
    {
        // 1. Upload, unless an earlier try did and nothing left the batch since.
        if (batch.StagedReference is not { } reference || input.Count != batch.Count)
        {
            context.Reached(EffectPoint.StageBefore);
            switch (await backend.StageAsync(input, cancellationToken).ConfigureAwait(false))
            {
                case StageOutcome.Staged staged:
                    context.Reached(EffectPoint.StageAfter);
                    reference = staged.Input.Reference;
                    break;
                case StageOutcome.Failed failed:
                    await RefuseAsync(batch, lease, failed.Failure, cancellationToken).ConfigureAwait(false);
                    return;
                default:
                    throw new InvalidOperationException("Unknown stage outcome.");
            }

            if (!await context.Store.Submissions.MarkStagedAsync(batch.Id, lease, reference, cancellationToken).ConfigureAwait(false))
            {
                LogLeaseLost(context.Logger, batch.Id);
                return;
            }

            context.Reached(EffectPoint.StageNoted);
        }

        // The upload may have taken minutes: what was switched off meanwhile waits, with its input uploaded.
        await context.Switches.RefreshAsync(cancellationToken).ConfigureAwait(false);
        if (context.Switches.Find(batch.Provider, batch.Credential) is { } held)
        {
            await context.Store.Submissions.MarkResealedAsync(batch.Id, lease, context.Now, keepStaged: true, $"provider.{held.Word}", cancellationToken).ConfigureAwait(false);
            return;
        }

        // 2. Intent. The lease counts from here, by the monotonic clock: a process that was paused between intent and send must not send.
        var started = context.Clock.GetTimestamp();
        var sentAt = context.Now;
        if (!await context.Store.Submissions.MarkCreateSentAsync(batch.Id, context.Renewed(lease), input.Count, sentAt, cancellationToken).ConfigureAwait(false))
        {
            LogLeaseLost(context.Logger, batch.Id);
            return;
        }

        context.Reached(EffectPoint.CreateBefore);
        if (context.Clock.GetElapsedTime(started) + context.Options.SendLimit > context.Options.LeaseTime)
        {
            LogLeaseLost(context.Logger, batch.Id);
            return;
        }

        // 3. The one call that costs money.
        var outcome = await backend.CreateAsync(input, new StagedInput(reference), cancellationToken).ConfigureAwait(false);
        context.Reached(EffectPoint.CreateAfter);
        await NoteAsync(batch with { StagedReference = reference }, backend, lease, outcome, cancellationToken).ConfigureAwait(false);
        if (caching is not null && outcome is CreateOutcome.Accepted)
        {
            await caching.RecordAsync(context, sentAt, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task NoteAsync(Batch batch, IBatchBackend backend, Lease lease, CreateOutcome outcome, CancellationToken cancellationToken)
    {
        var now = context.Now;
        switch (outcome)
        {
            case CreateOutcome.Accepted accepted:
                context.Signals.Heard(batch.Provider, batch.Credential, failure: null);
                await context.Store.Submissions.MarkRunningAsync(
                    batch.Id, lease, accepted.ProviderBatchId, isSuspected: false, now, now + (context.Options.PollInterval ?? backend.Limits.PollInterval), cancellationToken).ConfigureAwait(false);
                LogSubmitted(context.Logger, batch.Id, batch.Provider.Value, batch.Count);
                break;
            case CreateOutcome.Refused refused:
                await RefuseAsync(batch, lease, refused.Failure, cancellationToken).ConfigureAwait(false);
                break;
            case CreateOutcome.Uncertain uncertain:
                LogUncertain(context.Logger, batch.Id, batch.Provider.Value, uncertain.Failure.Code);
                await context.Store.Submissions.MarkUncertainAsync(
                    batch.Id, lease, now + context.Options.SearchSettleDelay, uncertain.Failure.Code, cancellationToken).ConfigureAwait(false);
                break;
            default:
                throw new InvalidOperationException("Unknown create outcome.");
        }

        context.Reached(EffectPoint.CreateNoted);
    }

    private async Task RefuseAsync(Batch batch, Lease lease, ProviderFailure failure, CancellationToken cancellationToken)
    {
        LogRefused(context.Logger, batch.Id, batch.Provider.Value, failure.Code);
        context.Signals.Heard(batch.Provider, batch.Credential, failure);
        if (failure.IsCredential || failure.CanRetry)
        {
            await ResealAsync(batch, lease, failure, keepStaged: true, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (await Disbanding.ExpelAsync(context, batch, lease, failure, cancellationToken).ConfigureAwait(false))
        {
            await context.Store.Submissions.MarkResealedAsync(batch.Id, lease, context.Now, keepStaged: false, failure.Code, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (MayLackInput(batch, failure))
        {
            // First the file is given time to be seen, then it is uploaded again; only then the batch itself is at fault.
            await context.Store.Submissions.MarkResealedAsync(
                batch.Id, lease, context.Now + context.Options.SearchSettleDelay, keepStaged: batch.Creates == 0, failure.Code, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (await Disbanding.DisbandAsync(context, batch, lease, failure, cancellationToken).ConfigureAwait(false))
        {
            await context.Store.Submissions.MarkRejectedAsync(batch.Id, lease, failure.Code, context.Now, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A create that names an uploaded file can be refused because the file is not seen yet, or is gone.</summary>
    private static bool MayLackInput(Batch batch, ProviderFailure failure) =>
        batch is { StagedReference.Length: > 0, Creates: < 2 }
        && failure is { Stage: FailureStage.Create, Cause: FailureCause.NotFound or FailureCause.InvalidRequest };

    private Task<bool> ResealAsync(Batch batch, Lease lease, ProviderFailure failure, bool keepStaged, CancellationToken cancellationToken) =>
        context.Store.Submissions.MarkResealedAsync(
            batch.Id, lease, context.Now + context.Backoff(batch.Creates, failure.RetryAfter), keepStaged, failure.Code, cancellationToken);

    private Admission Admit(ProviderId provider, string credential)
    {
        if (context.Switches.IsShut(provider, credential)
            || !context.Credentials.TryFind(provider, credential, out var found) || found.Batches is not { Limits: var limits })
        {
            return new Admission(IsOpen: false, null, null, DistinctCounts: false);
        }

        return new Admission(IsOpen: true, limits.MaxQueuedRequests, limits.MaxQueuedTokens, limits.OrphanSearch == OrphanSearch.BySizeAndTime) { OpenBatchCaps = limits.OpenBatchCaps };
    }
}
