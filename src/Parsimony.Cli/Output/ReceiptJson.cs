using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>A run's end as JSON on standard output.</summary>
internal static class ReceiptJson
{
    public static void Write(string scope, ScopeTotals totals, Receipt receipt, int exitCode)
    {
        using var stream = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("run"u8, scope);
            WriteTotals(writer, totals);
            writer.WriteNumber("batch"u8, receipt.Batch);
            writer.WriteNumber("live"u8, receipt.Live);
            writer.WriteNumber("cost_usd"u8, receipt.ActualUsd);
            writer.WriteNumber("baseline_usd"u8, receipt.BaselineUsd);
            writer.WriteNumber("saved_usd"u8, receipt.SavedUsd);
            writer.WriteStartObject("saved_by"u8);
            writer.WriteNumber("batch"u8, receipt.SavedByBatch);
            writer.WriteNumber("cache"u8, receipt.SavedByCache);
            writer.WriteNumber("tier"u8, receipt.SavedByTier);
            writer.WriteNumber("reuse"u8, receipt.SavedByReuse);
            writer.WriteNumber("routing"u8, receipt.SavedByRouting);
            writer.WriteEndObject();
            writer.WriteNumber("unknown_cost"u8, receipt.UnknownCost);
            writer.WriteNumber("unknown_upper_bound_usd"u8, receipt.UnknownUpperBoundUsd);
            writer.WriteNumber("exit_code"u8, exitCode);
            writer.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    public static void WriteTotals(Utf8JsonWriter writer, ScopeTotals totals)
    {
        writer.WriteNumber("total"u8, totals.Total);
        writer.WriteNumber("answered"u8, totals.Answered);
        writer.WriteNumber("failed"u8, totals.Failed);
        writer.WriteNumber("expired"u8, totals.Expired);
        writer.WriteNumber("cancelled"u8, totals.Cancelled);
        writer.WriteNumber("held"u8, totals.Held);
        writer.WriteNumber("open"u8, totals.Open);
    }
}
