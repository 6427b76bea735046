using System.CommandLine;
using System.Text.Json;

namespace Parsimony.Cli;

/// <summary><c>parsimony doctor</c>: what is the matter with a store and its configuration, and what to do about it.</summary>
internal static class DoctorCommand
{
    private const string DefaultTime = "7d";

    private static readonly string[] Checks =
    [
        "schema", "configuration", "clock", "nodes", "switches", "uncertain_batches", "waiting_batches", "uncollected_batches", "overdue_batches", "held_runs", "failed_requests", "open_erasures", "unpriced", "unknown_cost", "cache_hits",
        "prices", "prefix_drift",
    ];

    public static Command Create()
    {
        var since = new Option<string>("--since") { Description = "How far back the ledger and prompts are looked at: 24h, 7d or ISO 8601.", HelpName = "WHEN", DefaultValueFactory = static _ => DefaultTime };
        var store = SharedOptions.Store();
        var config = SharedOptions.Config();
        var prices = SharedOptions.Prices();
        var sandbox = SharedOptions.Sandbox();
        var json = SharedOptions.Json();
        var command = new Command("doctor", "Check the store, the configuration and the prompts, and say what to do. Calls nobody, changes nothing.") { since, store, config, prices, sandbox, json };
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                var options = new SessionOptions { Store = parsed.GetValue(store), Config = parsed.GetValue(config), Prices = parsed.GetValue(prices), Sandbox = parsed.GetValue(sandbox), NeedsProviders = false };
                var session = await Session.OpenAsync(options, terminal, cancellationToken).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    var findings = await ExamineAsync(session, PriceBook.Open(options.Prices, options.Config), parsed.GetValue(since) ?? DefaultTime, cancellationToken).ConfigureAwait(false);
                    if (terminal.IsJson)
                    {
                        Write(findings);
                    }
                    else
                    {
                        Show(terminal, findings);
                    }

                    return findings.Any(finding => finding.Severity == Severity.Warning) ? ExitCode.Found : ExitCode.Done;
                }
            },
            json);
        return command;
    }

    private static async Task<IReadOnlyList<Finding>> ExamineAsync(Session session, PriceList prices, string since, CancellationToken cancellationToken)
    {
        var now = session.Clock.GetUtcNow();
        var from = ReportTime.Read("--since", since, now);
        return
        [
            .. session.Configuration.Warnings.Select(warning => new Finding("configuration", Severity.Warning, warning, "See docs/configuration.md.")),
            .. await new StoreChecks(session.Store, now, session.Sandbox?.Speed ?? 1).RunAsync(cancellationToken).ConfigureAwait(false),
            .. await new MoneyChecks(session.Store.Ledger, prices, from, now).RunAsync(cancellationToken).ConfigureAwait(false),
            .. await new DriftCheck(session.Store, prices, from, now).RunAsync(cancellationToken).ConfigureAwait(false),
        ];
    }

    private static void Show(Terminal terminal, IReadOnlyList<Finding> findings)
    {
        foreach (var finding in findings.OrderByDescending(finding => finding.Severity))
        {
            terminal.Line($"{(finding.Severity == Severity.Warning ? "warning" : "note")} [{finding.Check}] {finding.Text}.");
            terminal.Line($"    {finding.Remedy}");
        }

        var silent = Checks.Except(findings.Select(finding => finding.Check), StringComparer.Ordinal).ToList();
        terminal.Line($"Nothing found by: {string.Join(", ", silent)}.");
    }

    private static void Write(IReadOnlyList<Finding> findings)
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteStartArray("checks"u8);
        foreach (var check in Checks)
        {
            writer.WriteStringValue(check);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("findings"u8);
        foreach (var finding in findings)
        {
            writer.WriteStartObject();
            writer.WriteString("check"u8, finding.Check);
            writer.WriteString("severity"u8, finding.Severity == Severity.Warning ? "warning" : "note");
            writer.WriteString("text"u8, finding.Text);
            writer.WriteString("what_to_do"u8, finding.Remedy);
            writer.WriteString("usd"u8, finding.Usd is { } usd ? ReportFields.Money(usd) : null);
            writer.WriteStartObject("figures"u8);
            foreach (var (name, value) in finding.Figures)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
