using System.Globalization;
using System.Text.Json;
using Parsimony.Engine;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>Shows reports: rounded for the eye, with all digits for machines.</summary>
internal static class ReportView
{
    public static void Show(Terminal terminal, LedgerReport report, ReportQuery query)
    {
        var table = new Table().Border(TableBorder.Rounded);
        if (query.By != ReportPeriod.All)
        {
            table.AddColumn(Name(query.By));
        }

        foreach (var dimension in query.Group)
        {
            table.AddColumn(Name(dimension));
        }

        foreach (var name in (ReadOnlySpan<string>)["calls", "batch", "hits", "baseline", "cost", "saved", "%", "by batch", "cache", "tier", "reuse", "routing"])
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var row in report.Rows)
        {
            Add(table, Labels(row, query), row.Sums);
        }

        if (report.Rows.Count != 1)
        {
            Add(table, [.. Enumerable.Repeat("", query.Group.Count + (query.By == ReportPeriod.All ? 0 : 1))], report.Total, "total");
        }

        terminal.Out.Write(table);
        if (report.Total.UnknownCost > 0)
        {
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{report.Total.UnknownCost:N0} calls have an unknown cost, together at most {Usd.Format(report.Total.UpperBoundUsd)} USD where a bound is known; they are in no sum."));
        }
    }

    public static void WriteCsv(Terminal terminal, LedgerReport report, ReportQuery query)
    {
        string[] labels = [.. query.By == ReportPeriod.All ? Array.Empty<string>() : ["start"], .. query.Group.Select(Name)];
        terminal.Line(CsvLine.Of([.. labels, .. ReportFields.Of(new ReportSums()).Select(field => field.Name)]));
        foreach (var row in report.Rows)
        {
            terminal.Line(CsvLine.Of([.. row.Start is { } start ? new[] { Iso(start) } : [], .. row.Group, .. ReportFields.Of(row.Sums).Select(field => field.Text)]));
        }
    }

    public static void WriteJson(LedgerReport report, ReportQuery query)
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteString("by"u8, Name(query.By));
        writer.WriteStartArray("rows"u8);
        foreach (var row in report.Rows)
        {
            writer.WriteStartObject();
            if (row.Start is { } start)
            {
                writer.WriteString("start"u8, Iso(start));
            }

            writer.WriteStartObject("group"u8);
            foreach (var (dimension, value) in query.Group.Zip(row.Group))
            {
                writer.WriteString(Name(dimension), value);
            }

            writer.WriteEndObject();
            ReportFields.Write(writer, row.Sums);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("total"u8);
        ReportFields.Write(writer, report.Total);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>An instant as files have it.</summary>
    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A share in percent.</summary>
    public static string Percent(decimal? share) => share is { } value ? (value * 100).ToString("0.#", CultureInfo.InvariantCulture) : "-";

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string[] Labels(ReportRow row, ReportQuery query) =>
    [
        .. row.Start is { } start ? new[] { start.ToString(query.By == ReportPeriod.Hour ? "yyyy-MM-dd HH:mm" : "yyyy-MM-dd", CultureInfo.InvariantCulture) } : [],
        .. row.Group.Select(name => name.Length == 0 ? "-" : Markup.Escape(name)),
    ];

    private static void Add(Table table, string[] labels, ReportSums sums, string? first = null)
    {
        if (labels.Length > 0 && first is not null)
        {
            labels[0] = first;
        }

        table.AddRow([
            .. labels,
            sums.Calls.ToString("N0", CultureInfo.InvariantCulture), Percent(sums.BatchShare), Percent(sums.HitRate),
            Usd.Format(sums.BaselineUsd), Usd.Format(sums.CostUsd), Usd.Format(sums.SavedUsd), Percent(sums.SavedShare),
            Usd.Format(sums.SavedByBatchUsd), Usd.Format(sums.SavedByCacheUsd), Usd.Format(sums.SavedByTierUsd), Usd.Format(sums.SavedByReuseUsd), Usd.Format(sums.SavedByRoutingUsd)]);
    }
}
