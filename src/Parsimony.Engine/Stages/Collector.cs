namespace Parsimony.Engine;

/// <summary>Reads the results of ended batches, in any order, and settles each item by its custom id.</summary>
/// <remarks>
/// Safe to repeat from the start at any time: an entry that is there is not booked again, a request that ended is not moved again. What was
/// paid for is kept, also from a batch that expired or was cancelled. Lines that cannot be matched are counted, never guessed.
/// </remarks>
public sealed partial class Collector(StageContext context) : IStage
{
    // Batches end in another order than they were sent in.
    private const int ExpectationsLookedThrough = 500;

    /// <inheritdoc/>
    public string Name => "collector";

    /// <inheritdoc/>
    public async Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var lease = context.NewLease(now);
        var batches = await context.Store.Batches.ClaimForCollectAsync(lease, 1, now, cancellationToken).ConfigureAwait(false);
        foreach (var batch in batches)
        {
            await CollectAsync(batch, lease, cancellationToken).ConfigureAwait(false);
        }

        return batches.Count;
    }

    private async Task CollectAsync(Batch batch, Lease lease, CancellationToken cancellationToken)
    {
        if (!context.Credentials.TryFind(batch.Provider, batch.Credential, out var provider)
            || provider.Batches is not { } backend || batch.ProviderBatchId is not { } id)
        {
            await context.Store.Batches.MarkCollectFailedAsync(
                batch.Id, lease, context.Now + context.Backoff(6), batch.Misses, "collect.unsupported", cancellationToken).ConfigureAwait(false);
            return;
        }

        context.Reached(EffectPoint.CollectBefore);
        CollectTally tally;
        try
        {
            var snapshot = await SnapshotAsync(batch, backend, id, cancellationToken).ConfigureAwait(false);
            tally = await ReadAsync(batch, backend, snapshot, lease, cancellationToken).ConfigureAwait(false);
            context.Signals.Heard(batch.Provider, batch.Credential, failure: null);
        }
        catch (ProviderException exception)
        {
            await BrokenAsync(batch, lease, exception.Failure, cancellationToken).ConfigureAwait(false);
            return;
        }

        context.Reached(EffectPoint.CollectEnd);
        if (tally.IsForeign)
        {
            LogForeign(context.Logger, batch.Id);
            await context.Store.Orphans.MarkForeignAsync(batch.Id, lease, id, context.Now, cancellationToken).ConfigureAwait(false);
        }
        else if (tally.LeaseHeld)
        {
            await FinishAsync(batch, lease, tally, cancellationToken).ConfigureAwait(false);
        }

        context.Reached(EffectPoint.CollectNoted);
    }

    /// <summary>Where the results are: as noted when the batch ended, or asked again when the provider named no file then (files may lag behind the state).</summary>
    /// <exception cref="ProviderException">It could not be asked: that is no word on the results.</exception>
    private static async Task<BatchSnapshot> SnapshotAsync(Batch batch, IBatchBackend backend, string id, CancellationToken cancellationToken)
    {
        var noted = new BatchSnapshot { ProviderBatchId = id, Phase = BatchPhase.Ended, ResultReferences = batch.ResultReferences };
        return batch.ResultReferences.Count > 0
            ? noted
            : await backend.PollAsync(id, cancellationToken).ConfigureAwait(false) switch
            {
                PollOutcome.Seen { Snapshot: var seen } => seen,
                PollOutcome.Failed { Failure: var failure } => throw new ProviderException(batch.Provider, failure),
                _ => noted,
            };
    }

    /// <summary>Streams the lines: read and decided a window at a time, settled a chunk at a time.</summary>
    private async Task<CollectTally> ReadAsync(Batch batch, IBatchBackend backend, BatchSnapshot snapshot, Lease lease, CancellationToken cancellationToken)
    {
        var tally = new CollectTally();
        var lines = backend.ReadResultsAsync(snapshot, cancellationToken);
        await foreach (var window in new ResultReader(context, batch, lease, tally).ReadAsync(lines, cancellationToken).ConfigureAwait(false))
        {
            foreach (var chunk in window.Chunks)
            {
                await SettleAsync(batch, lease, chunk, tally, cancellationToken).ConfigureAwait(false);
                if (!tally.LeaseHeld)
                {
                    return tally;
                }
            }
        }

        return tally;
    }

    private async Task SettleAsync(Batch batch, Lease lease, IReadOnlyList<Settlement> chunk, CollectTally tally, CancellationToken cancellationToken)
    {
        context.Reached(EffectPoint.CollectChunkBefore);
        var result = await context.Store.Settlements
            .SettleAsync(chunk, (batch.Id, context.Renewed(lease)), context.Now, cancellationToken).ConfigureAwait(false);
        tally.LeaseHeld = result.LeaseHeld;
        tally.Repeated += result.Repeated;
        context.Reached(EffectPoint.CollectChunkAfter);
        context.Signals.RaiseEnded(result);
    }

    /// <summary>The results were read to their end: what is still open in the batch has no line.</summary>
    private async Task FinishAsync(Batch batch, Lease lease, CollectTally tally, CancellationToken cancellationToken)
    {
        const int page = 1_000;
        var missing = await context.Store.Settlements.ReadUnsettledAsync(batch.Id, 0, page, cancellationToken).ConfigureAwait(false);
        if (missing.Count > 0 && batch.Misses + 1 < context.Options.MaxDownloads)
        {
            // A file can lag behind its batch, or be cut short: it is read again before anything is bought again.
            LogMissing(context.Logger, batch.Id, missing.Count, tally.Unreadable);
            await context.Store.Batches.MarkCollectFailedAsync(
                batch.Id, lease, context.Now + context.Backoff(batch.Misses), batch.Misses + 1, "collect.missing", cancellationToken).ConfigureAwait(false);
            return;
        }

        while (missing.Count > 0)
        {
            var settlements = new List<Settlement>(missing.Count);
            foreach (var request in missing)
            {
                var again = await context.Hedges.AllowsAgainAsync(request, cancellationToken).ConfigureAwait(false);
                settlements.Add(LineDecision.SettleMissing(batch, request, again, context.Switches.IsKilled(batch), context.Now));
            }

            var result = await context.Store.Settlements
                .SettleAsync(settlements, (batch.Id, context.Renewed(lease)), context.Now, cancellationToken).ConfigureAwait(false);
            context.Signals.RaiseEnded(result);
            if (!result.LeaseHeld)
            {
                return;
            }

            missing = await context.Store.Settlements.ReadUnsettledAsync(batch.Id, missing[^1].Sequence, page, cancellationToken).ConfigureAwait(false);
        }

        if (await context.Store.Batches.MarkCollectedAsync(batch.Id, lease, context.Now, cancellationToken).ConfigureAwait(false))
        {
            LogCollected(context.Logger, batch.Id, tally.Lines, tally.Unknown, tally.Unreadable, tally.Repeated);
            context.Signals.Wake();
            await NoteHitsAsync(batch, tally, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Holds the hits that were expected of the prompt cache against those there were; later batches are planned by them.</summary>
    private async Task NoteHitsAsync(Batch batch, CollectTally tally, CancellationToken cancellationToken)
    {
        if (batch.CreateSentAt is not { } sentAt)
        {
            return;
        }

        var expectations = await context.Store.Observations
            .ReadAsync(ObservationKind.BatchHitsExpected, batch.Provider, ExpectationsLookedThrough, cancellationToken).ConfigureAwait(false);
        foreach (var expected in expectations)
        {
            var model = new ModelId(batch.Provider, expected.Model);
            var (_, hits) = tally.Cached.GetValueOrDefault(model);
            var measured = Observation.OfHits(ObservationKind.BatchHits, model, expected.Size, hits, sentAt);
            if (measured.IsOfSameBatch(expected))
            {
                await context.Store.Observations.RecordAsync(measured, cancellationToken).ConfigureAwait(false);
                LogHits(context.Logger, batch.Id, model, hits, expected.Size, expected.Hits);
            }
        }
    }

    private async Task BrokenAsync(Batch batch, Lease lease, ProviderFailure failure, CancellationToken cancellationToken)
    {
        LogBroken(context.Logger, batch.Id, failure.Code);
        context.Signals.Heard(batch.Provider, batch.Credential, failure);

        // Results that are gone for good (404 after their retention) are read as missing after the usual tries; soon after the end they may only lag.
        var since = context.Now - (batch.EndedAt ?? context.Now);
        var gone = failure.Cause == FailureCause.NotFound && batch.Misses + 1 >= context.Options.MaxDownloads && since > context.Options.NotFoundGrace;
        if (gone)
        {
            await FinishAsync(batch, lease, new CollectTally(), cancellationToken).ConfigureAwait(false);
            return;
        }

        await context.Store.Batches.MarkCollectFailedAsync(
            batch.Id, lease, context.Now + context.Backoff(Backoff.TriesIn(since), failure.RetryAfter), failure.Cause == FailureCause.NotFound ? batch.Misses + 1 : batch.Misses,
            failure.Code, cancellationToken).ConfigureAwait(false);
    }
}
