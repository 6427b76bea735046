namespace Parsimony.Engine;

/// <summary>The ledger: read, corrected, rolled up, pruned. Entries are written by <see cref="ISettlementStore"/>.</summary>
public interface ILedgerStore
{
    /// <summary>Streams entries, oldest first: of a scope, or of all.</summary>
    IAsyncEnumerable<LedgerRow> ReadAsync(string? scope, CancellationToken cancellationToken = default);

    /// <summary>The entries of one request, oldest first.</summary>
    Task<IReadOnlyList<LedgerRow>> ReadRequestAsync(long sequence, CancellationToken cancellationToken = default);

    /// <summary>Roll-ups that start in [from, until), by start.</summary>
    IAsyncEnumerable<Rollup> ReadRollupsAsync(RollupPeriod period, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken = default);

    /// <summary>A page of entries with known usage, unknown cost and no correction yet.</summary>
    Task<IReadOnlyList<LedgerRow>> ReadUnpricedAsync(long afterNumber, int max, CancellationToken cancellationToken = default);

    /// <summary>Adds corrections (skipping those that exist) with roll-ups and scope totals.</summary>
    Task<int> CorrectAsync(IReadOnlyList<LedgerEntry> corrections, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Batches collected, or rejected with their input uploaded, and not cleaned at the provider yet: a page.</summary>
    Task<IReadOnlyList<Batch>> ReadUncleanedAsync(int max, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Notes that a batch's provider-side files are gone, or not to be tried before a time.</summary>
    Task MarkCleanedAsync(long batch, bool isDone, DateTimeOffset notBefore, CancellationToken cancellationToken = default);

    /// <summary>Removes payload pages all of whose requests ended before <paramref name="payloadsBefore"/>, and measurements and decisions from before it; ledger entries before <paramref name="ledgerBefore"/>, minute roll-ups before <paramref name="minutesBefore"/>; at most a page each. Months that are over and hold nothing any more are dropped.</summary>
    Task<PruneResult> PruneAsync(DateTimeOffset payloadsBefore, DateTimeOffset ledgerBefore, DateTimeOffset minutesBefore, int max, CancellationToken cancellationToken = default);
}

/// <summary>An entry with its number and dimensions.</summary>
/// <param name="Number">Row number, in order of booking.</param>
/// <param name="RequestId">The request's id.</param>
/// <param name="Profile">Its dimensions.</param>
/// <param name="BatchKey">For a batch attempt: the submission key of its batch, so custom ids can be rebuilt; else null.</param>
/// <param name="Entry">The entry.</param>
public sealed record LedgerRow(long Number, RequestId RequestId, RequestProfile Profile, string? BatchKey, LedgerEntry Entry);

/// <summary>The length of a roll-up.</summary>
public enum RollupPeriod
{
    /// <summary>Kept 48 hours.</summary>
    Minute,

    /// <summary>Kept for ever.</summary>
    Hour,
}

/// <summary>Sums over one period, profile and route.</summary>
public sealed record Rollup
{
    /// <summary>Start of the period.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Dimensions.</summary>
    public required RequestProfile Profile { get; init; }

    /// <summary>The route.</summary>
    public required Route Route { get; init; }

    /// <summary>Entries, corrections not: a call is counted when it was booked first.</summary>
    public long Entries { get; init; }

    /// <summary>Entries with any cache read.</summary>
    public long CacheHits { get; init; }

    /// <summary>Entries with unknown cost.</summary>
    public long Unknown { get; init; }

    /// <summary>Summed usage.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>Known cost, USD.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>Baseline of the entries with known cost, USD.</summary>
    public decimal BaselineUsd { get; init; }

    /// <summary>Saved by batch, USD.</summary>
    public decimal SavedByBatchUsd { get; init; }

    /// <summary>Saved by prompt caching, USD.</summary>
    public decimal SavedByCacheUsd { get; init; }

    /// <summary>Saved by tier, USD.</summary>
    public decimal SavedByTierUsd { get; init; }

    /// <summary>Saved by reuse, USD.</summary>
    public decimal SavedByReuseUsd { get; init; }

    /// <summary>Saved by routing, USD.</summary>
    public decimal SavedByRoutingUsd { get; init; }

    /// <summary>Upper bounds of the unknown, USD.</summary>
    public decimal UpperBoundUsd { get; init; }
}

/// <summary>What a pruning removed.</summary>
public sealed record PruneResult(int Pages, int Entries, int Minutes, int Observations, int Decisions = 0);
