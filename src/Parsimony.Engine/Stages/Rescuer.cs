namespace Parsimony.Engine;

/// <summary>Finds out what became of creates whose outcome nobody noted, before anything is bought again.</summary>
/// <remarks>
/// A row is looked at only when its lease has ended, so no create of ours is under way. Two searches, a settle delay apart, decide:
/// <code>
///   no create was sent                     --> Sealed: submit as if new
///   a candidate carries our key            --> Running
///   one candidate by size and time         --> Running, suspected: never cancelled, deleted or billed until a custom id proves it
///   several                                --> Quarantined: each is watched until custom ids prove one ours or all foreign
///   none, twice                            --> Sealed: the create counts as not accepted
/// </code>
/// A quarantine ends without proof when nobody can give it any more (the candidates' windows have passed, and their results are gone), or when the user has
/// cancelled every item that waits for it: what it may have cost is booked as unknown with its bound.
/// </remarks>
public sealed partial class Rescuer(StageContext context) : IStage
{
    private const int Page = 20;

    /// <inheritdoc/>
    public string Name => "rescuer";

    /// <inheritdoc/>
    public async Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var lease = context.NewLease(now);
        var batches = await context.Store.Orphans
            .ClaimForRescueAsync(lease, Page, now, now - context.Options.ClockSkew, cancellationToken).ConfigureAwait(false);
        foreach (var batch in batches)
        {
            context.Reached(EffectPoint.RescueClaimed);
            await RescueAsync(batch, lease, cancellationToken).ConfigureAwait(false);
            context.Reached(EffectPoint.RescueNoted);
        }

        return batches.Count;
    }

    private async Task RescueAsync(Batch batch, Lease lease, CancellationToken cancellationToken)
    {
        var orphans = context.Store.Orphans;
        if (batch.CreateSentAt is not { } sentAt)
        {
            await context.Store.Submissions.MarkResealedAsync(batch.Id, lease, context.Now, keepStaged: true, "create.not_sent", cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!context.Credentials.TryFind(batch.Provider, batch.Credential, out var provider) || provider.Batches is not { } backend)
        {
            await orphans.MarkSearchedAsync(batch.Id, lease, batch.Searches, context.Now + context.Backoff(6), cancellationToken).ConfigureAwait(false);
            return;
        }

        IReadOnlyList<OrphanCandidate> candidates;
        try
        {
            candidates = await SearchAsync(batch, backend, sentAt, cancellationToken).ConfigureAwait(false);
        }
        catch (ProviderException exception)
        {
            LogSearchFailed(context.Logger, batch.Id, exception.Failure.Code);
            context.Signals.Heard(batch.Provider, batch.Credential, exception.Failure);
            if (IsBeyondProof(batch, backend))
            {
                await GiveUpAsync(batch, lease, cancellationToken).ConfigureAwait(false);
                return;
            }

            await orphans.MarkSearchedAsync(
                batch.Id, lease, batch.Searches, context.Now + context.Backoff(2, exception.Failure.RetryAfter), cancellationToken).ConfigureAwait(false);
            return;
        }

        context.Signals.Heard(batch.Provider, batch.Credential, failure: null);
        context.Reached(EffectPoint.RescueSearched);
        await DecideAsync(batch, backend, lease, candidates, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<OrphanCandidate>> SearchAsync(Batch batch, IBatchBackend backend, DateTimeOffset sentAt, CancellationToken cancellationToken)
    {
        var options = context.Options;
        var query = new OrphanQuery(
            batch.Key, batch.StagedReference, batch.Count, sentAt - options.ClockSkew, sentAt + options.SendLimit + options.ClockSkew);
        var found = await backend.FindAsync(query, cancellationToken).ConfigureAwait(false);
        var recorded = await context.Store.Orphans
            .FindRecordedAsync(batch.Provider, [.. found.Select(candidate => candidate.ProviderBatchId)], cancellationToken).ConfigureAwait(false);
        return [.. found.Where(candidate => !recorded.Contains(candidate.ProviderBatchId))];
    }

    private async Task DecideAsync(Batch batch, IBatchBackend backend, Lease lease, IReadOnlyList<OrphanCandidate> candidates, CancellationToken cancellationToken)
    {
        var orphans = context.Store.Orphans;
        var now = context.Now;
        if (candidates.FirstOrDefault(candidate => candidate.IsProven) is { } proven)
        {
            await AdoptAsync(batch, backend, lease, proven, isSuspected: false, cancellationToken).ConfigureAwait(false);
            return;
        }

        switch (candidates.Count)
        {
            case 0 when batch.Searches == 0:
                await orphans.MarkSearchedAsync(batch.Id, lease, 1, now + context.Options.SearchSettleDelay, cancellationToken).ConfigureAwait(false);
                break;
            case 0 when batch.State == BatchState.Submitting:
                LogNotAccepted(context.Logger, batch.Id);
                await context.Store.Submissions.MarkResealedAsync(batch.Id, lease, now, keepStaged: true, "create.not_found", cancellationToken).ConfigureAwait(false);
                break;
            case 0:
                // Quarantined, and every candidate has turned out foreign or gone: the search starts again.
                await orphans.MarkForeignAsync(batch.Id, lease, "", now, cancellationToken).ConfigureAwait(false);
                break;
            case 1 when batch.State == BatchState.Submitting:
                await AdoptAsync(batch, backend, lease, candidates[0], isSuspected: true, cancellationToken).ConfigureAwait(false);
                break;
            default:
                await ProveAsync(batch, backend, lease, candidates, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Reads the first line of each ended candidate: its custom id says whose it is.</summary>
    private async Task ProveAsync(Batch batch, IBatchBackend backend, Lease lease, IReadOnlyList<OrphanCandidate> candidates, CancellationToken cancellationToken)
    {
        var open = new List<string>();
        foreach (var candidate in candidates)
        {
            switch (await OwnerProof.ReadAsync(backend, candidate.ProviderBatchId, batch.Key, cancellationToken).ConfigureAwait(false))
            {
                case true:
                    await AdoptAsync(batch, backend, lease, candidate, isSuspected: false, cancellationToken).ConfigureAwait(false);
                    return;
                case false:
                    LogForeign(context.Logger, batch.Id);
                    await context.Store.Orphans.MarkForeignAsync(batch.Id, lease, candidate.ProviderBatchId, context.Now, cancellationToken).ConfigureAwait(false);
                    return;
                default:
                    open.Add(candidate.ProviderBatchId);
                    break;
            }
        }

        if (IsBeyondProof(batch, backend) || await IsCancelledAsync(batch, cancellationToken).ConfigureAwait(false))
        {
            await GiveUpAsync(batch, lease, cancellationToken).ConfigureAwait(false);
            return;
        }

        LogQuarantined(context.Logger, batch.Id, open.Count);
        await context.Store.Orphans.MarkQuarantinedAsync(
            batch.Id, lease, open, context.Now + (context.Options.PollInterval ?? backend.Limits.PollInterval), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether nobody can say any more whose the candidates are: those created last have ended, and their results are no longer kept.</summary>
    private bool IsBeyondProof(Batch batch, IBatchBackend backend) =>
        batch is { State: BatchState.Quarantined, CreateSentAt: { } sentAt }
        && context.Now > sentAt + context.Options.SendLimit + context.Options.ClockSkew + backend.Limits.Window + backend.Limits.ResultRetention;

    /// <summary>Whether the user has cancelled every item that still waits for a quarantined batch.</summary>
    private async Task<bool> IsCancelledAsync(Batch batch, CancellationToken cancellationToken)
    {
        var (open, marked) = await context.Store.Settlements.CountOpenAsync(batch.Id, DateTimeOffset.MinValue, cancellationToken).ConfigureAwait(false);
        return batch.State == BatchState.Quarantined && open > 0 && marked == open;
    }

    private async Task GiveUpAsync(Batch batch, Lease lease, CancellationToken cancellationToken)
    {
        LogGivenUp(context.Logger, batch.Id);
        await Disbanding.AbandonAsync(context, batch, lease, cancellationToken).ConfigureAwait(false);
        await context.Store.Submissions.MarkRejectedAsync(batch.Id, lease, "create.unproven", context.Now, cancellationToken).ConfigureAwait(false);
    }

    private Task<bool> AdoptAsync(Batch batch, IBatchBackend backend, Lease lease, OrphanCandidate candidate, bool isSuspected, CancellationToken cancellationToken)
    {
        LogAdopted(context.Logger, batch.Id, isSuspected);
        return context.Store.Submissions.MarkRunningAsync(
            batch.Id, lease, candidate.ProviderBatchId, isSuspected, candidate.CreatedAt,
            context.Now + (context.Options.PollInterval ?? backend.Limits.PollInterval), cancellationToken);
    }
}
