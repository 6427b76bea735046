using System.Globalization;
using Parsimony.Engine;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>A scope's receipt: what it cost, what it would have cost, what was saved and by what.</summary>
internal static class ReceiptTable
{
    /// <summary>Adds up a scope's ledger.</summary>
    public static async Task<Receipt> BuildAsync(IEngineStore store, string scope, ScopeTotals totals, CancellationToken cancellationToken)
    {
        var builder = new ReceiptBuilder();
        var unknown = new Dictionary<(long, int), LedgerRow>();
        await foreach (var row in store.Ledger.ReadAsync(scope, cancellationToken).ConfigureAwait(false))
        {
            if (row.Entry.CostUsd is null)
            {
                unknown[(row.Entry.Sequence, row.Entry.Attempt)] = row;
                continue;
            }

            if (row.Entry.Kind == LedgerKind.Correction)
            {
                unknown.Remove((row.Entry.Sequence, row.Entry.Attempt));
            }

            Add(builder, row);
        }

        foreach (var row in unknown.Values)
        {
            Add(builder, row);
        }

        return builder.Build() with { Requests = totals.Total, Answered = totals.Answered, Failed = totals.Total - totals.Answered - totals.Open };
    }

    /// <summary>Shows a receipt.</summary>
    public static void Show(IAnsiConsole console, Receipt receipt, bool isSandbox)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(isSandbox ? "Receipt (simulated answers, sandbox time)" : "Receipt");
        table.AddColumn(new TableColumn("model").NoWrap()).AddColumn(new TableColumn("requests").RightAligned()).AddColumn(new TableColumn("in batch").RightAligned())
            .AddColumn(new TableColumn("cache reads").RightAligned()).AddColumn(new TableColumn("would have cost").RightAligned())
            .AddColumn(new TableColumn("cost").RightAligned()).AddColumn(new TableColumn("saved").RightAligned());
        foreach (var (model, part) in receipt.ByModel.OrderBy(pair => pair.Key.ToString(), StringComparer.Ordinal))
        {
            table.AddRow(Cells(Markup.Escape(model.ToString()), part, part.Batch + part.Live));
        }

        table.AddEmptyRow();
        table.AddRow(Cells("[bold]all[/]", receipt, receipt.Requests));
        console.Write(table);
        console.WriteLine($"Saved by batch {Usd.Format(receipt.SavedByBatch)}, by prompt cache {Usd.Format(receipt.SavedByCache)}"
            + (receipt.HedgeUsd > 0 ? $"; second purchases to hold deadlines cost {Usd.Format(receipt.HedgeUsd)}" : "") + " USD.");
        if (receipt.UnknownCost > 0)
        {
            console.WriteLine((receipt.UnknownCost == 1 ? "1 attempt has no known cost" : $"{receipt.UnknownCost:N0} attempts have no known cost")
                + (receipt.UnknownUpperBoundUsd > 0 ? $": at most {Usd.Format(receipt.UnknownUpperBoundUsd)} USD more." : ": no price is known for the model, or the usage never arrived."));
        }
    }

    private static void Add(ReceiptBuilder builder, LedgerRow row)
    {
        var entry = row.Entry;
        var route = entry.Kind switch
        {
            LedgerKind.Hedge or LedgerKind.PossibleDuplicate => ReceiptRoute.Hedge,
            LedgerKind.Reuse => ReceiptRoute.Reused,
            _ => entry.Route == Route.Batch ? ReceiptRoute.Batch : ReceiptRoute.Live,
        };
        var split = new CostSplit
        {
            Actual = entry.CostUsd is { } cost ? Cost.Known(cost, entry.PriceSource) : Cost.Unknown(entry.PriceSource),
            Baseline = entry.BaselineUsd is { } baseline ? Cost.Known(baseline, entry.PriceSource) : Cost.Unknown(entry.PriceSource),
            SavedByBatch = entry.SavedByBatchUsd,
            SavedByCache = entry.SavedByCacheUsd,
            SavedByTier = entry.SavedByTierUsd,
            SavedByReuse = entry.SavedByReuseUsd,
            SavedByRouting = entry.SavedByRoutingUsd,
        };
        builder.AddAttempt(row.Profile.Model, route, entry.Usage ?? default, split, entry.UpperBoundUsd);
    }

    private static string[] Cells(string name, Receipt receipt, long requests) =>
    [
        name,
        requests.ToString("N0", CultureInfo.InvariantCulture),
        receipt.Batch.ToString("N0", CultureInfo.InvariantCulture),
        receipt.Usage.CacheRead.ToString("N0", CultureInfo.InvariantCulture),
        Usd.Format(receipt.BaselineUsd) + " USD",
        Usd.Format(receipt.ActualUsd) + " USD",
        Usd.Format(receipt.SavedUsd) + " USD" + (receipt.SavedShare is { } share ? string.Create(CultureInfo.InvariantCulture, $" ({share * 100:0.#} %)") : ""),
    ];
}
