using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>
/// Books ledger entries within one transaction: added in memory, written by a statement for all of them. What is new is summed by scope,
/// budget and roll-up in memory, and each of those is written once.
/// </summary>
internal sealed class LedgerBook(Session session, ScopeDeltas scopes, BudgetDeltas budgets)
{
    private readonly RollupTable _rollups = new();
    private readonly List<LedgerLine> _lines = [];

    /// <summary>Adds an entry; whether it was new is known once they are written.</summary>
    internal LedgerLine Add(LedgerEntry entry, RequestId request, long scope, long profile, DateTimeOffset acceptedAt)
    {
        var line = new LedgerLine(entry, request.Value, scope, profile, acceptedAt);
        _lines.Add(line);
        return line;
    }

    /// <summary>Writes the entries. Two of one attempt are written one after the other, so that the second sees the first.</summary>
    internal async Task SaveEntriesAsync()
    {
        var pending = _lines;
        while (pending.Count > 0)
        {
            var seen = new HashSet<(Guid, int)>(pending.Count);
            var first = new List<LedgerLine>(pending.Count);
            var later = new List<LedgerLine>();
            foreach (var line in pending)
            {
                (seen.Add((line.Request, line.Entry.Attempt)) ? first : later).Add(line);
            }

            await SaveAsync(first).ConfigureAwait(false);
            pending = later;
        }

        _lines.Clear();
    }

    /// <summary>Adds to the roll-ups, in the order of their keys; one statement.</summary>
    internal async Task SaveRollupsAsync()
    {
        var rows = _rollups.Take();
        if (rows.Count > 0)
        {
            await RollupRows.AddAsync(session, rows).ConfigureAwait(false);
        }
    }

    private async Task SaveAsync(List<LedgerLine> lines)
    {
        var corrections = lines.FindAll(line => line.Entry.Kind == LedgerKind.Correction);
        await FindUnknownAsync(corrections).ConfigureAwait(false);
        await InsertAsync(lines).ConfigureAwait(false);

        // An attempt booked as unknown, whose usage reached us after all.
        var known = lines.FindAll(line => !line.IsNew && line.Entry is { Kind: not LedgerKind.Correction, CostUsd: not null });
        await FindUnknownAsync(known).ConfigureAwait(false);
        known.RemoveAll(line => line.Unknown is null);
        foreach (var line in known)
        {
            line.Entry = line.Entry with { Kind = LedgerKind.Correction, Revision = 1 };
        }

        await InsertAsync(known).ConfigureAwait(false);
    }

    private async Task InsertAsync(List<LedgerLine> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        var added = (await LedgerRows.AddAsync(session, lines).ConfigureAwait(false)).ToHashSet();
        foreach (var line in lines)
        {
            if (added.Contains((line.Request, line.Entry.Attempt)))
            {
                line.IsNew = true;
                Count(line);
            }
        }
    }

    private void Count(LedgerLine line)
    {
        var entry = line.Entry;
        var (spent, unknownBound) = (entry.CostUsd ?? 0m, entry.CostUsd is null ? entry.UpperBoundUsd ?? 0m : 0m);
        _rollups.Of(entry.At, line.Profile, entry.Route).Add(entry, isCounted: line.Unknown is not { HasUsage: false });
        if (line.Unknown is { } unknown && entry.CostUsd is not null)
        {
            // Known now: it no longer counts as unknown where it was booked.
            unknownBound -= unknown.Bound;
            _rollups.Of(unknown.At, line.Profile, unknown.Route).MakeKnown(unknown.Bound);
        }

        ref var delta = ref scopes.Of(line.Scope);
        delta.Spent += spent;
        delta.UnknownBound += unknownBound;
        budgets.Spend(line.Profile, line.AcceptedAt, spent, unknownBound);
    }

    private async Task FindUnknownAsync(List<LedgerLine> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        var found = await session.Use("FindUnknownEntry")
            .With(lines.ConvertAll(l => l.Request), NpgsqlDbType.Uuid).With(lines.ConvertAll(l => l.Entry.Attempt), NpgsqlDbType.Integer)
            .ListAsync(
                static row => (Index: row.Int32(), Unknown: new UnknownEntry(row.Time(), (Route)row.Small(), row.MoneyOrNull() ?? 0m, row.Bool())), session.Cancellation)
            .ConfigureAwait(false);
        foreach (var (index, unknown) in found)
        {
            lines[index].Unknown = unknown;
        }
    }
}

/// <summary>An entry on its way into the ledger.</summary>
internal sealed class LedgerLine(LedgerEntry entry, Guid request, long scope, long profile, DateTimeOffset acceptedAt)
{
    internal LedgerEntry Entry { get; set; } = entry;

    internal Guid Request => request;

    internal long Scope => scope;

    internal long Profile => profile;

    internal DateTimeOffset AcceptedAt => acceptedAt;

    /// <summary>Whether it was written; false when it was there already.</summary>
    internal bool IsNew { get; set; }

    /// <summary>The entry of unknown cost that it makes known.</summary>
    internal UnknownEntry? Unknown { get; set; }
}

/// <summary>An entry whose cost was unknown: where it was booked, what it counted for at most, USD, and whether its usage was known.</summary>
internal readonly record struct UnknownEntry(DateTimeOffset At, Route Route, decimal Bound, bool HasUsage);
