using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>Shows a scenario, for eyes and for machines.</summary>
internal static class ScenarioView
{
    public static void Show(Terminal terminal, ScenarioReport report)
    {
        terminal.Line($"Scenario {report.Name}, {report.Model}. {report.Assumed}");
        foreach (var section in report.Sections)
        {
            var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(section.Title));
            var hasStated = section.Lines.Any(line => line.Stated is not null);
            table.AddColumn("").AddColumn(new TableColumn("computed").RightAligned());
            if (hasStated)
            {
                table.AddColumn(new TableColumn("documents").RightAligned());
            }

            table.AddColumn("");
            foreach (var line in section.Lines)
            {
                string[] cells = hasStated
                    ? [line.Name, Value(section.Unit, line.Value), line.Stated is { } stated ? Value(section.Unit, stated) : "", line.Note]
                    : [line.Name, Value(section.Unit, line.Value), line.Note];
                table.AddRow([.. cells.Select(Markup.Escape)]);
            }

            if (section.Key.EndsWith("_lines", StringComparison.Ordinal))
            {
                table.AddRow(["together", Value(section.Unit, section.Lines.Sum(line => line.Value)), ""]);
            }

            terminal.Out.Write(table);
        }

        foreach (var remark in report.Remarks)
        {
            terminal.Line("- " + remark);
        }
    }

    public static void Write(ScenarioReport report)
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteBoolean("estimate"u8, true);
        writer.WriteString("scenario"u8, report.Name);
        writer.WriteString("model"u8, report.Model.ToString());
        writer.WriteString("assumed"u8, report.Assumed);
        foreach (var section in report.Sections)
        {
            writer.WriteStartObject(section.Key);
            foreach (var line in section.Lines)
            {
                writer.WriteStartObject(line.Key);
                writer.WriteNumber("computed"u8, line.Value);
                if (line.Stated is { } stated)
                {
                    writer.WriteNumber("documents"u8, stated);
                }

                if (line.Note.Length > 0)
                {
                    writer.WriteString("note"u8, line.Note);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteStartArray("remarks"u8);
        foreach (var remark in report.Remarks)
        {
            writer.WriteStringValue(remark);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Value(ScenarioUnit unit, decimal value) => unit switch
    {
        ScenarioUnit.Usd => Usd.Format(value),
        ScenarioUnit.Share => (value * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %",
        _ => value.ToString("N0", CultureInfo.InvariantCulture),
    };
}
