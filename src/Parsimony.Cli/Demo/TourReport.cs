using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>The tour's one table.</summary>
internal static class TourReport
{
    public static void Show(Terminal terminal, IReadOnlyList<TourLine> lines)
    {
        if (terminal.IsJson)
        {
            Write(lines);
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).Title("Every provider, simulated");
        table.AddColumn(new TableColumn("provider").NoWrap());
        foreach (var name in (string[])["by batch", "of them batched", "live", "would have cost", "cost", "bill", "saved", "faults"])
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var line in lines)
        {
            var baseline = line.Batch.Receipt.BaselineUsd + line.Live.Receipt.BaselineUsd;
            table.AddRow(
                line.Provider.Value,
                Of(line.Batch),
                line.BatchLines.ToString("N0", CultureInfo.InvariantCulture),
                Of(line.Live),
                Money(line, baseline),
                Money(line, line.CostUsd),
                line.BillUsd is { } bill ? Exact(bill) : "no price",
                line.BillUsd is null || baseline == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{100 * (baseline - line.CostUsd) / baseline:0.#} %"),
                (line.IsRight ? "" : "! ") + line.Faults.ToString(CultureInfo.InvariantCulture));
        }

        terminal.Out.Write(table);
        var wrong = lines.Where(line => !line.IsRight).Select(line => line.Provider.Value).ToList();
        terminal.Line(wrong.Count == 0
            ? "Every answer belongs to its document, and every bill is in the ledger to the last digit, or within what it says it does not know."
            : $"Not right: {string.Join(", ", wrong)}. That is a fault of ours.");
    }

    private static string Of(TourLeg leg) => string.Create(CultureInfo.InvariantCulture, $"{leg.Matched:N0} of {leg.Asked:N0}");

    private static string Money(TourLine line, decimal usd) => line.BillUsd is null ? "" : Exact(usd);

    private static string Exact(decimal usd) => usd.ToString("0.00########", CultureInfo.InvariantCulture);

    private static void Write(IReadOnlyList<TourLine> lines)
    {
        using var stream = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            foreach (var line in lines)
            {
                writer.WriteStartObject();
                writer.WriteString("provider"u8, line.Provider.Value);
                writer.WriteString("model"u8, line.Model);
                writer.WriteNumber("asked"u8, line.Batch.Asked + line.Live.Asked);
                writer.WriteNumber("matched_batch"u8, line.Batch.Matched);
                writer.WriteNumber("matched_live"u8, line.Live.Matched);
                writer.WriteNumber("batch_lines"u8, line.BatchLines);
                writer.WriteNumber("baseline_usd"u8, line.Batch.Receipt.BaselineUsd + line.Live.Receipt.BaselineUsd);
                writer.WriteNumber("cost_usd"u8, line.CostUsd);
                if (line.BillUsd is { } bill)
                {
                    writer.WriteNumber("bill_usd"u8, bill);
                }
                else
                {
                    writer.WriteNull("bill_usd"u8);
                }

                writer.WriteNumber("unknown_upper_bound_usd"u8, line.Batch.Receipt.UnknownUpperBoundUsd + line.Live.Receipt.UnknownUpperBoundUsd);
                writer.WriteNumber("faults"u8, line.Faults);
                writer.WriteBoolean("right"u8, line.IsRight);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        stream.Write("\n"u8);
    }
}
