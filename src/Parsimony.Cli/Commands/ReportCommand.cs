using System.CommandLine;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary><c>parsimony report</c>: what was spent and saved, by period and dimension.</summary>
internal static class ReportCommand
{
    private static readonly ReportDimension[] FocusGroup =
    [
        ReportDimension.Credential, ReportDimension.Provider, ReportDimension.Model, ReportDimension.Route, ReportDimension.Tenant, ReportDimension.Key,
        ReportDimension.Component, ReportDimension.Agent, ReportDimension.Session, ReportDimension.Tags,
    ];

    public static Command Create()
    {
        var options = new ReportOptions();
        var command = new Command("report", "Show what was spent, what plain calls would have cost, and what saved the difference. Calls nobody.");
        options.AddTo(command);
        command.Runs(async (parsed, terminal, cancellationToken) =>
        {
            var format = options.Format(parsed);
            var session = await Session.OpenAsync(options.Session(parsed), terminal, cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                await ShowAsync(options, parsed, format, session, terminal, cancellationToken).ConfigureAwait(false);
                return ExitCode.Done;
            }
        });
        return command;
    }

    private static async Task ShowAsync(ReportOptions options, ParseResult parsed, string format, Session session, Terminal terminal, CancellationToken cancellationToken)
    {
        var now = session.Clock.GetUtcNow();
        var ledger = session.Store.Ledger;
        if (options.Comparison(parsed, now) is { } pair)
        {
            var before = await LedgerReport.ReadAsync(ledger, pair.Before, cancellationToken).ConfigureAwait(false);
            var after = await LedgerReport.ReadAsync(ledger, pair.After, cancellationToken).ConfigureAwait(false);
            ComparisonView.Show(before.Total, after.Total, format, terminal);
            return;
        }

        var query = options.Query(parsed, now, format == "focus");
        if (format == "focus")
        {
            var rows = await LedgerReport.ReadAsync(ledger, query with { Group = FocusGroup }, cancellationToken).ConfigureAwait(false);
            FocusCsv.Write(terminal, rows, query.By);
            return;
        }

        var report = await LedgerReport.ReadAsync(ledger, query, cancellationToken).ConfigureAwait(false);
        switch (format)
        {
            case "csv":
                ReportView.WriteCsv(terminal, report, query);
                break;
            case "json":
                ReportView.WriteJson(report, query);
                break;
            default:
                ReportView.Show(terminal, report, query);
                break;
        }
    }
}
