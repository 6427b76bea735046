namespace Parsimony.Engine;

/// <summary>Measures what is booked: cost, savings and tokens of each entry, once, when its transaction has committed.</summary>
internal sealed class ObservedSettlements(IEngineStore store) : ISettlementStore
{
    private readonly ISettlementStore _inner = store.Settlements;

    public async Task<SettlementResult> SettleAsync(
        IReadOnlyList<Settlement> settlements, (long Id, Lease Lease)? batch, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var result = await _inner.SettleAsync(settlements, batch, now, cancellationToken).ConfigureAwait(false);
        if (result.LeaseHeld && IsWanted)
        {
            await MeasureAsync(settlements, isRepeated: result.Repeated > 0).ConfigureAwait(false);
        }

        return result;
    }

    public async Task BookLiveAsync(IReadOnlyList<MeteredCall> calls, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await _inner.BookLiveAsync(calls, now, cancellationToken).ConfigureAwait(false);
        foreach (var call in calls)
        {
            Record(call.Request.Profile, call.Entry);
        }
    }

    public Task<IReadOnlyList<StoredRequest>> ReadUnsettledAsync(long batch, long afterSequence, int max, CancellationToken cancellationToken = default) =>
        _inner.ReadUnsettledAsync(batch, afterSequence, max, cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> ReadDueForEscalationAsync(DateTimeOffset escalateBefore, int max, CancellationToken cancellationToken = default) =>
        _inner.ReadDueForEscalationAsync(escalateBefore, max, cancellationToken);

    public Task<(int Open, int Leaving)> CountOpenAsync(long batch, DateTimeOffset escalateBefore, CancellationToken cancellationToken = default) =>
        _inner.CountOpenAsync(batch, escalateBefore, cancellationToken);

    public Task<IReadOnlyList<long>> ReadBatchesToCancelAsync(DateTimeOffset escalateBefore, int max, CancellationToken cancellationToken = default) =>
        _inner.ReadBatchesToCancelAsync(escalateBefore, max, cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> ReadOverdueAsync(DateTimeOffset now, int max, CancellationToken cancellationToken = default) =>
        _inner.ReadOverdueAsync(now, max, cancellationToken);

    private static bool IsWanted =>
        ParsimonyTelemetry.Cost.Enabled || ParsimonyTelemetry.Saved.Enabled || ParsimonyTelemetry.TokenUsage.Enabled || ParsimonyTelemetry.Unpriced.Enabled;

    private async Task MeasureAsync(IReadOnlyList<Settlement> settlements, bool isRepeated)
    {
        // The profiles are read only while somebody listens; the caller's cancellation no longer matters, the chunk is written.
        var entries = settlements.Where(settlement => settlement.Entry is not null).ToList();
        var requests = await store.Requests.LoadAsync([.. entries.Select(settlement => settlement.Sequence).Distinct()], CancellationToken.None).ConfigureAwait(false);
        var profiles = requests.ToDictionary(request => request.Sequence, request => request.Profile);
        foreach (var settlement in entries)
        {
            if (settlement.Entry is { } entry && profiles.TryGetValue(settlement.Sequence, out var profile)
                && (!isRepeated || await IsNewAsync(entry).ConfigureAwait(false)))
            {
                Record(profile, entry);
            }
        }
    }

    /// <summary>In a chunk that was settled in part before: an entry booked then carries the instant of then.</summary>
    private async Task<bool> IsNewAsync(LedgerEntry entry)
    {
        var rows = await store.Ledger.ReadRequestAsync(entry.Sequence, CancellationToken.None).ConfigureAwait(false);
        return rows.Any(row => row.Entry.Attempt == entry.Attempt && row.Entry.Kind == entry.Kind && row.Entry.Revision == entry.Revision
            && row.Entry.At.ToUnixTimeMilliseconds() == entry.At.ToUnixTimeMilliseconds());
    }

    private static void Record(RequestProfile profile, LedgerEntry entry)
    {
        var tags = ParsimonyTelemetry.Tags(profile.Model, profile.Kind, entry.Route);
        if (entry.CostUsd is { } cost)
        {
            ParsimonyTelemetry.Cost.Add((double)cost, tags);
        }
        else
        {
            ParsimonyTelemetry.Unpriced.Add(1, tags);
        }

        Save(entry.SavedByBatchUsd, "batch");
        Save(entry.SavedByCacheUsd, "cache");
        Save(entry.SavedByTierUsd, "tier");
        Save(entry.SavedByReuseUsd, "reuse");
        Save(entry.SavedByRoutingUsd, "routing");
        if (entry.Usage is { } usage)
        {
            Count(usage.TotalInput, "input");
            Count(usage.TotalOutput, "output");
        }

        void Save(decimal usd, string cause)
        {
            if (usd != 0)
            {
                var more = tags;
                more.Add(ParsimonyTelemetry.SavedBy, cause);
                ParsimonyTelemetry.Saved.Add((double)usd, more);
            }
        }

        void Count(long tokens, string type)
        {
            var more = tags;
            more.Add(ParsimonyTelemetry.TokenType, type);
            ParsimonyTelemetry.TokenUsage.Record(tokens, more);
        }
    }
}
