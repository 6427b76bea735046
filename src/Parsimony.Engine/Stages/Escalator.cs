using System.Collections.Frozen;

namespace Parsimony.Engine;

/// <summary>Holds deadlines: takes unanswered items out of their batch in time, and sends them live.</summary>
/// <remarks>
/// An item without a deadline leaves when the batch time-out has passed; nothing is bought a second time for it.
/// At deadline - live time - cancel time a batch all of whose open items are leaving is cancelled at its provider; what it finished is read, the
/// rest goes live. So is one that all items have left in other ways: what still runs in it would be paid for nothing. Where the cancel does not end in time, or the
/// batch holds items that may wait, a second purchase needs the policy's leave.
/// </remarks>
public sealed partial class Escalator(StageContext context) : IStage
{
    private const int Page = 1_000;
    private readonly Dictionary<long, (int Tries, DateTimeOffset NotBefore)> _refusedCancels = [];
    private int _page = Page;

    /// <inheritdoc/>
    public string Name => "escalator";

    /// <inheritdoc/>
    public async Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await context.Switches.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var done = 0;
        var killed = await ReadKilledAsync(cancellationToken).ConfigureAwait(false);
        var toCancel = (await context.Store.Settlements.ReadBatchesToCancelAsync(now, Page, cancellationToken).ConfigureAwait(false)).Union(killed).ToList();
        foreach (var gone in _refusedCancels.Keys.Except(toCancel).ToList())
        {
            _refusedCancels.Remove(gone);
        }

        foreach (var id in toCancel)
        {
            if (!_refusedCancels.TryGetValue(id, out var refused) || refused.NotBefore <= now)
            {
                done += await CancelAsync(id, refused.Tries, killed.Contains(id), now, cancellationToken).ConfigureAwait(false) ? 1 : 0;
            }
        }

        return done + await TakeOutDueAsync(now, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What runs at providers that an operator has killed.</summary>
    private async Task<IReadOnlySet<long>> ReadKilledAsync(CancellationToken cancellationToken)
    {
        const int most = 10_000;
        if (context.Switches.InForce.All(held => held.Setting != SwitchSetting.Killed))
        {
            return FrozenSet<long>.Empty;
        }

        var open = await context.Store.Batches.ListOpenAsync(scope: null, most, cancellationToken).ConfigureAwait(false);
        return open
            .Where(batch => batch.State == BatchState.Running && context.Switches.IsKilled(batch))
            .Select(batch => batch.Id).ToHashSet();
    }

    private async Task<int> TakeOutDueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            var due = await context.Store.Settlements.ReadDueForEscalationAsync(now, _page, cancellationToken).ConfigureAwait(false);
            var taken = due.Count == 0 ? 0 : await TakeOutAsync(due, now, cancellationToken).ConfigureAwait(false);
            if (taken > 0 || due.Count < _page)
            {
                _page = due.Count < Page ? Page : _page;
                return taken;
            }

            // None of a full page may leave yet: they must not hide those behind them.
            _page *= 2;
        }
    }

    private async Task<bool> CancelAsync(long id, int tries, bool isKilled, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // What could not be sent on while an operator holds its provider back stays where it is: its answer may still come.
        var before = await IsHeldBackAsync(id, cancellationToken).ConfigureAwait(false) ? DateTimeOffset.MinValue : now;
        var (open, leaving) = await context.Store.Settlements.CountOpenAsync(id, before, cancellationToken).ConfigureAwait(false);
        if (leaving < open && !isKilled)
        {
            return false;
        }

        var lease = context.NewLease(now);
        var claimed = await context.Store.Batches.ClaimForPollAsync(lease, 1, now, id, cancellationToken).ConfigureAwait(false);
        if (claimed is not [{ State: BatchState.Running, ProviderBatchId: { } providerId } batch])
        {
            if (claimed is [var moved])
            {
                await context.Store.Batches.MarkPolledAsync(id, lease, moved.NotBefore ?? context.Now, moved.Misses, cancellationToken).ConfigureAwait(false);
            }

            return false;
        }

        // A suspected batch may be somebody else's: it is never cancelled.
        if (batch.IsSuspected || !context.Providers.TryFind(batch.Provider, batch.Credential, out var provider) || provider.Batches is not { } backend)
        {
            await context.Store.Batches.MarkPolledAsync(id, lease, batch.NotBefore ?? context.Now, batch.Misses, cancellationToken).ConfigureAwait(false);
            return false;
        }

        context.Reached(EffectPoint.CancelBefore);
        var failure = await backend.CancelAsync(providerId, cancellationToken).ConfigureAwait(false);
        context.Signals.Heard(batch.Provider, batch.Credential, failure);
        context.Reached(EffectPoint.CancelAfter);
        if (failure is not null)
        {
            LogCancelFailed(context.Logger, id, failure.Code);
            _refusedCancels[id] = (tries + 1, context.Now + context.Backoff(tries, failure.RetryAfter));

            // The status call keeps its own time: a batch that cannot be cancelled ends all the same, and has to be seen to.
            await context.Store.Batches.MarkPolledAsync(id, lease, batch.NotBefore ?? context.Now, batch.Misses, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (isKilled)
        {
            LogKilled(context.Logger, id, batch.Provider.Value, open);
        }
        else
        {
            LogCancelled(context.Logger, id, open);
        }

        await context.Store.Batches.MarkCancellingAsync(id, lease, context.Now, context.Now + (context.Options.PollInterval ?? backend.Limits.PollInterval), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<int> TakeOutAsync(IReadOnlyList<StoredRequest> due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var settlements = new List<Settlement>();
        foreach (var group in due.GroupBy(request => request.Batch))
        {
            if (group.Key is not { } id || await context.Store.Batches.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } batch)
            {
                continue;
            }

            foreach (var request in group)
            {
                if (await DecideAsync(request, batch, now, cancellationToken).ConfigureAwait(false) is { } reason)
                {
                    // What it leaves behind may still be billed: unknown until its line is read.
                    settlements.Add(new Settlement
                    {
                        Sequence = request.Sequence,
                        Attempt = request.Attempt,
                        Move = new SettlementMove.ToQueued(reason, NotBefore: null, CountsAsSend: false, CountsAsUncertain: reason == Reasons.Hedge),
                        // The batch was read before: it may be on its way to the provider by now.
                        OnlyIfUnsubmitted = reason != Reasons.Hedge,
                        Entry = reason == Reasons.Hedge
                            ? Bookkeeper.BookUnknown(request, request.Attempt, LedgerKind.Batch, now, "it left its batch before the results came")
                            : null,
                    });
                }
            }
        }

        if (settlements.Count == 0)
        {
            return 0;
        }

        foreach (var chunk in settlements.Chunk(context.Options.SettleChunk))
        {
            var result = await context.Store.Settlements.SettleAsync(chunk, batch: null, now, cancellationToken).ConfigureAwait(false);
            context.Signals.RaiseEnded(result);
        }

        LogEscalated(context.Logger, settlements.Count);
        context.Reached(EffectPoint.Escalated);
        return settlements.Count;
    }

    private async Task<bool> IsHeldBackAsync(long id, CancellationToken cancellationToken) =>
        context.Switches.InForce.Count > 0
        && await context.Store.Batches.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } batch
        && context.Switches.IsShut(batch.Provider, batch.Credential);

    private TimeSpan LiveTime(Batch batch, StoredRequest request) =>
        context.Forecasts.Find(batch.Provider, request.Profile.Model.Name, size: null)?.Live.Value ?? context.Options.Completion.LiveCall;

    /// <summary>The reason to send an item live now; null when it has to wait.</summary>
    private async Task<string?> DecideAsync(StoredRequest request, Batch batch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (context.Switches.IsShut(batch.Provider, batch.Credential))
        {
            // Nothing is sent there now. What has not been submitted leaves at its deadline, where it ends with that reason; the rest stays with its batch.
            return batch.State is BatchState.Filling or BatchState.Sealed && request.Deadline <= now ? Reasons.Escalated : null;
        }

        switch (batch.State)
        {
            case BatchState.Filling or BatchState.Sealed:
                // Not at the provider: nothing can be bought twice.
                return Reasons.OfLeaving(request);
            case BatchState.Ended when batch.NotBefore is null || batch.NotBefore <= now:
                // The collector is about to read it.
                return null;
            case BatchState.Submitting or BatchState.Quarantined or BatchState.Running or BatchState.Cancelling or BatchState.Ended:
                return request.Deadline is { } deadline
                    && now >= deadline - LiveTime(batch, request)
                    && now < deadline
                    && context.Options.Uncertainty == UncertaintyPolicy.PayAgain
                    && context.Providers.TryFind(batch.Provider, batch.Credential, out _)
                    && await context.Hedges.TakeAsync(request, cancellationToken).ConfigureAwait(false)
                    ? Reasons.Hedge
                    : null;
            default:
                // Collected, Rejected: nothing of it is open.
                return null;
        }
    }
}
