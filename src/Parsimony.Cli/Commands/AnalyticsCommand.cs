using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Parsimony.Engine;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary><c>parsimony analytics</c>: where the tokens went, and who spent most.</summary>
internal static class AnalyticsCommand
{
    private const int Top = 5;

    public static Command Create()
    {
        var since = new Option<string?>("--since") { Description = "From when: 24h, 7d or ISO 8601. Default: the beginning.", HelpName = "WHEN" };
        var store = SharedOptions.Store();
        var sandbox = SharedOptions.Sandbox();
        var json = SharedOptions.Json();
        var command = new Command("analytics", "Show how many tokens each component used, and the five that spent most. Calls nobody.") { since, store, sandbox, json };
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                var session = await Session.OpenAsync(
                    new SessionOptions { Store = parsed.GetValue(store), Sandbox = parsed.GetValue(sandbox), NeedsProviders = false }, terminal, cancellationToken).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    var query = new ReportQuery { Group = [ReportDimension.Component] };
                    query = parsed.GetValue(since) is { } from ? query with { From = ReportTime.Read("--since", from, session.Clock.GetUtcNow()) } : query;
                    var report = await LedgerReport.ReadAsync(session.Store.Ledger, query, cancellationToken).ConfigureAwait(false);
                    if (terminal.IsJson)
                    {
                        Write(report);
                    }
                    else
                    {
                        Show(terminal, report);
                    }

                    return ExitCode.Done;
                }
            },
            json);
        return command;
    }

    private static long Tokens(ReportSums sums) => sums.Usage.TotalInput + sums.Usage.TotalOutput;

    private static decimal Percentage(ReportSums part, ReportSums whole) =>
        Tokens(whole) == 0 ? 0 : decimal.Round(100m * Tokens(part) / Tokens(whole), 2);

    private static string Name(ReportRow row) => row.Group[0].Length == 0 ? "(none)" : row.Group[0];

    private static IEnumerable<ReportRow> ByTokens(LedgerReport report) =>
        report.Rows.OrderByDescending(row => Tokens(row.Sums)).ThenBy(Name, StringComparer.Ordinal);

    private static IEnumerable<ReportRow> Spenders(LedgerReport report) =>
        report.Rows.OrderByDescending(row => row.Sums.CostUsd).ThenBy(Name, StringComparer.Ordinal).Take(Top);

    private static void Write(LedgerReport report)
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteNumber("total_tokens"u8, Tokens(report.Total));
        writer.WriteNumber("total_input"u8, report.Total.Usage.TotalInput);
        writer.WriteNumber("total_output"u8, report.Total.Usage.TotalOutput);
        writer.WriteStartObject("by_component"u8);
        foreach (var row in ByTokens(report))
        {
            writer.WriteStartObject(Name(row));
            writer.WriteNumber("tokens"u8, Tokens(row.Sums));
            writer.WriteNumber("percentage"u8, Percentage(row.Sums, report.Total));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteStartArray("top_spenders"u8);
        foreach (var row in Spenders(report))
        {
            writer.WriteStartObject();
            writer.WriteString("component"u8, Name(row));
            writer.WriteString("cost_usd"u8, ReportFields.Money(row.Sums.CostUsd));
            writer.WriteNumber("tokens"u8, Tokens(row.Sums));
            writer.WriteNumber("unknown_cost_calls"u8, row.Sums.UnknownCost);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Show(Terminal terminal, LedgerReport report)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn("component").AddColumn(new TableColumn("tokens").RightAligned()).AddColumn(new TableColumn("%").RightAligned()).AddColumn(new TableColumn("USD").RightAligned());
        foreach (var row in ByTokens(report))
        {
            table.AddRow(
                Markup.Escape(Name(row)), Tokens(row.Sums).ToString("N0", CultureInfo.InvariantCulture),
                Percentage(row.Sums, report.Total).ToString("0.##", CultureInfo.InvariantCulture), Usd.Format(row.Sums.CostUsd));
        }

        terminal.Out.Write(table);
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{Tokens(report.Total):N0} tokens, {report.Total.Usage.TotalInput:N0} in and {report.Total.Usage.TotalOutput:N0} out. Most spent: {string.Join(", ", Spenders(report).Select(Name))}."));
    }
}
