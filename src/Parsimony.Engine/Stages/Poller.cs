namespace Parsimony.Engine;

/// <summary>Asks providers how running batches are doing, and notes when they are done.</summary>
public sealed partial class Poller(StageContext context) : IStage
{
    private const int Page = 50;

    // Under this chance to end in time a batch is called stuck.
    private const double Hardly = 0.05;

    private readonly HashSet<long> _stuck = [];

    /// <inheritdoc/>
    public string Name => "poller";

    /// <inheritdoc/>
    public async Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await context.Forecasts.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var lease = context.NewLease(now);
        var batches = await context.Store.Batches.ClaimForPollAsync(lease, Page, now, only: null, cancellationToken).ConfigureAwait(false);
        foreach (var batch in batches)
        {
            await PollAsync(batch, lease, cancellationToken).ConfigureAwait(false);
            context.Reached(EffectPoint.PollNoted);
        }

        return batches.Count;
    }

    private async Task PollAsync(Batch batch, Lease lease, CancellationToken cancellationToken)
    {
        if (!context.Credentials.TryFind(batch.Provider, batch.Credential, out var provider)
            || provider.Batches is not { } backend || batch.ProviderBatchId is not { } id)
        {
            await AgainAsync(batch, lease, context.Backoff(6), batch.Misses, cancellationToken).ConfigureAwait(false);
            return;
        }

        var outcome = await backend.PollAsync(id, cancellationToken).ConfigureAwait(false);
        context.Reached(EffectPoint.PollAfter);
        var interval = context.Options.PollInterval ?? backend.Limits.PollInterval;
        switch (outcome)
        {
            case PollOutcome.Seen { Snapshot: var snapshot }:
                context.Signals.Heard(batch.Provider, batch.Credential, failure: null);
                await NoteAsync(batch, lease, snapshot, interval, cancellationToken).ConfigureAwait(false);
                break;
            case PollOutcome.NotFound when context.Now - (batch.SubmittedAt ?? context.Now) > context.Options.NotFoundGrace && batch.Misses >= 5:
                await LostAsync(batch, lease, cancellationToken).ConfigureAwait(false);
                break;
            case PollOutcome.NotFound:
                await AgainAsync(batch, lease, interval, batch.Misses + 1, cancellationToken).ConfigureAwait(false);
                break;
            case PollOutcome.Failed { Failure: var failure }:
                LogPollFailed(context.Logger, batch.Id, failure.Code);
                context.Signals.Heard(batch.Provider, batch.Credential, failure);
                await AgainAsync(batch, lease, context.Backoff(batch.Misses, failure.RetryAfter), Math.Min(batch.Misses + 1, 4), cancellationToken).ConfigureAwait(false);
                break;
            default:
                throw new InvalidOperationException("Unknown poll outcome.");
        }
    }

    private async Task NoteAsync(Batch batch, Lease lease, BatchSnapshot snapshot, TimeSpan interval, CancellationToken cancellationToken)
    {
        var now = context.Now;
        switch (snapshot.Phase)
        {
            case BatchPhase.Ended:
                if (await context.Store.Batches.MarkEndedAsync(batch.Id, lease, now, snapshot.ResultReferences, cancellationToken).ConfigureAwait(false))
                {
                    await ObserveAsync(batch, now, cancellationToken).ConfigureAwait(false);
                }

                break;
            case BatchPhase.Rejected when batch.IsSuspected:
                // Whoever's it was, it never ran: ours is searched for again.
                await context.Store.Orphans.MarkForeignAsync(batch.Id, lease, snapshot.ProviderBatchId, now, cancellationToken).ConfigureAwait(false);
                break;
            case BatchPhase.Rejected:
                await RejectAsync(batch, lease, snapshot, cancellationToken).ConfigureAwait(false);
                break;
            case BatchPhase.Cancelling when batch.State == BatchState.Running && !batch.IsSuspected:
                await context.Store.Batches.MarkCancellingAsync(batch.Id, lease, now, now + interval, cancellationToken).ConfigureAwait(false);
                break;
            default:
                NoteStuck(batch, now);
                await AgainAsync(batch, lease, snapshot.RetryAfter is { } asked && asked > interval ? asked : interval, 0, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async Task RejectAsync(Batch batch, Lease lease, BatchSnapshot snapshot, CancellationToken cancellationToken)
    {
        var failure = snapshot.Rejection ?? new ProviderFailure(FailureStage.Create, FailureCause.InvalidRequest);
        LogRejected(context.Logger, batch.Id, failure.Code);
        if (batch.State == BatchState.Cancelling)
        {
            // Refused before the cancel reached it: nothing ran, and its items were leaving anyway.
            if (await Disbanding.DisbandAsync(context, batch, lease, failure, cancellationToken).ConfigureAwait(false))
            {
                await context.Store.Batches.MarkEndedAsync(batch.Id, lease, context.Now, [], cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        if (failure.CanRetry)
        {
            // A queue limit noticed after create: nothing ran; it waits for room.
            await context.Store.Submissions.MarkResealedAsync(
                batch.Id, lease, context.Now + context.Backoff(batch.Creates + 2, failure.RetryAfter), keepStaged: true, failure.Code, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (await Disbanding.ExpelAsync(context, batch, lease, failure, cancellationToken).ConfigureAwait(false))
        {
            await context.Store.Submissions.MarkResealedAsync(batch.Id, lease, context.Now, keepStaged: false, failure.Code, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (await Disbanding.DisbandAsync(context, batch, lease, failure, cancellationToken).ConfigureAwait(false))
        {
            await context.Store.Submissions.MarkRejectedAsync(batch.Id, lease, failure.Code, context.Now, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The provider no longer knows a batch it had: its items are read as missing and bought again, booked as possible duplicates.</summary>
    private async Task LostAsync(Batch batch, Lease lease, CancellationToken cancellationToken)
    {
        LogLost(context.Logger, batch.Id);
        if (batch.IsSuspected && batch.ProviderBatchId is { } id)
        {
            await context.Store.Orphans.MarkForeignAsync(batch.Id, lease, id, context.Now, cancellationToken).ConfigureAwait(false);
            return;
        }

        await context.Store.Batches.MarkEndedAsync(batch.Id, lease, context.Now, [], cancellationToken).ConfigureAwait(false);
    }

    private Task<bool> AgainAsync(Batch batch, Lease lease, TimeSpan pause, int misses, CancellationToken cancellationToken) =>
        context.Store.Batches.MarkPolledAsync(batch.Id, lease, context.Now + pause, misses, cancellationToken);

    /// <summary>Says once of a batch that it will hardly end before its items leave it. They leave as late as is safe all the same: sooner saves nothing, and gives up the chance that is left.</summary>
    private void NoteStuck(Batch batch, DateTimeOffset now)
    {
        if (batch is { State: BatchState.Running, EscalateAt: { } leaves, SubmittedAt: { } since } && leaves > now
            && context.Forecasts.Find(batch.Provider, batch.Model, batch.Count) is { } forecast
            && forecast.Completion.DoneBy(leaves - since, now - since) is var chance and < Hardly
            && _stuck.Add(batch.Id))
        {
            LogStuck(context.Logger, batch.Id, batch.Provider.Value, (now - since).TotalMinutes, chance, leaves);
        }
    }

    private async Task ObserveAsync(Batch batch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        _stuck.Remove(batch.Id);
        var since = batch.SubmittedAt ?? now;
        if (batch.CancelledAt is { } cancelled)
        {
            await RecordAsync(ObservationKind.BatchCut, cancelled - since).ConfigureAwait(false);
            await RecordAsync(ObservationKind.BatchCancel, now - cancelled).ConfigureAwait(false);
        }
        else
        {
            await RecordAsync(ObservationKind.BatchCompletion, now - since).ConfigureAwait(false);
        }

        Task RecordAsync(ObservationKind kind, TimeSpan took) =>
            context.Store.Observations.RecordAsync(new Observation(kind, batch.Provider, batch.Model, batch.Count, took, now), cancellationToken);
    }
}
