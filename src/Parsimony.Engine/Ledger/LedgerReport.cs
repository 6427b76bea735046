namespace Parsimony.Engine;

/// <summary>The ledger's hour roll-ups, summed by period and group. The total is that of the ledger, to the last digit.</summary>
/// <param name="Rows">By period, then by group.</param>
/// <param name="Total">Everything, each call once.</param>
public sealed record LedgerReport(IReadOnlyList<ReportRow> Rows, ReportSums Total)
{
    /// <summary>Reads a store's roll-ups; they are kept for ever.</summary>
    public static Task<LedgerReport> ReadAsync(ILedgerStore ledger, ReportQuery query, CancellationToken cancellationToken = default) =>
        SumAsync(ledger.ReadRollupsAsync(RollupPeriod.Hour, query.From, query.Until, cancellationToken), query, cancellationToken);

    /// <summary>Sums roll-ups.</summary>
    public static async Task<LedgerReport> SumAsync(IAsyncEnumerable<Rollup> rollups, ReportQuery query, CancellationToken cancellationToken = default)
    {
        var total = new ReportSums();
        var rows = new SortedDictionary<(DateTimeOffset Start, string Group), (IReadOnlyList<string> Names, ReportSums Sums)>(RowOrder.Instance);
        await foreach (var rollup in rollups.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            total = total.With(rollup);
            foreach (var names in Names(rollup, query.Group, 0))
            {
                var key = (StartOf(query.By, rollup.Start), string.Join('\u001f', names));
                rows[key] = (names, (rows.TryGetValue(key, out var row) ? row.Sums : new ReportSums()).With(rollup));
            }
        }

        return new LedgerReport([.. rows.Select(row => new ReportRow(query.By == ReportPeriod.All ? null : row.Key.Start, row.Value.Names, row.Value.Sums))], total);
    }

    /// <summary>When the period an instant is in began.</summary>
    public static DateTimeOffset StartOf(ReportPeriod period, DateTimeOffset at)
    {
        var utc = at.UtcDateTime;
        var day = new DateTimeOffset(utc.Date, TimeSpan.Zero);
        return period switch
        {
            ReportPeriod.Hour => day.AddHours(utc.Hour),
            ReportPeriod.Day => day,
            ReportPeriod.Week => day.AddDays(-(((int)utc.DayOfWeek + 6) % 7)),
            ReportPeriod.Month => day.AddDays(1 - utc.Day),
            _ => DateTimeOffset.UnixEpoch,
        };
    }

    /// <summary>When the next period begins.</summary>
    public static DateTimeOffset EndOf(ReportPeriod period, DateTimeOffset start) => period switch
    {
        ReportPeriod.Hour => start.AddHours(1),
        ReportPeriod.Day => start.AddDays(1),
        ReportPeriod.Week => start.AddDays(7),
        ReportPeriod.Month => start.AddMonths(1),
        _ => start,
    };

    // One list of names, or one for each tag.
    private static IEnumerable<IReadOnlyList<string>> Names(Rollup rollup, IReadOnlyList<ReportDimension> group, int at)
    {
        if (at == group.Count)
        {
            return [[]];
        }

        var rest = Names(rollup, group, at + 1);
        return Values(rollup, group[at]).SelectMany(_ => rest, IReadOnlyList<string> (value, names) => [value, .. names]);
    }

    private static string[] Values(Rollup rollup, ReportDimension dimension) => dimension switch
    {
        ReportDimension.Provider => [rollup.Profile.Model.Provider.Value],
        ReportDimension.Model => [rollup.Profile.Model.ToString()],
        ReportDimension.Tenant => [rollup.Profile.Tenant],
        ReportDimension.Key => [rollup.Profile.Key],
        ReportDimension.Component => [rollup.Profile.Component],
        ReportDimension.Agent => [rollup.Profile.Agent],
        ReportDimension.Session => [rollup.Profile.Session],
        ReportDimension.Tag => rollup.Profile.Tags.Split(','),
        ReportDimension.Tags => [rollup.Profile.Tags],
        ReportDimension.Route => [rollup.Route.ToString().ToLowerInvariant()],
        ReportDimension.Credential => [rollup.Profile.Credential],
        _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "Not a dimension of a report."),
    };

    private sealed class RowOrder : IComparer<(DateTimeOffset Start, string Group)>
    {
        public static readonly RowOrder Instance = new();

        public int Compare((DateTimeOffset Start, string Group) x, (DateTimeOffset Start, string Group) y) =>
            x.Start.CompareTo(y.Start) is not 0 and var byTime ? byTime : string.CompareOrdinal(x.Group, y.Group);
    }
}

/// <summary>One period and group of a report.</summary>
/// <param name="Start">When the period began (UTC); null where time is not cut.</param>
/// <param name="Group">The names of the group, one for each dimension asked for; empty texts for what has none.</param>
/// <param name="Sums">What was bought.</param>
public sealed record ReportRow(DateTimeOffset? Start, IReadOnlyList<string> Group, ReportSums Sums);
