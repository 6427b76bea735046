using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>What simulations of routes came to: as a table, or as JSON.</summary>
internal sealed record RouteOutput(IReadOnlyList<(RouteScenario Scenario, IReadOnlyList<RouteResult> Results)> All)
{
    public void Show(Terminal terminal)
    {
        var first = All[0].Scenario;
        terminal.Line(Text(
            $"{first.Batches:N0} batches a scenario, half done in {first.Median.TotalMinutes:0} minutes, 99 of 100 in {first.Late.TotalHours:0.#} hours, {first.Stuck:0.#%} stuck, deadlines {string.Join(", ", first.Deadlines.Select(room => Text($"{room.TotalHours:0.#} h")))}."));
        terminal.Line("Kept: what was saved, in what a planner saves that knows how long each batch takes. Cost: 1 is the live call.");
        var table = new Table().Border(TableBorder.Rounded).AddColumn("scenario").AddColumn("policy");
        foreach (var column in new[] { "met", "kept", "escalated", "in batches", "cost" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var (scenario, results) in All)
        {
            foreach (var result in results)
            {
                table.AddRow(
                    ReferenceEquals(result, results[0]) ? scenario.Name : "", result.Policy, Text($"{result.Met:0.000%}"), Text($"{result.Kept:0.0%}"),
                    Text($"{result.Escalated:0.00%}"), Text($"{result.Batched:0.0%}"), Text($"{result.Cost:0.0000}"));
            }
        }

        terminal.Out.Write(table);
    }

    public void Write()
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartArray();
        foreach (var (scenario, results) in All)
        {
            writer.WriteStartObject();
            writer.WriteString("scenario"u8, scenario.Name);
            writer.WriteNumber("batches"u8, scenario.Batches);
            writer.WriteStartArray("policies"u8);
            foreach (var result in results)
            {
                writer.WriteStartObject();
                writer.WriteString("policy"u8, result.Policy);
                writer.WriteNumber("met"u8, Math.Round(result.Met, 6));
                writer.WriteNumber("kept"u8, Math.Round(result.Kept, 6));
                writer.WriteNumber("escalated"u8, Math.Round(result.Escalated, 6));
                writer.WriteNumber("batched"u8, Math.Round(result.Batched, 6));
                writer.WriteNumber("cost"u8, Math.Round(result.Cost, 6));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
