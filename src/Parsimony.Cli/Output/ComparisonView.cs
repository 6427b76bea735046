using System.Globalization;
using System.Text.Json;
using Parsimony.Engine;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>Shows two times side by side.</summary>
internal static class ComparisonView
{
    /// <summary>As a table, CSV or JSON.</summary>
    /// <exception cref="UserException">FOCUS has no such rows.</exception>
    public static void Show(ReportSums before, ReportSums after, string format, Terminal terminal)
    {
        switch (format)
        {
            case "focus":
                throw new UserException("--format focus cannot compare; write table, csv or json.");
            case "csv":
                terminal.Line("figure,before,after,change_percent");
                foreach (var (name, was, now) in Figures(before, after))
                {
                    terminal.Line(CsvLine.Of([name, Text(was), Text(now), Text(Change(was, now))]));
                }

                break;
            case "json":
                Write(before, after);
                break;
            default:
                var table = new Table().Border(TableBorder.Rounded);
                table.AddColumn("").AddColumn(new TableColumn("before").RightAligned()).AddColumn(new TableColumn("after").RightAligned()).AddColumn(new TableColumn("change %").RightAligned());
                foreach (var (name, was, now) in Figures(before, after))
                {
                    table.AddRow(name.Replace('_', ' '), Shown(name, was), Shown(name, now), ReportView.Percent(Change(was, now) / 100));
                }

                terminal.Out.Write(table);
                break;
        }
    }

    private static void Write(ReportSums before, ReportSums after)
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        foreach (var (name, was, now) in Figures(before, after))
        {
            writer.WriteStartObject(name);
            writer.WriteString("before"u8, was is { } one ? ReportFields.Money(one) : null);
            writer.WriteString("after"u8, now is { } two ? ReportFields.Money(two) : null);
            writer.WriteString("change_percent"u8, Change(was, now) is { } change ? ReportFields.Money(change) : null);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static IEnumerable<(string Name, decimal? Before, decimal? After)> Figures(ReportSums before, ReportSums after) =>
    [
        ("calls", before.Calls, after.Calls),
        ("cost_usd", before.CostUsd, after.CostUsd),
        ("usd_per_request", before.UsdPerCall, after.UsdPerCall),
        ("usd_per_1k_tokens", before.UsdPerThousandTokens, after.UsdPerThousandTokens),
        ("hit_rate", before.HitRate, after.HitRate),
        ("batch_share", before.BatchShare, after.BatchShare),
        ("saved_share", before.SavedShare, after.SavedShare),
    ];

    private static decimal? Change(decimal? was, decimal? now) => was is { } before && now is { } after && before != 0 ? (after - before) / before * 100 : null;

    private static string Shown(string name, decimal? value) => value is not { } shown ? "-"
        : name is "hit_rate" or "batch_share" or "saved_share" ? ReportView.Percent(shown) + " %"
        : name == "calls" ? shown.ToString("N0", CultureInfo.InvariantCulture) : Usd.Format(shown);

    private static string Text(decimal? value) => value is { } known ? ReportFields.Money(known) : "";
}
