using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Books ledger entries within one transaction; sums roll-ups in memory and writes each of them once.</summary>
internal sealed class LedgerBook(Connection connection, Dictionaries dictionaries, ScopeDeltas scopes, BudgetDeltas budgets)
{
    private readonly RollupTable _rollups = new();

    /// <summary>Adds an entry; false when it is there already.</summary>
    internal bool Add(LedgerEntry entry, long scope, long profile, DateTimeOffset acceptedAt)
    {
        var isCorrection = entry.Kind == LedgerKind.Correction;
        var corrected = isCorrection ? FindUnknown(entry) : null;
        if (!Insert(entry, scope, profile))
        {
            // An attempt booked as unknown, whose usage reached us after all.
            return !isCorrection && entry.CostUsd is not null && FindUnknown(entry) is not null
                && Add(entry with { Kind = LedgerKind.Correction, Revision = 1 }, scope, profile, acceptedAt);
        }

        var number = connection.LastRowId;
        ref var delta = ref scopes.Of(scope);
        delta.FirstEntry = delta.FirstEntry == 0 ? number : delta.FirstEntry;
        delta.LastEntry = number;
        var (spent, unknownBound) = (entry.CostUsd ?? 0m, entry.CostUsd is null ? entry.UpperBoundUsd ?? 0m : 0m);
        _rollups.Of(entry.At, profile, entry.Route).Add(entry, isCounted: corrected is not { HasUsage: false });
        if (corrected is { } unknown && entry.CostUsd is not null)
        {
            // Known now: it no longer counts as unknown where it was booked.
            unknownBound -= unknown.Bound;
            _rollups.Of(unknown.At, profile, unknown.Route).MakeKnown(unknown.Bound);
        }

        delta.Spent += spent;
        delta.UnknownBound += unknownBound;
        budgets.Spend(profile, acceptedAt, spent, unknownBound);

        return true;
    }

    internal void Save() => RollupRows.Add(connection, _rollups.Take());

    private bool Insert(LedgerEntry entry, long scope, long profile)
    {
        var add = connection.Use("AddEntry")
            .With(entry.Sequence).With(entry.Attempt).With((long)entry.Kind).With(entry.Revision).With(scope).With(profile)
            .With(entry.At).With((long)entry.Route);
        if (entry.Usage is { } usage)
        {
            add.With(usage.UncachedInput).With(usage.CacheRead).With(usage.CacheWriteShort).With(usage.CacheWriteLong)
                .With(usage.Output).With(usage.Reasoning).With(usage.Images);
        }
        else
        {
            add.WithNull().WithNull().WithNull().WithNull().WithNull().WithNull().WithNull();
        }

        add.With(entry.CostUsd).With(entry.UpperBoundUsd).With(entry.BaselineUsd)
            .With(EntryColumns.OrNull(entry.SavedByBatchUsd)).With(EntryColumns.OrNull(entry.SavedByCacheUsd)).With(EntryColumns.OrNull(entry.SavedByTierUsd))
            .With(EntryColumns.OrNull(entry.SavedByReuseUsd)).With(EntryColumns.OrNull(entry.SavedByRoutingUsd))
            .With(dictionaries.PhraseNumber(connection, entry.PriceSource)).With(entry.ProviderReference).With(entry.ReportedUsd);
        return add.Run() > 0;
    }

    private (DateTimeOffset At, Route Route, decimal Bound, bool HasUsage)? FindUnknown(LedgerEntry correction)
    {
        using var row = connection.Use("FindUnknownEntry").With(correction.Sequence).With(correction.Attempt);
        return row.Step() ? (row.Time(), (Route)row.Int32(), row.Money(), row.Bool()) : null;
    }
}
