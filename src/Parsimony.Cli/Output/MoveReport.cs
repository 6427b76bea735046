using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>Says what was exported or imported.</summary>
internal static class MoveReport
{
    public static void Show(Terminal terminal, string done, MoveSummary summary)
    {
        if (!terminal.IsJson)
        {
            terminal.Line($"{summary.Rows.GetValueOrDefault("requests"):N0} requests and {summary.Rows.GetValueOrDefault("ledger"):N0} ledger entries ({Usd.Format(summary.CostUsd)} USD) {done}; content {summary.Hash[..12]}.");
            return;
        }

        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteStartObject("rows"u8);
        foreach (var (table, rows) in summary.Rows)
        {
            writer.WriteNumber(table, rows);
        }

        writer.WriteEndObject();
        writer.WriteNumber("cost_usd"u8, summary.CostUsd);
        writer.WriteString("sha256"u8, summary.Hash);
        writer.WriteEndObject();
    }
}
